//! What the machine must have before anything is built, said in one line each.

use crate::run::{Done, Failed, output, there};
use std::process::Command;

const DISK_GB: u64 = 5;
const MEMORY_GB: u64 = 3; // a "4 GB" machine shows a little less

/// Checks linker, disk and memory first: better a sentence now than a failure after seven minutes.
pub fn check() -> Done {
    if !there("cc") && !there("gcc") {
        return Err(Failed(
            "no C compiler. Please run:  sudo apt-get install -y build-essential git".to_owned(),
        ));
    }
    if let Some(free) = disk_free_gb().filter(|free| *free < DISK_GB) {
        return Err(Failed(format!("{free} GB of disk are free here, {DISK_GB} GB are needed")));
    }
    if let Some(memory) = memory_gb().filter(|memory| *memory < MEMORY_GB) {
        return Err(Failed(format!("this machine has {memory} GB of memory, 4 GB are needed")));
    }
    Ok(())
}

fn disk_free_gb() -> Option<u64> {
    let (_, text) = output(Command::new("df").args(["-Pk", "."])).ok()?;
    let kb: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kb / 1_000_000)
}

fn memory_gb() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let kb: u64 = text
        .lines()
        .find(|line| line.starts_with("MemTotal"))?
        .split_whitespace()
        .nth(1)?
        .parse()
        .ok()?;
    Some(kb / 1_000_000)
}
