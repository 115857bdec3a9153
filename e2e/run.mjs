// The browser test. node run.mjs [--only WORDS] [--at URL] [--screens DIR | --no-screens] [--keep] [--pictures | --tour]
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { House } from "./kit/house.mjs";
import { journeys } from "./kit/journey.mjs";
import { ROOT } from "./kit/server.mjs";

const { values: wish } = parseArgs({
  options: {
    only: { type: "string" }, at: { type: "string" }, screens: { type: "string" }, "no-screens": { type: "boolean" }, keep: { type: "boolean" },
    pictures: { type: "boolean" }, tour: { type: "boolean" },
  },
});
const folders = wish.pictures ? ["pictures"] : wish.tour ? ["tour"] : ["journeys", "bar"];
for (const folder of folders) {
  const files = readdirSync(join(import.meta.dirname, folder)).filter((name) => name.endsWith(".mjs")).sort();
  for (const file of files) await import(pathToFileURL(join(import.meta.dirname, folder, file)).href);
}
const out = wish["no-screens"] ? null : (wish.screens ?? join(ROOT, "target/e2e/screens"));
const begun = performance.now();
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const house = await House.open({ at: wish.at, out });
console.log(`  the demo is ready: ${seconds(begun)}`);
let failures = 0;
const wished = journeys.filter(({ name }) => !wish.only || name.includes(wish.only));
for (const { name, play } of wished) {
  const start = performance.now();
  let why;
  try {
    await play(house);
    for (const visitor of house.visitors) visitor.settle();
  } catch (error) {
    why = error;
  }
  const findings = house.findings.splice(0);
  const bad = why || findings.length > 0;
  const pictures = await house.clear(bad ? name : undefined);
  console.log(`  ${bad ? "FAILED" : "ok"}  ${name} (${seconds(start)})`);
  if (!bad) continue;
  failures += 1;
  if (why) console.log(`      ${String(why.stack ?? why).split("\n").slice(0, 12).join("\n      ")}`);
  for (const finding of findings) console.log(`      ${finding}`);
  for (const picture of pictures) console.log(`      picture: ${picture}`);
}
await house.close({ keep: wish.keep });
if (wished.length === 0) {
  console.error(`no journey has 「${wish.only}」 in its name`);
  process.exit(2);
}
console.log(`  ${wished.length - failures} of ${wished.length} journeys (${seconds(begun)})${out ? `; pictures in ${out}` : ""}`);
process.exit(failures === 0 ? 0 : 1);
