// A person before a window of the browser. He uses what everybody sees: links, buttons (`data-act`), fields (their labels).
import assert from "node:assert/strict";
import { look, picture } from "./screens.mjs";

export class Visitor {
  static async open(house, { width = 1280, height = width === 1024 ? 768 : width === 375 ? 667 : 800, touch = width < 720, scripts = true, calm = false } = {}) {
    const visitor = new Visitor();
    visitor.house = house;
    visitor.size = { width, height, touch };
    visitor.scripts = scripts;
    /** While it holds, the server is gone on purpose. */
    visitor.outage = false;
    visitor.context = await house.browser.newContext({
      viewport: { width, height }, hasTouch: touch, isMobile: touch, locale: "ja-JP", timezoneId: "Asia/Tokyo", baseURL: house.server.url, acceptDownloads: true, javaScriptEnabled: scripts,
      reducedMotion: calm ? "reduce" : "no-preference",
    });
    visitor.context.setDefaultTimeout(15_000);
    visitor.page = await visitor.context.newPage();
    visitor.cdp = await visitor.context.newCDPSession(visitor.page);
    visitor.complaints = [];
    visitor.#listen();
    return visitor;
  }

  // What the browser itself complains about: errors of scripts, refusals of the content policy, broken answers.
  #listen() {
    const { page, complaints } = this;
    const onPurpose = (words) => this.outage && /ERR_CONNECTION_REFUSED/.test(words);
    page.on("pageerror", (error) => complaints.push(`script error on ${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      // A refused form is answered with 4xx and a page that says why; the browser notes it as a failed load.
      if (message.type() === "error" && !onPurpose(message.text()) && !/Failed to load resource: .* status of 4\d\d/.test(message.text())) complaints.push(`console on ${page.url()}: ${message.text()}`);
    });
    page.on("response", (answer) => {
      const kind = answer.request().resourceType();
      if (answer.status() >= 500 || (answer.status() >= 400 && kind !== "document" && kind !== "fetch")) complaints.push(`${answer.request().method()} ${answer.url()} answered ${answer.status()}`);
    });
  }

  /** The window gets this size; a narrow one is a telephone with a touch screen. */
  async resize({ width, height, touch }) {
    await this.cdp.send("Emulation.setTouchEmulationEnabled", { enabled: touch });
    await this.cdp.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: touch, screenWidth: width, screenHeight: height });
    await this.page.evaluate(() => new Promise((end) => requestAnimationFrame(() => requestAnimationFrame(end))));
  }

  /** Opens an address. */
  async goes(path) {
    const answer = await this.page.goto(path);
    return answer?.status();
  }

  /** Presses what carries this `data-act`; `within` narrows it down. The page that follows is there afterwards. */
  async presses(act, within = "") {
    await this.#press(this.page.locator(`${within} [data-act="${act}"]:visible`).first());
  }
  /** Presses a link or button by its words. */
  async pressesWords(words) {
    await this.#press(this.page.getByRole("link", { name: words }).or(this.page.getByRole("button", { name: words })).first());
  }
  async #press(place) {
    const press = () => (this.size.touch ? place.tap() : place.click());
    const leadsOn = await place.evaluate((element) => {
      const link = element.closest("a[href]");
      if (link) return link.href.split("#")[0] !== location.href.split("#")[0];
      return element.type === "submit" && !!element.form;
    });
    if (leadsOn) await Promise.all([this.page.waitForEvent("domcontentloaded"), press()]);
    else await press();
    await this.page.waitForLoadState("load");
  }

  /** Fills the field with this label. */
  async fills(label, text) {
    await this.page.getByLabel(label).first().fill(text);
  }
  /** Chooses in the list with this label by the words shown. */
  async chooses(label, words) {
    const list = this.page.getByLabel(label).first();
    const value = await list.locator("option", { hasText: words }).first().getAttribute("value");
    await list.selectOption(value ?? words);
  }
  /** Gives a file (a path, or {name, mimeType, buffer}) to the field at this place. */
  async gives(selector, file) {
    await this.page.locator(selector).first().setInputFiles(file);
  }
  /** Presses what downloads, and gives the bytes. */
  async receives(act) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.page.locator(`[data-act="${act}"]:visible`).first().click()]);
    const parts = [];
    for await (const part of await download.createReadStream()) parts.push(part);
    return { name: download.suggestedFilename(), bytes: Buffer.concat(parts) };
  }

  /** Becomes a person of the demo (its short name, or "nobody") by the bar at the top; `to` is opened afterwards. */
  async becomes(key, to) {
    if (!this.page.url().startsWith("http")) await this.goes("/demo");
    const bar = this.page.locator("aside.demo details");
    if ((await bar.getAttribute("open")) === null) await this.#press(bar.locator("summary"));
    await this.#press(this.page.locator(`aside.demo button[name=person][value="${key}"]`));
    this.who = key;
    if (to) await this.goes(to);
  }

  /** The words are on the page (waits for them). */
  async sees(words) {
    await this.page.getByText(words).locator("visible=true").first().waitFor().catch(async () => {
      assert.fail(`「${words}」 is not on ${this.page.url()}: ${(await this.words()).slice(0, 400)}`);
    });
  }
  /** The first state badge of the page says this. */
  async stands(state) {
    await this.page.locator(`main .badge[data-state="${state}"]`).first().waitFor().catch(async () => {
      assert.fail(`no badge 「${state}」 on ${this.page.url()}: ${(await this.words()).slice(0, 400)}`);
    });
  }
  /** All that the page says. */
  words() {
    return this.page.locator("main").innerText();
  }
  get path() {
    return new URL(this.page.url()).pathname;
  }

  /** The page, looked at: pictures at three widths, and every rule of `look.mjs`. */
  async looks(name, options) {
    this.house.finds(await look(this, name, options));
    this.settle();
  }
  /** A picture of the window as it is. */
  async photographs(file, options) {
    await picture(this, file, options);
  }
  /** Hands what the browser complained about to the house. */
  settle() {
    this.house.finds(this.complaints.splice(0));
  }
}
