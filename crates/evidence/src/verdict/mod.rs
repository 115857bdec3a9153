//! The verdict over a bundle, without a network: every check is told, with the command that repeats it with other people's tools.

mod authority;
mod parts;
mod say;
mod signatures;

use foundation::Instant;
use serde::Serialize;

use crate::{
    note::VerifierKey,
    record::Record,
    zip::{self, Members, ZipError},
};

/// What the verifier trusts; given or installed beforehand, never taken from inside a bundle.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Root certificates, DER.
    pub roots: Vec<Vec<u8>>,
    /// Keys of logs.
    pub log_keys: Vec<VerifierKey>,
    /// Current CRLs (DER) brought by the verifier, for bundles whose own have run out.
    pub crls: Vec<Vec<u8>>,
}

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// Everything holds.
    Original,
    /// Something does not.
    Altered,
    /// Something cannot be decided with what is at hand.
    Undecidable,
    /// It cannot be read as a bundle.
    Unreadable,
}

impl Outcome {
    /// The exit status: 0, 1, 2, 3.
    #[must_use]
    pub const fn status(self) -> u8 {
        match self {
            Self::Original => 0,
            Self::Altered => 1,
            Self::Undecidable => 2,
            Self::Unreadable => 3,
        }
    }
    /// For people, in Japanese.
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Original => "原本のとおりです",
            Self::Altered => "原本のとおりではありません(改ざんまたは失効)",
            Self::Undecidable => "判断できません(不足があります)",
            Self::Unreadable => "証拠バンドルとして読めません",
        }
    }
    /// For people, in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Altered => "not the original (altered or revoked)",
            Self::Undecidable => "cannot be decided (something is missing)",
            Self::Unreadable => "cannot be read as an evidence bundle",
        }
    }
}

/// How one check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// It holds.
    Holds,
    /// It holds, and there is something to know.
    Warning,
    /// It does not hold.
    Fails,
    /// It cannot be decided.
    Unknown,
    /// It was not tried, because what it needs is not there.
    Skipped,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// `V0` … `V13`; stable.
    pub id: &'static str,
    /// Whether it holds.
    pub ok: bool,
    /// How it ended.
    pub ended: Ended,
    /// What was found, in Japanese.
    pub ja: String,
    /// What was found, in English.
    pub en: String,
    /// The command that repeats it with other people's tools (empty if there is none).
    pub repeat_with: String,
}

/// Where the log has the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Logged {
    /// The log's name.
    pub origin: String,
    /// The entry's index.
    pub index: u64,
    /// The size of the checkpoint.
    pub size: u64,
}

/// What was found out about a bundle.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// The verdict.
    pub verdict: Outcome,
    /// Its exit status.
    pub status: u8,
    /// The original's name inside the bundle.
    pub original: Option<String>,
    /// The original's SHA-256, hex.
    pub sha256: Option<String>,
    /// The deposit's id.
    pub deposit: Option<String>,
    /// Since when the original exists, as proved by the time-stamp.
    #[serde(serialize_with = "time")]
    pub proven_time: Option<Instant>,
    /// The last day of retention.
    pub retain_until: Option<String>,
    /// Where the log has it.
    pub log: Option<Logged>,
    /// What was found out about the signatures of a PDF.
    pub signatures: Option<pades::Report>,
    /// Every check.
    pub checks: Vec<Check>,
}

fn time<S: serde::Serializer>(time: &Option<Instant>, to: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => to.serialize_some(&time.rfc3339_japan()),
        None => to.serialize_none(),
    }
}

/// Judges `bundle.zip` as of `at`.
#[must_use]
pub fn verify_bundle(bytes: &[u8], trust: &Trust, at: Instant) -> Verdict {
    match zip::read(bytes) {
        Ok(members) => parts::judge(&members, true, trust, at),
        Err(error) => {
            let mut checks = Checks::default();
            let altered = matches!(error, ZipError::NotCanonical | ZipError::Checksum);
            checks.end(
                "V0",
                if altered { Ended::Fails } else { Ended::Unknown },
                say::archive(error),
                "unzip -t bundle.zip",
            );
            let mut verdict = Verdict::of(checks, None);
            if !altered {
                verdict.verdict = Outcome::Unreadable;
            }
            verdict.status = verdict.verdict.status();
            verdict
        }
    }
}

/// Judges the files of an unpacked bundle as of `at`. A file that belongs to no bundle is told and decides nothing: folders hold more.
#[must_use]
pub fn verify_members(members: &Members, trust: &Trust, at: Instant) -> Verdict {
    parts::judge(members, false, trust, at)
}

/// Whether bytes look like a bundle at all, so that a caller knows which judge to ask.
#[must_use]
pub fn is_bundle(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

impl Verdict {
    fn of(checks: Checks, record: Option<&Record>) -> Self {
        let has = |ended| checks.0.iter().any(|check| check.ended == ended);
        let verdict = if has(Ended::Fails) {
            Outcome::Altered
        } else if has(Ended::Unknown) || has(Ended::Skipped) {
            Outcome::Undecidable
        } else {
            Outcome::Original
        };
        Self {
            verdict,
            status: verdict.status(),
            original: record.map(|record| record.content.file.clone()),
            sha256: record.map(|record| record.content.sha256.clone()),
            deposit: record.map(|record| record.id.clone()),
            proven_time: None,
            retain_until: record.map(|record| record.retain_until.clone()),
            log: None,
            signatures: None,
            checks: checks.0,
        }
    }
}

/// The checks so far.
#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn end(&mut self, id: &'static str, ended: Ended, (ja, en): (String, String), repeat_with: &str) {
        let ok = matches!(ended, Ended::Holds | Ended::Warning);
        self.0.push(Check {
            id,
            ok,
            ended,
            ja,
            en,
            repeat_with: repeat_with.to_owned(),
        });
    }
}
