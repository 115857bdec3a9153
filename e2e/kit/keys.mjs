// A person without a mouse: Tab, Enter, Space, arrows. What has the focus is seen, and in sight.
import assert from "node:assert/strict";

/** Whether what has the focus comes into sight: the browser scrolls there, and may still be on its way. */
const inSight = (page) => page.waitForFunction(() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}, null, { timeout: 2000 }).then(() => true, () => false);

/** Waits until the page has stopped to scroll. */
export const rests = (page) => page.waitForFunction(() => {
  const before = scrollY;
  return new Promise((done) => setTimeout(() => done(scrollY === before), 150));
});

/** Presses Tab until what has the focus fits; every stop on the way must show its focus. */
export async function tabsTo(visitor, what, fits) {
  const { page } = visitor;
  for (let step = 0; step < 150; step++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      // A field for a file lies unseen over its box, which shows the focus in its place.
      const style = getComputedStyle(element.closest("label.drop") ?? element);
      return {
        act: element.dataset?.act ?? element.closest("[data-act]")?.dataset.act ?? "", id: element.id, name: element.name ?? "", href: element.getAttribute("href") ?? "",
        value: element.value ?? "", words: (element.innerText ?? element.textContent ?? "").trim().slice(0, 60),
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

/** Presses Enter (or another key) on what leads on; the next page is there afterwards. */
export async function enter(visitor, key = "Enter") {
  await Promise.all([visitor.page.waitForEvent("domcontentloaded"), visitor.page.keyboard.press(key)]);
  await visitor.page.waitForLoadState("load");
}

/** Comes by Tab to the button or link with this act and presses it. */
export async function keysTo(visitor, act, key = "Enter") {
  await tabsTo(visitor, act, (at) => at.act === act);
  await enter(visitor, key);
}

/** Comes by Tab to the field with this id, and types. */
export async function types(visitor, id, text) {
  await tabsTo(visitor, `the field ${id}`, (at) => at.id === id);
  await visitor.page.keyboard.type(text);
}

/** Signs in without a mouse. */
export async function signsInByKeys(visitor, signIn, password) {
  await visitor.goes("/sign-in");
  await types(visitor, "sign_in", signIn);
  await types(visitor, "password", password);
  await enter(visitor);
}
