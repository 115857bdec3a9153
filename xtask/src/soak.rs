//! `cargo xtask soak`: what is too long for a run of the tests. Each part prints its figures.

use crate::engine::Postgres;
use crate::journeys;
use crate::run::{Done, built, cargo, run, step};
use std::process::Command;

/// The parts by the word that chooses them; no word chooses all.
const PARTS: [&str; 7] = [
    "--matrix",
    "--only-kills",
    "--parallel",
    "--large",
    "--heavy",
    "--memory",
    "--papers",
];

/// The whole matrix of keys, credentials and engines; kill -9 on both engines; many requests of one session on one core; a book of ten
/// thousand pages, a drawing of A0 and a file of 45 MB; memory after twenty scripts; seventy thousand papers in one process.
pub fn soak(words: &[String]) -> Done {
    let said = |word: &str| words.iter().any(|said| said == word);
    let all = !PARTS.into_iter().any(said);
    let wanted = |part: &str| all || said(part);
    let kills = words
        .iter()
        .position(|word| word == "--kills")
        .and_then(|at| words.get(at + 1)?.parse().ok())
        .unwrap_or(100);
    // What is built already may lie somewhere else: `CARGO_TARGET_DIR` with `debug/cectrust`, `debug/cecsign-agent` and `debug/bench`.
    if !said("--built") {
        crate::tools::install()?;
        crate::demo::build()?;
    }
    if wanted("--matrix") || wanted("--only-kills") {
        let postgres = Postgres::start()?;
        if wanted("--matrix") {
            step("every key with every credential on both engines", || journeys::matrix(&postgres))?;
        }
        if wanted("--only-kills") {
            step("kill -9", || journeys::killed(kills, &postgres))?;
        }
    }
    for (part, words) in [
        ("--parallel", "3 × 100 requests of one session at once, on one core"),
        ("--large", "a book of 10 000 pages, a drawing of A0"),
        ("--heavy", "a file of 45 MB from the upload to the bundle"),
        ("--memory", "memory after 20 whole scripts"),
    ] {
        if wanted(part) {
            let word = part.trim_start_matches('-');
            step(words, || run(Command::new(built("bench")).arg(word)))?;
        }
    }
    if wanted("--papers") {
        step("70 000 papers in one process (about an hour)", papers)?;
    }
    Ok(())
}

/// A test of room `press` that the tests leave out; with optimisation, or it would take half a day on a busy machine.
fn papers() -> Done {
    run(&mut cargo(&[
        "test",
        "--release",
        "--quiet",
        "-p",
        "press",
        "--test",
        "it",
        "--",
        "--ignored",
        "--nocapture",
        "seventy_thousand",
    ]))
}
