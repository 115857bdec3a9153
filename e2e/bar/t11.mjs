// T11: the verify page: no sign-in, one drop, one Japanese sentence first, "issuer unknown" clearly apart from "altered", the details folded,
// under a second.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { ROOT } from "../kit/server.mjs";
import { journey } from "../kit/journey.mjs";
import { sample } from "../kit/moves.mjs";

/** Drops a file on the page as a person does, and gives what it says first, the state, and how long the answer took. */
async function drops(visitor, file) {
  await visitor.goes("/verify");
  const box = await visitor.page.locator("label.drop").boundingBox();
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files: [file], dragOperationsMask: 1 } };
  await visitor.cdp.send("Input.dispatchDragEvent", { type: "dragEnter", ...at });
  await visitor.cdp.send("Input.dispatchDragEvent", { type: "dragOver", ...at });
  const begun = performance.now();
  await visitor.cdp.send("Input.dispatchDragEvent", { type: "drop", ...at });
  await visitor.page.locator("#first").waitFor();
  const took = performance.now() - begun;
  const first = await visitor.page.locator("#first").innerText();
  const section = visitor.page.locator("section.verdict");
  const folded = await section.locator("details").evaluateAll((all) => all.every((one) => !one.open));
  const [above] = await section.locator("#first, dl.three, details").evaluateAll((all) => all.map((one) => one.id));
  assert.equal(above, "first", "the sentence stands before everything else");
  assert.ok(folded, "the details are folded");
  return { first, state: await section.getAttribute("data-state"), took };
}

/** The same file, signed by somebody whose issuer nobody knows (pyHanko). */
function byAStranger(pdf) {
  const folder = mkdtempSync(join(tmpdir(), "t11-"));
  try {
    const [key, cert, out] = ["key.pem", "cert.pem", "out.pdf"].map((name) => join(folder, name));
    execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8", "-days", "30", "-addext",
      "keyUsage=critical,digitalSignature,nonRepudiation", "-subj", "/C=JP/CN=鈴木 花子", "-keyout", key, "-out", cert], { stdio: "pipe" });
    const pyhanko = join(process.env.CECTRUST_TOOLS ?? join(ROOT, "target/tools"), "venv/bin/pyhanko");
    execFileSync(pyhanko, ["sign", "addsig", "--field", "Stranger", "--use-pades", "pemder", "--key", key, "--cert", cert, "--no-pass", pdf, out], { stdio: "pipe" });
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

journey("T11 the verify page: one drop, one sentence, issuer unknown is not altered, under a second", async (house) => {
  const sato = await house.as("sato");
  await sato.page.getByRole("link", { name: "北浜配送センター新築工事のうち内装工事" }).first().click();
  const { bytes: whole } = await sato.receives("original.download");
  const altered = Buffer.from(whole);
  altered[Math.floor(whole.length / 4)] ^= 1;

  const stranger = await house.visitor();
  await stranger.goes("/verify");
  assert.equal(await stranger.page.getByText("サインインせずに使えます").count(), 1);
  const answers = [];
  const folder = mkdtempSync(join(tmpdir(), "t11-"));
  for (const [name, bytes, state, first] of [
    ["契約書.pdf", whole, "valid", "この文書は、署名された時のままです。"],
    ["契約書（写し）.pdf", altered, "altered", "この文書は、署名のあとに変えられています。"],
    ["よそで署名.pdf", byAStranger(sample("chumon")), "undecided", "変えられてはいません。署名者の証明書の発行者は、まだ確認できません。"],
    ["署名なし.pdf", readFileSync(sample("chumon")), "undecided", "このPDFには、電子署名がありません。"],
  ]) {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    const said = await drops(stranger, file);
    assert.deepEqual([said.first, said.state], [first, state], name);
    assert.ok(said.took < 1000, `${name}: ${Math.round(said.took)} ms`);
    answers.push(said);
    const words = await stranger.words();
    assert.equal(words.includes("改ざん検知"), state === "altered", `${name}: 「改ざん検知」 is said exactly where it is so`);
    if (name.startsWith("よそ")) await stranger.sees("「無効」という意味ではありません。");
    if (state === "valid") await stranger.looks("verified", { buttonMayBeBelow: true });
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`      T11: ${answers.map(({ took }) => `${Math.round(took)} ms`).join(", ")}`);
}, { alone: true }); // its second is not to be shared with others
