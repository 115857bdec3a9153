//! `OUTDIR/screens`: pictures of the pages by the tour of `e2e/`, where node, Chromium and the modules of `e2e/` are on this machine.

use std::path::{Path, PathBuf};

use tokio::process::Command;

/// The word of `summary.json` when there are none (outside.md §2).
pub const LEFT_OUT: &str = "left out";

/// Takes them while the program still runs; how many, or that they were left out, or why the browser gave up.
pub async fn take(url: &str, out: &Path) -> String {
    let Some(tour) = tour() else {
        return LEFT_OUT.to_owned();
    };
    let folder = out.join("screens");
    let ended = Command::new("node")
        .arg(tour)
        .args(["--tour", "--at", url, "--screens"])
        .arg(&folder)
        .kill_on_drop(true)
        .output()
        .await;
    match ended {
        Ok(output) if output.status.success() => {
            let pictures = std::fs::read_dir(&folder).map_or(0, |files| files.flatten().filter(|file| is_png(&file.path())).count());
            format!("{pictures} pictures")
        }
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            format!("failed: {}", said.trim())
        }
        Err(_) => LEFT_OUT.to_owned(),
    }
}

fn is_png(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "png")
}

/// `e2e/run.mjs` of the source tree around this folder or this program, with its modules installed, and a Chromium to use it.
fn tour() -> Option<PathBuf> {
    let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    if !chromium.iter().any(|path| Path::new(path).is_file()) {
        return None;
    }
    let here = std::env::current_dir().ok();
    let program = std::env::current_exe().ok();
    here.iter()
        .chain(&program)
        .flat_map(|path| path.ancestors())
        .map(|folder| folder.join("e2e"))
        .find(|e2e| e2e.join("node_modules/playwright-core").is_dir())
        .map(|e2e| e2e.join("run.mjs"))
}
