//! `cargo xtask demo`: checks the machine, builds, plays.

use crate::run::{Done, Failed, built, cargo, run, step};
use std::process::Command;

/// Builds `cectrust` and `cecsign-agent`, then runs `cectrust demo` with the given words.
pub fn demo(words: &[String]) -> Done {
    crate::machine::check()?;
    build()?;
    if words.iter().any(|word| word == "--script") {
        crate::browser::prepare_if_there();
    }
    let status = Command::new(built("cectrust"))
        .arg("demo")
        .args(words)
        .status()
        .map_err(|error| Failed(format!("cectrust: {error}")))?;
    // The status of `demo --script` is part of its face: 1 a step failed, 2 the machine lacks something.
    match status.code() {
        Some(0) => Ok(()),
        Some(code) => std::process::exit(code),
        None => Err(Failed(format!("cectrust demo ended with {status}"))),
    }
}

/// The one build that demo, journeys and tests share (the test profile).
pub fn build() -> Done {
    let first = !built("cectrust").exists();
    let what = if first {
        "1/2 building (about 7 minutes the first time)"
    } else {
        "1/2 building"
    };
    step(what, || run(&mut cargo(&["build", "--quiet", "--workspace", "--bins"])))
}
