// What holds on every page, whoever opens it. Each rule gives its findings as sentences; none is a good page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Serious and critical findings of axe-core. */
export async function accessible(page) {
  if (!(await page.evaluate("!!globalThis.axe"))) await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `axe ${id}: ${help}: ${nodes.slice(0, 3).map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`).join(" | ")}`);
  });
  return found;
}

/** Nothing stands outside the window's width. */
export const noSideways = (page, width) =>
  page.evaluate((width) => {
    const wide = document.scrollingElement.scrollWidth;
    if (wide <= width) return [];
    const over = [...document.querySelectorAll("body *")].find((part) => part.getBoundingClientRect().right > width + 1 && !part.closest(".sr"));
    return [`scrolls sideways at ${width}: ${wide} px wide, first by <${over?.tagName.toLowerCase()} class="${over?.className?.baseVal ?? over?.className ?? ""}">`];
  }, width);

/** The title tells this page from every page with another heading: it is what a list of tabs, a history and a screen reader say first. */
export async function titled(page, titles) {
  const [title, heading] = await page.evaluate(() => [document.title, document.querySelector("main h1")?.textContent.trim()]);
  const before = titles.get(title);
  titles.set(title, before ?? heading);
  return before === undefined || before === heading ? [] : [`the title 「${title}」 is also that of the page 「${before}」`];
}

/** The one thing to do is there without scrolling. */
export const buttonInSight = (page, height) =>
  page.evaluate((height) => {
    const shown = [...document.querySelectorAll(".btn.primary")].filter((button) => button.checkVisibility({ visibilityProperty: true, opacityProperty: true }));
    if (shown.length === 0 || shown.some((button) => button.getBoundingClientRect().bottom <= height && button.getBoundingClientRect().top >= 0)) return [];
    const first = shown[0];
    return [`the main button 「${first.textContent.trim()}」 is out of sight: it ends at ${Math.round(first.getBoundingClientRect().bottom)} of ${height} px`];
  }, height);

/** Japanese words for Japanese readers: no English sentence, no code of the program, no dead end. */
export const readable = (page) =>
  page.evaluate(() => {
    const findings = [];
    if (document.documentElement.lang !== "ja") findings.push("the page does not say lang=ja");
    if (!document.title.includes("CECTRUST")) findings.push(`the title 「${document.title}」 does not name the program`);
    const main = document.querySelector("main");
    if (!main?.querySelector("h1")) findings.push("the page has no heading");
    if (!main?.querySelector("a[href], button:not([disabled]), input")) findings.push("dead end: nothing to press or follow");
    const spare = "pre, code, .hash, .pin, .num, script, style, [lang=en]";
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (node.parentElement.closest(spare) || !node.parentElement.checkVisibility()) continue;
      const text = node.data.replace(/https?:\/\/\S+|\S+@\S+|[\w-]+\.(?:pdf|zip|pem|csv|html|md)/g, "");
      const sentence = text.match(/[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){3,}/);
      if (sentence) findings.push(`English: 「${sentence[0]}」`);
      const code = text.match(/\b[a-z]+_[a-z_]+\b|\bundefined\b|\bnull\b|\bNaN\b|\[object|\{\{|Some\(|\bNone\b|[A-Z][a-z]+[A-Z][a-z]+Error/);
      if (code) findings.push(`a code of the program: 「${code[0]}」 in 「${text.trim().slice(0, 60)}」`);
    }
    return findings;
  });
