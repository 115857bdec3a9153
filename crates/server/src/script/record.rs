//! What the script leaves behind: `journey.jsonl`, `summary.json`, and files with their hashes.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    time::Instant,
};

use serde::Serialize;
use sha2::{Digest, Sha256};

/// The folder of one run.
#[derive(Debug)]
pub struct Record {
    folder: PathBuf,
    lines: File,
    count: u64,
    step: &'static str,
    begun: Instant,
}

/// One line of `journey.jsonl`.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    /// Running number.
    pub n: u64,
    /// Which step of the journey.
    pub step: &'static str,
    /// When it was done (RFC 3339, of this machine).
    pub at: String,
    /// Who did it.
    pub actor: String,
    /// What he did: the operationId, or the name of the program he ran.
    pub act: String,
    /// HTTP method, or `run`.
    pub method: String,
    /// Path of the address, or the command.
    pub path: String,
    /// HTTP status, or the exit status.
    pub status: u16,
    /// The thing it was done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The state before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The state after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Files it left in the folder.
    pub files: Vec<Kept>,
    /// How long it took.
    pub ms: u128,
}

/// A file of the run.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    /// Relative to the folder.
    pub path: String,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// `summary.json`.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// All steps were done.
    pub ok: bool,
    /// The steps that were done.
    pub steps: Vec<&'static str>,
    /// How long the whole took.
    pub seconds: f64,
    /// Version of the program.
    pub version: &'static str,
    /// Commit it was built from.
    pub commit: String,
    /// `sqlite`, `postgres`, or what the running demo said.
    pub engine: String,
    /// How the parties signed.
    pub credential: &'static str,
    /// Their keys.
    pub key: &'static str,
    /// The step that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// What happened there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Pictures of the pages: how many, or why they were left out.
    pub screens: String,
    /// With `--measure`: what the server spent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<super::measure::CpuSeconds>,
}

impl Record {
    /// Begins a run in `folder`, which must be empty or missing.
    ///
    /// # Errors
    /// A folder that holds something, or a disk that says no.
    pub fn begin(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        if std::fs::read_dir(folder)?.next().is_some() {
            return Err(io::Error::other(format!(
                "{} は空ではありません。空のフォルダか、新しい名前を渡してください",
                folder.display()
            )));
        }
        let folder = folder.canonicalize()?;
        let lines = File::create(folder.join("journey.jsonl"))?;
        Ok(Self {
            folder,
            lines,
            count: 0,
            step: "boot",
            begun: Instant::now(),
        })
    }
    /// Where the files are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
    /// From now on lines belong to this step.
    pub const fn enter(&mut self, step: &'static str) {
        self.step = step;
    }
    /// Seconds since the beginning.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        (self.begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
    }
    /// Writes a file of the run.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keep(&self, path: &str, content: &[u8]) -> io::Result<Kept> {
        let file = self.folder.join(path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&file, content)?;
        Ok(Kept {
            path: path.to_owned(),
            sha256: hex::encode(Sha256::digest(content)),
        })
    }
    /// Writes a line.
    ///
    /// # Errors
    /// What the disk says.
    pub fn note(&mut self, mut line: Line) -> io::Result<()> {
        self.count += 1;
        line.n = self.count;
        line.step = self.step;
        if line.at.is_empty() {
            line.at = foundation::Clock::now(&foundation::SystemClock).rfc3339_japan();
        }
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        self.lines.write_all(&text)
    }
    /// Writes `summary.json`.
    ///
    /// # Errors
    /// What the disk says.
    pub fn end(&self, summary: &Summary) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(summary)?;
        text.push(b'\n');
        std::fs::write(self.folder.join("summary.json"), text)
    }
}
