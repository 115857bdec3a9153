//! The commit the program is built from: `CECTRUST_COMMIT`, or what git says, or `unknown`.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=CECTRUST_COMMIT");
    let commit = std::env::var("CECTRUST_COMMIT")
        .ok()
        .or_else(from_git)
        .unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=CECTRUST_COMMIT={commit}");
}

fn from_git() -> Option<String> {
    // Every commit and checkout writes a line there.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    let log = std::path::Path::new(&log).canonicalize().ok()?;
    println!("cargo::rerun-if-changed={}", log.display());
    git(&["rev-parse", "HEAD"])
}

fn git(words: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(words)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
