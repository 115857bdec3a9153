//! The whole journey's CPU: a server of its own process, driven by the script, its CPU time read from the kernel.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// CPU seconds of the server.
pub struct Figures {
    /// One contract from registration to 締結済 (mean of the contracts of one run).
    pub contract: f64,
    /// One own deposit with its round.
    pub deposit: f64,
}

/// Serves a demo in a folder, plays the script against it, and reads CPU time around the steps of the contract.
///
/// # Errors
/// A sentence that says what did not work.
pub fn cpu_seconds(folder: &Path) -> Result<Figures, String> {
    let program = std::env::current_exe()
        .map_err(|error| error.to_string())?
        .with_file_name("cectrust");
    let (data, ready, out) = (folder.join("data"), folder.join("ready.json"), folder.join("out"));
    let mut server = Command::new(&program)
        .args([
            "serve",
            "--demo",
            "--bare",
            "--listen",
            "127.0.0.1:0",
            "--status-listen",
            "127.0.0.1:0",
            "--data",
        ])
        .arg(&data)
        .arg("--ready-file")
        .arg(&ready)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let figures = play(&program, server.id(), &ready, &out);
    let _ended = Command::new("kill").args(["-TERM", &server.id().to_string()]).status();
    let _status = server.wait();
    figures
}

fn play(program: &Path, pid: u32, ready: &Path, out: &Path) -> Result<Figures, String> {
    let start = Instant::now();
    while !ready.exists() {
        if start.elapsed() > Duration::from_secs(60) {
            return Err("the server did not come up".to_owned());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let facts: serde_json::Value =
        serde_json::from_slice(&std::fs::read(ready).map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
    let url = facts["url"].as_str().ok_or("no url")?.to_owned();
    // The driver asks for the CPU time of `pid` around its steps and writes it into summary.json.
    let output = Command::new(program)
        .args(["demo", "--script"])
        .arg(out)
        .args(["--at", &url, "--measure", &pid.to_string()])
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let summary: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("summary.json")).map_err(|error| error.to_string())?)
        .map_err(|error| error.to_string())?;
    let seconds = |key: &str| {
        summary["cpu_seconds"][key]
            .as_f64()
            .ok_or_else(|| format!("summary.json has no cpu_seconds.{key}"))
    };
    Ok(Figures {
        contract: seconds("contract")?,
        deposit: seconds("deposit")?,
    })
}
