//! The server as a process of its own: the script knows nothing of it but its addresses.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::process::{Child, Command};

use super::failure::Failure;
use crate::{command::Engine, ready::Ready};

/// A running server that ends with the script.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// What its ready file said.
    pub ready: Ready,
}

impl Server {
    /// Starts `serve --demo` on the data folder and waits for its ready file.
    ///
    /// # Errors
    /// It did not come up; the end of its log says why.
    pub async fn start(data: &Path, engine: &Engine) -> Result<Self, Failure> {
        let program = std::env::current_exe()?;
        std::fs::create_dir_all(data)?;
        let ready: PathBuf = data.join("ready.json");
        let _old = std::fs::remove_file(&ready);
        let log = data.join("serve.log");
        let written = std::fs::File::options().create(true).append(true).open(&log)?;
        let mut child = Command::new(program)
            .args([
                "serve",
                "--demo",
                "--bare",
                "--listen",
                "127.0.0.1:0",
                "--status-listen",
                "127.0.0.1:0",
                "--engine",
                &engine.typed(),
                "--data",
            ])
            .arg(data)
            .arg("--ready-file")
            .arg(&ready)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(written)
            .kill_on_drop(true)
            .spawn()?;
        let begun = Instant::now();
        loop {
            if let Ok(text) = std::fs::read(&ready)
                && let Ok(ready) = serde_json::from_slice(&text)
            {
                return Ok(Self { child, ready });
            }
            if let Some(status) = child.try_wait()? {
                return Err(Failure::new("serve", format!("{status}: {}", last_lines(&log))));
            }
            if begun.elapsed() > Duration::from_secs(60) {
                return Err(Failure::new("serve", format!("60秒たっても答えません: {}", last_lines(&log))));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    /// Ends it with SIGTERM; it must end with status 0 within 10 s.
    ///
    /// # Errors
    /// It did not.
    pub async fn end(mut self) -> Result<(), Failure> {
        if let Some(pid) = self.child.id() {
            // No signal can be sent from safe Rust without a library; `kill` is in every shell.
            Command::new("sh").args(["-c", &format!("kill -TERM {pid}")]).status().await?;
        }
        match tokio::time::timeout(Duration::from_secs(12), self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(Failure::new("serve", format!("SIGTERM: {status}"))),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(Failure::new("serve", "SIGTERM から10秒たっても終わりません")),
        }
    }
}

fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(5)..].join(" / ")
}
