// The core journey by keyboard alone: Tab, Enter, Space, arrows; what has the focus is visible and in sight.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { enter, keysTo, rests, signsInByKeys, tabsTo, types } from "../kit/keys.mjs";
import { isKept, waitsAtMidori } from "../kit/moves.mjs";

journey("by keyboard alone: signed in, found, read, signed, returned", async (house) => {
  const title = "川口倉庫改修工事のうちボード張り工事（G工区）";
  const { id } = await waitsAtMidori(house, title);
  const visitor = await house.visitor();
  await signsInByKeys(visitor, "yamamoto", "demo-yamamoto-midori-2026");
  await visitor.sees(title);
  await tabsTo(visitor, "the case", ({ words }) => words === title);
  await enter(visitor);
  await keysTo(visitor, "case.open");
  assert.equal(visitor.path, `/cases/${id}/read`);
  // Reading: the page scrolls by keys.
  await visitor.page.keyboard.press("PageDown");
  await visitor.page.waitForFunction(() => scrollY > 100);
  await rests(visitor.page);
  await types(visitor, "words", await visitor.page.locator("#demo-words").innerText());
  await keysTo(visitor, "case.sign", "Space");
  await visitor.sees("まだ返送していません。");
  await keysTo(visitor, "case.return");
  await visitor.sees("成立しました。");
  await isKept(visitor);
});

journey("by keyboard alone: the 企業ID finds a case, reads it and goes back", async (house) => {
  const suzuki = await house.visitor();
  await signsInByKeys(suzuki, "suzuki", "demo-suzuki-aoba-2026");
  assert.equal(suzuki.path, "/company");
  await types(suzuki, "q", "北浜配送センター");
  await enter(suzuki);
  await tabsTo(suzuki, "the case", ({ words }) => words.startsWith("北浜配送センター"));
  await enter(suzuki);
  await suzuki.sees("成立しました。");
  await keysTo(suzuki, "original.read");
  await suzuki.sees("契約の要点");
  await tabsTo(suzuki, "the way back", ({ href }) => href === "/company");
  await enter(suzuki);
  await tabsTo(suzuki, "a filter", ({ href }) => href.includes("show="));
  await enter(suzuki);
  await suzuki.page.locator('.pills [aria-current="true"]').waitFor();
});

journey("by keyboard alone: a document is deposited and its receipt is in reach", async (house) => {
  const kimura = await house.visitor();
  await signsInByKeys(kimura, "kimura", "demo-kimura-aoba-2026");
  await tabsTo(kimura, "the field for the file", ({ name }) => name === "file");
  // The file itself is chosen in a window of the system; what is chosen is sent at once.
  await kimura.gives("input[name=file]", { name: "足場点検記録（12月）.txt", mimeType: "text/plain", buffer: Buffer.from("足場点検記録　異常なし\n") });
  await kimura.sees("お預かりしました");
  await tabsTo(kimura, "the receipt", ({ act }) => act === "receipt.download");
  const [download] = await Promise.all([kimura.page.waitForEvent("download"), kimura.page.keyboard.press("Enter")]);
  assert.match(download.suggestedFilename(), /\.pdf$/);
});

journey("the first Tab leads to the words of the page, past the bar and the head", async (house) => {
  const anybody = await house.visitor();
  await anybody.goes("/verify");
  await anybody.page.keyboard.press("Tab");
  assert.equal(await anybody.page.evaluate(() => document.activeElement.textContent), "本文へ移る");
  const { x, y } = await anybody.page.locator(".skip").boundingBox();
  assert.ok(x >= 0 && y >= 0, "it is seen while it has the focus");
  await anybody.page.keyboard.press("Enter");
  await anybody.page.waitForFunction(() => document.activeElement.id === "main");
  await tabsTo(anybody, "the field for the file", ({ name }) => name === "file");
});
