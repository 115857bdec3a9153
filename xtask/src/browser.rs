//! The browser test (`e2e/`): the pages as people use them, in Debian's Chromium through playwright-core.

use crate::run::{Done, Failed, built, quiet, root, step, target, there, tools};
use std::path::PathBuf;
use std::process::Command;

/// `cargo xtask e2e [--only WORDS] [--pictures] …`: builds, then plays the journeys.
pub fn browser(words: &[String]) -> Done {
    crate::tools::install()?;
    crate::demo::build()?;
    play(words)
}

/// Plays the journeys with what is built; `words` go to `e2e/run.mjs`.
pub fn play(words: &[String]) -> Done {
    modules()?;
    let status = node(words).status().map_err(|error| Failed(format!("node: {error}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Failed(format!(
        "the browser test found pages that are not good: what and where stands above; pictures of every page in {}, of what failed in {}",
        target().join("e2e/screens").display(),
        target().join("e2e/failed").display()
    )))
}

/// `OUTDIR/screens` of `cectrust demo --script OUTDIR`: the program takes them itself where it finds these modules.
pub fn prepare_if_there() {
    if there("node") && there("npm") && chromium() && modules().is_err() {
        println!("   pictures of the pages are left out: e2e/node_modules cannot be installed");
    }
}

fn node(words: &[String]) -> Command {
    let mut command = Command::new("node");
    command
        .arg(root().join("e2e/run.mjs"))
        .args(words)
        .current_dir(root())
        .env("CECTRUST_BIN", built("cectrust"))
        .env("CECTRUST_AGENT_BIN", built("cecsign-agent"))
        .env("CECTRUST_TOOLS", tools());
    command
}

fn chromium() -> bool {
    ["chromium", "chromium-browser", "google-chrome"].iter().any(|name| there(name))
}

/// `node_modules` exactly as the lock file says; once for each lock file.
fn modules() -> Done {
    let folder = root().join("e2e");
    let wanted = std::fs::read_to_string(folder.join("package-lock.json")).map_err(|error| Failed(error.to_string()))?;
    let mark = mark();
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step("npm ci (playwright-core, axe-core)", || {
        quiet(Command::new("npm").args(["ci", "--silent"]).current_dir(&folder))?;
        std::fs::write(&mark, &wanted).map_err(|error| Failed(error.to_string()))
    })
}

fn mark() -> PathBuf {
    root().join("e2e/node_modules/.installed-from.json")
}
