// T8: prepared, placed, sent, signed and verified at 375 px, and by keyboard alone; each field is an element that takes the focus and has a
// name; contrast at least 4.5 (axe: color-contrast).
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { journey } from "../kit/journey.mjs";
import { accessible, noSideways } from "../kit/look.mjs";
import { idOf, number, registers, returns, sample, sends, signs } from "../kit/moves.mjs";

/** What has the focus now: its name as a screen reader says it, its act, its id. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const label = element.labels?.[0]?.textContent ?? "";
    return { id: element.id, act: element.dataset?.act ?? "", href: element.getAttribute?.("href") ?? "", words: (element.getAttribute?.("aria-label") ?? (label || element.textContent || "")).trim() };
  });

/** Goes on by Tab until what has the focus fits. */
async function tabsTo(visitor, what, fits) {
  for (let step = 0; step < 150; step++) {
    await visitor.page.keyboard.press("Tab");
    const at = await focused(visitor.page);
    if (fits(at)) return at;
  }
  assert.fail(`Tab does not come to ${what} on ${visitor.path}`);
}
async function presses(visitor, key = "Enter") {
  await Promise.all([visitor.page.waitForEvent("domcontentloaded"), visitor.page.keyboard.press(key)]);
  await visitor.page.waitForLoadState("load");
}
/** Every field of the page has a name, and none is out of reach of Tab. */
async function named(visitor) {
  const nameless = await visitor.page.evaluate(() =>
    [...document.querySelectorAll("main input:not([type=hidden]), main select, main textarea, main button")]
      .filter((field) => field.checkVisibility() && !field.disabled)
      .filter((field) => field.tabIndex < 0 || !(field.getAttribute("aria-label") || field.labels?.[0]?.textContent.trim() || field.textContent.trim()))
      .map((field) => field.outerHTML.slice(0, 120)));
  assert.deepEqual(nameless, [], `fields without a name or out of reach on ${visitor.path}`);
}
/** What holds on each page of the way: names, no sideways scroll, contrast. */
async function holds(visitor, width) {
  await named(visitor);
  visitor.house.finds([...(await noSideways(visitor.page, width)), ...(await accessible(visitor.page))].map((finding) => `${visitor.path}: ${finding}`));
}
/** The verify page says at once that the file is whole. */
async function verified(visitor, id) {
  const { bytes } = await visitor.receives("original.download");
  const file = join(tmpdir(), `t08-${process.pid}-${id}.pdf`);
  writeFileSync(file, bytes);
  await visitor.goes("/verify");
  await visitor.gives("input[name=file]", file);
}

journey("T8 at 375 px: prepared, placed, sent, signed, verified by touch", async (house) => {
  const midori = await house.as("yamamoto", { width: 375 });
  const id = await registers(midori, { paper: "demo/midori-0007", title: "仮設資材の賃貸借に関する注文（1月分）", signer: "山本 健太", partner: "あおば建設", partnerSigner: "田中 一郎" });
  await holds(midori, 375);
  // The two fields are elements that take the focus, named as they are to be read out.
  for (const [side, nth, who] of [["a", 1, "山本 健太"], ["b", 2, "田中 一郎"]]) {
    const spot = midori.page.locator(`[data-spot="${side}"]`);
    assert.match((await spot.locator("strong").first().innerText()).replace(/\s+/g, " "), new RegExp(`署名欄 ${nth}/2 ${who}.*必須`));
    const button = spot.locator("button.who");
    await button.focus();
    assert.match((await focused(midori.page)).words, new RegExp(`署名欄 ${nth}/2 ${who}.*必須`));
  }
  await midori.page.locator("#at_a").selectOption({ label: "上の左" });
  await midori.presses("field.place");
  await signs(midori, id);
  await holds(midori, 375);
  await sends(midori, id);
  await holds(midori, 375);
  const tanaka = await house.as("tanaka", { width: 375 });
  await tanaka.goes(`/cases/${id}/read`);
  await holds(tanaka, 375);
  await signs(tanaka, id);
  const sato = await house.as("sato", { width: 375 });
  await returns(sato, id);
  await sato.page.locator('[data-act="bundle.download"]').waitFor({ timeout: 30_000 });
  await holds(sato, 375);
  await verified(sato, id);
  await sato.presses("verify.check");
  await sato.sees("この文書は、署名された時のままです。");
  await holds(sato, 375);
});

journey("T8 by keyboard alone: prepared, placed, signed, sent, verified", async (house) => {
  const visitor = await house.as("yamamoto");
  await visitor.goes("/cases/new");
  // The file itself is chosen in a window of the system; everything around it is keys.
  await visitor.gives("input[name=pdf]", sample("demo/midori-0007"));
  await tabsTo(visitor, "案件名", ({ id }) => id === "title");
  await visitor.page.keyboard.type("仮設資材の賃貸借に関する注文（2月分）");
  await tabsTo(visitor, "契約番号", ({ id }) => id === "number");
  await visitor.page.keyboard.type(number("MIDORI-2026-0007", house));
  await tabsTo(visitor, "契約金額", ({ id }) => id === "amount");
  await visitor.page.keyboard.type("1056000");
  for (const [id, words] of [["a_signer", "山本"], ["partner", "あおば"], ["b_signer", "田中"]]) {
    await tabsTo(visitor, id, (at) => at.id === id);
    const chosen = () => visitor.page.evaluate(() => document.activeElement.selectedOptions[0].textContent);
    for (let step = 0; step < 20 && !(await chosen()).includes(words); step++) await visitor.page.keyboard.press("ArrowDown");
    assert.match(await chosen(), new RegExp(words));
  }
  await tabsTo(visitor, "the button that registers", ({ act }) => act === "case.save_draft");
  await presses(visitor);
  const id = idOf(visitor);
  await holds(visitor, 1280);
  // A place by keys: chosen in the list, moved a millimetre with an arrow, decided.
  const moved = await tabsTo(visitor, "署名欄 1/2", ({ act }) => act === "field.choose");
  assert.match(moved.words, /署名欄 1\/2 山本 健太.*必須/);
  const before = await visitor.page.locator("#left_a").inputValue();
  await visitor.page.keyboard.press("Enter");
  await visitor.page.keyboard.press("ArrowRight");
  await tabsTo(visitor, "the button that places", ({ act }) => act === "field.place");
  await presses(visitor);
  assert.notEqual(await visitor.page.locator("#left_a").inputValue(), before, "the arrow moved the field");
  await tabsTo(visitor, "the way to the signature", ({ act }) => act === "case.to_sign");
  await presses(visitor);
  assert.equal(visitor.path, `/cases/${id}/read`);
  await tabsTo(visitor, "the 合言葉", (at) => at.id === "words");
  await visitor.page.keyboard.type(await visitor.page.locator("#demo-words").innerText());
  await tabsTo(visitor, "the button that signs", ({ act }) => act === "case.sign");
  await presses(visitor, "Space");
  await tabsTo(visitor, "the button that sends", ({ act }) => act === "case.send");
  await presses(visitor);
  await visitor.stands("waiting");
  await holds(visitor, 1280);
  // Verified, without a mouse.
  const { bytes } = await visitor.receives("document.download");
  const file = join(tmpdir(), `t08-${process.pid}-key.pdf`);
  writeFileSync(file, bytes);
  await visitor.goes("/verify");
  await visitor.gives("input[name=file]", file);
  await tabsTo(visitor, "the button that verifies", ({ act }) => act === "verify.check");
  await presses(visitor);
  await visitor.sees("この文書は、署名された時のままです。");
});
