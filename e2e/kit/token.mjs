// A person's token (SoftHSM2 in a folder of its own), the agent beside it, and another program that signs with it (pyHanko).
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TARGET, program } from "./server.mjs";

const PIN = "e2e-token-2026";
const MODULES = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"];

export class Token {
  constructor(label) {
    this.label = label;
    this.folder = mkdtempSync(join(tmpdir(), "cectrust-token-"));
    mkdirSync(join(this.folder, "tokens"));
    const configuration = join(this.folder, "softhsm2.conf");
    writeFileSync(configuration, `directories.tokendir = ${join(this.folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n`);
    this.environment = { ...process.env, SOFTHSM2_CONF: configuration };
    this.module = MODULES.find(existsSync);
    if (!this.module) throw new Error("no SoftHSM2 on this machine: apt-get install softhsm2");
    execFileSync("softhsm2-util", ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", PIN], { env: this.environment, stdio: "pipe" });
  }

  /** Starts `cecsign-agent` with the words its holder would type; resolves when it ended well. */
  agent(words) {
    return this.#run(program("cecsign-agent"), [...words, "--module", this.module, "--token", this.label, "--pin-fd", "0", "--json"], `${PIN}\n`);
  }

  /** Signs `pdf` into `out` as a program of others does, in its first empty field; what is there already is only added to. */
  signOutside({ pdf, out, subfilter = "ETSI.CAdES.detached", ec = true }) {
    const python = join(process.env.CECTRUST_TOOLS ?? join(TARGET, "tools"), "venv/bin/python");
    const wish = { pdf, out, subfilter, ec, module: this.module, label: this.label };
    return this.#run(python, [join(import.meta.dirname, "sign_outside.py")], `${JSON.stringify(wish)}\n${PIN}\n`);
  }

  #run(command, words, input) {
    // A pipe of node is a socket, which `--pin-fd` cannot open: what is typed lies in a file of the token's folder.
    const typed = join(this.folder, "typed");
    writeFileSync(typed, input, { mode: 0o600 });
    const child = spawn(command, words, { env: this.environment, stdio: [openSync(typed), "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (text) => { said += text; });
    child.stderr.on("data", (text) => { said += text; });
    const ended = new Promise((end, fail) => {
      child.once("error", fail);
      child.once("close", (code) => (code === 0 ? end(said) : fail(new Error(`${command} ${words[0]} ended with ${code}: ${said}`))));
    });
    ended.catch(() => {}); // who started it awaits it; until then nobody else is told
    return ended;
  }

  end() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
