// Starts `cectrust serve --demo` on a folder of its own, waits until its first cases are there, and ends it by its pid.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export const ROOT = resolve(import.meta.dirname, "../..");
/** The folder of what is built and of what a run leaves behind. */
export const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");

/** A built program of the workspace; `CECTRUST_BIN` and `CECTRUST_AGENT_BIN` name others. */
export const program = (name) => {
  const named = process.env[name === "cectrust" ? "CECTRUST_BIN" : "CECTRUST_AGENT_BIN"];
  return named ?? join(TARGET, "debug", name);
};

/** The server of this run. With `at` it plays at one that runs already and is not ended. */
export class Server {
  static async start({ at, bare = false } = {}) {
    const server = new Server();
    if (at) {
      server.url = at.replace(/\/+$/, "");
      return server;
    }
    server.folder = mkdtempSync(join(tmpdir(), "cectrust-e2e-"));
    await server.#serve(bare);
    return server;
  }

  async #serve(bare) {
    const ready = join(this.folder, "ready.json");
    rmSync(ready, { force: true });
    const log = openSync(join(this.folder, "server.log"), "a");
    const words = ["serve", "--demo", "--data", join(this.folder, "data"), "--listen", "127.0.0.1:0", "--status-listen", "127.0.0.1:0", "--ready-file", ready];
    this.child = spawn(program("cectrust"), bare ? [...words, "--bare"] : words, { stdio: ["ignore", log, log] });
    this.ended = new Promise((end) => this.child.once("exit", (code, signal) => end(code ?? signal)));
    let ended;
    this.ended.then((how) => { ended = how; });
    await until(`the server is ready (${join(this.folder, "server.log")})`, () => existsSync(ready) || ended !== undefined, 60_000);
    if (ended !== undefined) throw new Error(`the server ended with ${ended} before it was ready; see ${join(this.folder, "server.log")}`);
    Object.assign(this, JSON.parse(readFileSync(ready, "utf8")));
    await until("the first cases of the demo are there", async () => {
      const { story } = await this.get("/demo/story");
      if (story === "stopped") throw new Error(`the first cases of the demo could not be made; see ${join(this.folder, "server.log")}`);
      return story !== "playing";
    }, 90_000);
  }

  /** Kills it in the middle of whatever it does, as a power cut would. */
  async killed() {
    this.child.kill("SIGKILL");
    await this.ended;
  }
  /** Starts it again on the same folder; the demo keeps its addresses. */
  async again() {
    const before = this.url;
    await this.#serve(false);
    if (this.url !== before) throw new Error(`the demo came back at ${this.url}, not at ${before}`);
  }

  /** Asks one of the demo's own JSON addresses. */
  async get(path) {
    const answer = await fetch(this.url + path);
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return answer.json();
  }

  /** Where objects and rows lie, for tests that damage a stored file; nothing with `at`. */
  get data() {
    return this.folder && join(this.folder, "data");
  }

  /** Ends it and takes its folder away; `keep` leaves the folder for whoever looks for the cause of a failure. */
  async end({ keep = false } = {}) {
    if (!this.child) return;
    this.child.kill("SIGTERM");
    const how = await Promise.race([this.ended, pause(15_000, "no end")]);
    if (how === "no end") this.child.kill("SIGKILL");
    if (keep) console.log(`  the server's folder is kept: ${this.folder}`);
    else rmSync(this.folder, { recursive: true, force: true });
    if (how !== 0) throw new Error(`the server did not end well on SIGTERM: ${how}`);
  }
}

/** Waits for something that happens elsewhere. */
export async function until(what, holds, atMost = 20_000) {
  const end = Date.now() + atMost;
  for (;;) {
    const answer = await holds();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${atMost / 1000} s in vain until ${what}`);
    await pause(50);
  }
}
