// Pictures of a page at the three widths, and the rules of `look.mjs` at each.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessible, buttonInSight, noSideways, readable, titled } from "./look.mjs";

export const SIZES = [
  { width: 1280, height: 800, touch: false },
  { width: 1024, height: 768, touch: false },
  { width: 375, height: 667, touch: true },
];
/** Longer pages are cut: a picture is for looking at. */
const TALLEST = 6000;

/** Looks at the page a visitor has before him: findings as sentences. Leaves the window as it was. `judge: false` only takes the pictures. */
export async function look(visitor, name, { buttonMayBeBelow = false, judge = true } = {}) {
  const { page, house } = visitor;
  const number = house.nextScreen();
  // Without scripts a page cannot be asked what it is like; it is photographed.
  if (!visitor.scripts) {
    if (house.out) await picture(visitor, join(house.out, `${number}-${name}-${visitor.size.width}.png`));
    return [];
  }
  await settled(page);
  const findings = judge ? [...(await readable(page)), ...(await titled(page, house.run.titles))] : [];
  for (const size of SIZES) {
    await visitor.resize(size);
    if (judge) {
      findings.push(...(await noSideways(page, size.width)));
      // The width of a desktop window at 200 %.
      if (size.width === 1280) {
        await visitor.resize({ width: 640, height: 400, touch: false });
        findings.push(...(await noSideways(page, 640)));
        await visitor.resize(size);
      }
      if (size.width === 1024 && !buttonMayBeBelow) findings.push(...(await buttonInSight(page, size.height)));
      if (size.width === 1280 || (size.width === 375 && seldom(page, house.run.narrow))) findings.push(...(await accessible(page)).map((finding) => `at ${size.width}: ${finding}`));
    }
    if (house.out) await picture(visitor, join(house.out, `${number}-${name}-${size.width}.png`), { full: true });
  }
  await visitor.resize(visitor.size);
  return findings.map((finding) => `${number}-${name}: ${finding}`);
}

/** Whether this kind of page was judged on the telephone less than twice: axe takes most of the time, and on the desktop it judges every page. */
function seldom(page, judged) {
  const kind = new URL(page.url()).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "*");
  judged.set(kind, (judged.get(kind) ?? 0) + 1);
  return judged.get(kind) <= 2;
}

/** One picture: of the window, or of the full page. */
export async function picture(visitor, file, { full = false } = {}) {
  const { page, cdp } = visitor;
  // The full page is taken from its top: what sticks to the window stands where it does before anybody scrolls.
  const at = await page.evaluate((full) => {
    const at = scrollY;
    if (full) scrollTo({ top: 0, behavior: "instant" });
    return at;
  }, full);
  const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: document.scrollingElement.scrollHeight }));
  const clip = { x: 0, y: 0, width, height: Math.min(height, TALLEST), scale: 1 };
  const { data } = await cdp.send("Page.captureScreenshot", full ? { format: "png", captureBeyondViewport: true, clip } : { format: "png" });
  writeFileSync(file, Buffer.from(data, "base64"));
  if (at) await page.evaluate((top) => scrollTo({ top, behavior: "instant" }), at);
}

/** Everything that belongs to the page is there, what would load later too. */
async function settled(page) {
  await page.waitForLoadState("load");
  await page.evaluate(async () => {
    for (const image of document.images) image.loading = "eager";
    const late = new Promise((end) => setTimeout(end, 5000));
    await Promise.race([late, Promise.all([...document.images].map((image) => image.decode().catch(() => {}))).then(() => document.fonts.ready)]);
  });
}
