//! The whole journey's CPU as the script plays it: the driver reads the server's CPU time around its steps.

use crate::house::{House, program};
use std::process::Command;

/// CPU seconds of the server.
pub struct Spent {
    /// One contract from registration to 締結済, with the sign-ins of its people.
    pub contract: f64,
    /// One own deposit with its round.
    pub deposit: f64,
}

/// Plays the script at the running server.
///
/// # Errors
/// A sentence that says what did not work.
pub fn play(house: &House) -> Result<Spent, String> {
    let out = tempfile::tempdir().map_err(|error| error.to_string())?;
    // The driver asks for the CPU time of the process around its steps and writes it into summary.json.
    let output = Command::new(program()?)
        .args(["demo", "--script"])
        .arg(out.path())
        .args(["--at", &house.url, "--measure", &house.pid().to_string()])
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let summary = std::fs::read(out.path().join("summary.json")).map_err(|error| error.to_string())?;
    let summary: serde_json::Value = serde_json::from_slice(&summary).map_err(|error| error.to_string())?;
    let seconds = |key: &str| {
        summary["cpu_seconds"][key]
            .as_f64()
            .ok_or_else(|| format!("summary.json has no cpu_seconds.{key}"))
    };
    if std::env::var_os("BENCH_STEPS").is_some() {
        eprintln!("{}", summary["cpu_seconds"]);
    }
    Ok(Spent {
        contract: seconds("contract")?,
        deposit: seconds("deposit")?,
    })
}
