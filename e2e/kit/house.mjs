// What a run shares (server, browser, folder of pictures), and what one journey has for itself (windows, findings).
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { Server, TARGET } from "./server.mjs";
import { Visitor } from "./visitor.mjs";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The server and the browser of a run. */
export class Run {
  static async open({ at, out }) {
    const run = new Run();
    run.out = out;
    /** The titles seen so far, each with the heading of its page. */
    run.titles = new Map();
    /** How often each kind of page was judged on the telephone. */
    run.narrow = new Map();
    if (out) mkdirSync(out, { recursive: true });
    run.failed = join(out ? dirname(out) : join(TARGET, "e2e"), "failed");
    const executablePath = process.env.CECTRUST_CHROMIUM ?? BROWSERS.find(existsSync);
    if (!executablePath) throw new Error("no Chromium on this machine: apt-get install chromium");
    // Chromium has no sandbox for root; the pages are our own.
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    run.server = await Server.start({ at });
    try {
      run.browser = await chromium.launch({ executablePath, args: [...args, "--disable-dev-shm-usage", "--lang=ja", "--font-render-hinting=none"] });
    } catch (error) {
      await run.server.end();
      throw error;
    }
    return run;
  }
  async close(options) {
    await this.browser.close();
    await this.server.end(options);
  }
}

/** One journey: its windows, its findings, the numbers of its pictures. */
export class House {
  constructor(run, number) {
    this.run = run;
    this.server = run.server;
    this.browser = run.browser;
    this.out = run.out;
    this.number = number;
    this.screens = 0;
    this.findings = [];
    this.visitors = [];
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
  /** 「1203」: the third picture of journey 12; 「03」 on the tour. */
  nextScreen() {
    this.screens += 1;
    return [this.number, this.screens].filter(Boolean).map((part) => String(part).padStart(2, "0")).join("");
  }
  finds(findings) {
    this.findings.push(...findings);
  }
  /** Closes the windows; after a failure each leaves a picture behind. The pictures and where they were taken. */
  async close(failed) {
    const pictures = [];
    for (const visitor of this.visitors) {
      if (failed) {
        mkdirSync(this.run.failed, { recursive: true });
        const file = join(this.run.failed, `${String(this.number).padStart(2, "0")}-${visitor.who ?? "anybody"}-${pictures.length + 1}.png`);
        await visitor.photographs(file, { full: true }).then(() => pictures.push(`${file} (${visitor.page.url()})`), () => {});
      }
      await visitor.context.close().catch(() => {});
    }
    return pictures;
  }
}
