//! CPU time of the server that is played at (`--measure PID`, for the bench): what the kernel says before and after each step.

use std::collections::BTreeMap;

use serde::Serialize;

/// Steps of one contract, from the draft to 保管 and A's note.
const CONTRACT: [&str; 8] = ["register", "sign-a", "send", "sign-b", "return", "seal", "deposit", "confirm"];

/// The meter of one process.
#[derive(Debug)]
pub struct Meter {
    process: u32,
    last: f64,
    steps: BTreeMap<&'static str, f64>,
}

/// For `summary.json`: seconds of CPU of the server.
#[derive(Debug, Serialize)]
pub struct CpuSeconds {
    /// One contract.
    pub contract: f64,
    /// One own deposit with its round.
    pub deposit: f64,
    /// Each step.
    pub steps: BTreeMap<&'static str, f64>,
}

impl Meter {
    /// Of this process.
    #[must_use]
    pub fn of(process: u32) -> Self {
        Self {
            process,
            last: 0.0,
            steps: BTreeMap::new(),
        }
    }
    /// A step begins.
    pub fn begin(&mut self) {
        self.last = seconds_of(self.process);
    }
    /// It ended.
    pub fn end(&mut self, step: &'static str) {
        self.steps
            .insert(step, ((seconds_of(self.process) - self.last) * 100.0).round() / 100.0);
    }
    /// What was measured.
    #[must_use]
    pub fn sum(self) -> CpuSeconds {
        let of = |step: &str| self.steps.get(step).copied().unwrap_or_default();
        CpuSeconds {
            contract: CONTRACT.into_iter().map(of).sum(),
            deposit: of("own-deposit"),
            steps: self.steps,
        }
    }
}

/// CPU seconds of all threads of a process so far, those that ended too (proc_pid_stat(5): utime and stime, fields 14 and 15, hundredths);
/// 0 if it is gone.
#[must_use]
pub fn seconds_of(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in parentheses may hold spaces; the fields after it are counted from 3.
    let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
    let ticks: u32 = after
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u32>().ok())
        .sum();
    f64::from(ticks) / 100.0
}
