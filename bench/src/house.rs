//! The program as a process of its own on a demo folder: how soon it is ready, what CPU and memory it has used.

use crate::cpu;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server; ended by its own process id when dropped.
pub struct House {
    child: Child,
    /// Pages and API.
    pub url: String,
    /// From the start of the process to its ready file.
    pub ready_after: Duration,
}

/// `cectrust` beside this program.
pub fn program() -> Result<PathBuf, String> {
    Ok(std::env::current_exe()
        .map_err(|error| error.to_string())?
        .with_file_name("cectrust"))
}

impl House {
    /// Serves the demo in `folder` until it answers; `bare` without its first cases, `core` on that one core only.
    pub fn open(folder: &Path, bare: bool, core: Option<usize>) -> Result<Self, String> {
        let (data, ready) = (folder.join("data"), folder.join("ready.json"));
        drop(std::fs::remove_file(&ready));
        let program = program()?;
        let mut command = match core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.args(["-c", &core.to_string()]).arg(&program);
                command
            }
            None => Command::new(&program),
        };
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--status-listen", "127.0.0.1:0"]);
        if bare {
            command.arg("--bare");
        }
        let log = std::fs::File::create(folder.join("server.log")).map_err(|error| error.to_string())?;
        let begun = Instant::now();
        let child = command
            .arg("--data")
            .arg(&data)
            .arg("--ready-file")
            .arg(&ready)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let mut house = Self {
            child,
            url: String::new(),
            ready_after: Duration::ZERO,
        };
        let facts = loop {
            if let Some(facts) = std::fs::read(&ready)
                .ok()
                .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
            {
                break facts;
            }
            if begun.elapsed() > Duration::from_secs(60) || house.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return Err(format!("the server did not come up; see {}", folder.join("server.log").display()));
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        house.ready_after = begun.elapsed();
        house.url = facts["url"].as_str().ok_or("no url in the ready file")?.to_owned();
        Ok(house)
    }
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
    /// CPU seconds of all its threads so far, those that ended too; in steps of 0.01 s.
    pub fn cpu_in_all(&self) -> f64 {
        server::seconds_of(self.pid())
    }
    /// CPU seconds of the threads it has now; fine, for short times.
    pub fn cpu_of_threads(&self) -> f64 {
        cpu::of_threads(&self.pid().to_string())
    }
    /// What was most until now is forgotten: from here on it is measured anew.
    pub fn forget_peak(&self) -> Result<(), String> {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid()), "5").map_err(|error| error.to_string())
    }
    /// Resident memory, now and at its most, in MB.
    pub fn memory(&self) -> (f64, f64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let of = |name: &str| -> f64 {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_whitespace().next().and_then(|kb| kb.parse().ok()).unwrap_or(0.0)
        };
        (of("VmRSS:") / 1000.0, of("VmHWM:") / 1000.0)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _asked = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status();
        let _status = self.child.wait();
    }
}
