// What all journeys of a run share: the server, the browser, the pictures, and what was found.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { ROOT, Server } from "./server.mjs";
import { Visitor } from "./visitor.mjs";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export class House {
  static async open({ at, out }) {
    const house = new House();
    house.out = out;
    if (out) mkdirSync(out, { recursive: true });
    house.failed = join(out ? dirname(out) : join(ROOT, "target/e2e"), "failed");
    house.findings = [];
    house.screens = 0;
    house.visitors = [];
    const executablePath = process.env.CECTRUST_CHROMIUM ?? BROWSERS.find(existsSync);
    if (!executablePath) throw new Error("no Chromium on this machine: apt-get install chromium");
    // Chromium has no sandbox for root; the pages are our own.
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    house.server = await Server.start({ at });
    try {
      house.browser = await chromium.launch({ executablePath, args: [...args, "--disable-dev-shm-usage", "--font-render-hinting=none"] });
    } catch (error) {
      await house.server.end();
      throw error;
    }
    return house;
  }
  /** A new window of its own (own cookies): `{width: 375}` is a telephone. */
  async visitor(options) {
    const visitor = await Visitor.open(this, options);
    this.visitors.push(visitor);
    return visitor;
  }
  /** A window with this person signed in by the bar of the demo. */
  async as(key, options) {
    const visitor = await this.visitor(options);
    await visitor.becomes(key);
    return visitor;
  }
  nextScreen() {
    this.screens += 1;
    return String(this.screens).padStart(2, "0");
  }
  finds(findings) {
    this.findings.push(...findings);
  }
  /** Closes all windows; where a journey failed, each leaves a picture behind. */
  async clear(failed) {
    const pictures = [];
    for (const [n, visitor] of this.visitors.splice(0).entries()) {
      if (failed) {
        mkdirSync(this.failed, { recursive: true });
        const file = join(this.failed, `${failed.replace(/[^\p{L}\p{N}]+/gu, "-")}-${n + 1}.png`);
        await visitor.photographs(file, { full: true }).then(() => pictures.push(`${file} (${visitor.page.url()})`), () => {});
      }
      await visitor.leaves().catch(() => {});
    }
    return pictures;
  }
  async close(options) {
    await this.clear();
    await this.browser.close();
    await this.server.end(options);
  }
}
