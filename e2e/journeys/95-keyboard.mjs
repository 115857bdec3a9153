// The core journey by keyboard alone: Tab, Enter, Space, arrows; what has the focus is visible and in sight.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { isKept, waitsAtMidori } from "../kit/moves.mjs";

/** Whether what has the focus comes into sight: the browser scrolls there, and may still be on its way. */
const inSight = (page) => page.waitForFunction(() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}, null, { timeout: 2000 }).then(() => true, () => false);

/** Waits until the page has stopped to scroll. */
const rests = (page) => page.waitForFunction(() => {
  const before = scrollY;
  return new Promise((done) => setTimeout(() => done(scrollY === before), 150));
});

/** Presses Tab until what has the focus fits; every stop on the way must show its focus. */
async function tabsTo(visitor, what, fits) {
  const { page } = visitor;
  for (let step = 0; step < 120; step++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      const style = getComputedStyle(element);
      return {
        act: element.dataset?.act ?? element.closest("[data-act]")?.dataset.act ?? "", id: element.id, name: element.name ?? "", words: (element.innerText ?? element.textContent ?? "").trim().slice(0, 60),
        seen: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none" || element.tagName.toLowerCase() === "a" && !!element.ownerSVGElement,
        body: element === document.body,
      };
    });
    if (at.body) continue;
    assert.ok(at.seen, `the focus on 「${at.words || at.name || at.id}」 is not visible (${visitor.path})`);
    assert.ok(await inSight(page), `the focus on 「${at.words || at.name || at.id}」 is out of sight (${visitor.path})`);
    if (fits(at)) return;
  }
  assert.fail(`Tab does not come to ${what} on ${visitor.path}`);
}

const enter = async (visitor) => {
  await Promise.all([visitor.page.waitForEvent("domcontentloaded"), visitor.page.keyboard.press("Enter")]);
  await visitor.page.waitForLoadState("load");
};

journey("by keyboard alone: signed in, found, read, signed, returned", async (house) => {
  const title = "鍵盤だけで署名する注文";
  const { id } = await waitsAtMidori(house, title);
  const visitor = await house.visitor();
  await visitor.goes("/sign-in");
  await tabsTo(visitor, "the sign-in name", ({ id }) => id === "sign_in");
  await visitor.page.keyboard.type("yamamoto");
  await tabsTo(visitor, "the password", ({ id }) => id === "password");
  await visitor.page.keyboard.type("demo-yamamoto-midori-2026");
  await enter(visitor);
  await visitor.sees(title);
  await tabsTo(visitor, "the case", ({ words }) => words === title);
  await enter(visitor);
  await tabsTo(visitor, "the button that opens it", ({ act }) => act === "case.open");
  await enter(visitor);
  assert.equal(visitor.path, `/cases/${id}/read`);
  // Reading: the page scrolls by keys.
  await visitor.page.keyboard.press("PageDown");
  await visitor.page.waitForFunction(() => scrollY > 100);
  await rests(visitor.page);
  await tabsTo(visitor, "the 合言葉", ({ id }) => id === "words");
  await visitor.page.keyboard.type(await visitor.page.locator("#demo-words").innerText());
  await tabsTo(visitor, "the button that signs", ({ act }) => act === "case.sign");
  await Promise.all([visitor.page.waitForEvent("domcontentloaded"), visitor.page.keyboard.press("Space")]);
  await visitor.sees("まだ返送していません。");
  await tabsTo(visitor, "the button that returns", ({ act }) => act === "case.return");
  await enter(visitor);
  await visitor.sees("成立しました。");
  await isKept(visitor);
});
