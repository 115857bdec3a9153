// The browser test. node run.mjs [--only WORDS] [--at URL] [--screens DIR | --no-screens] [--keep] [--pictures | --tour]
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { House, Run } from "./kit/house.mjs";
import { journeys } from "./kit/journey.mjs";
import { TARGET } from "./kit/server.mjs";

/** Journeys played at the same time. */
const LANES = 3;

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
const wished = journeys.filter(({ name }) => !wish.only || name.includes(wish.only));
if (wished.length === 0) {
  console.error(`no journey has 「${wish.only}」 in its name`);
  process.exit(2);
}
const own = join(TARGET, "e2e");
if (!wish.at && !wish.only) rmSync(own, { recursive: true, force: true });
const out = wish["no-screens"] ? null : (wish.screens ?? join(own, "screens"));
const begun = performance.now();
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Plays one journey; whether it is good. */
async function played(run, { name, play, number }) {
  const start = performance.now();
  const house = new House(run, wish.tour || wish.pictures ? 0 : number);
  let why;
  try {
    await play(house);
  } catch (error) {
    why = error;
  }
  for (const visitor of house.visitors) visitor.settle();
  const bad = why !== undefined || house.findings.length > 0;
  const pictures = await house.close(bad);
  const lines = [`  ${bad ? "FAILED" : "ok"}  ${name} (${seconds(start)})`];
  if (why) lines.push(...String(why.stack ?? why).split("\n").slice(0, 12));
  lines.push(...new Set(house.findings), ...pictures.map((picture) => `picture: ${picture}`));
  console.log(lines.join("\n      "));
  return !bad;
}

const run = await Run.open({ at: wish.at, out });
console.log(`  the demo is ready: ${seconds(begun)}`);
let good = 0;
const together = wished.filter(({ alone }) => !alone);
await Promise.all(Array.from({ length: LANES }, async () => {
  for (let next = together.shift(); next; next = together.shift()) {
    if (await played(run, next)) good += 1;
  }
}));
for (const next of wished.filter(({ alone }) => alone)) {
  if (await played(run, next)) good += 1;
}
await run.close({ keep: wish.keep });
console.log(`  ${good} of ${wished.length} journeys are good (${seconds(begun)})${out ? `; pictures in ${out}` : ""}`);
process.exit(good === wished.length ? 0 : 1);
