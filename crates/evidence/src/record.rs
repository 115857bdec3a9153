//! `record.json`: what was deposited, when and until when it is kept. It commits to the original, and the log commits to it.
//! And `batch.json`: what one round held.

use base64::{Engine, engine::general_purpose::STANDARD};
use foundation::{Date, Instant};
use serde::{Deserialize, Serialize};

use crate::{
    digest::{sha256, sha512, unhex},
    jcs::canonical,
};

/// What the original is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A contract concluded in the program.
    Contract,
    /// A company's own document (原本保管サービス).
    Own,
}

/// The content, as its hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Its name inside the bundle: `original.pdf`, `original.xlsx`, `original.bin` …
    pub file: String,
    /// Its media type.
    pub media: String,
    /// Its bytes, counted.
    pub size: u64,
    /// SHA-256, hex.
    pub sha256: String,
    /// SHA-512, hex.
    pub sha512: String,
}

/// `record.json`. No personal data; the salt makes its hash say nothing to whom it was not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// 1.
    pub v: u32,
    /// `ingest`; also the kind of the log entry.
    #[serde(rename = "type")]
    pub kind: String,
    /// The deposit's id.
    pub id: String,
    /// Contract or own document.
    pub subject: Subject,
    /// Whose it is: SHA-256 of salt and the 企業ID's id, hex. He who knows both can show that it is his.
    pub owners: Vec<String>,
    /// 32 random bytes, base64.
    pub salt: String,
    /// The original.
    pub content: Content,
    /// When it was durably stored, RFC 3339 in UTC, by the operator's clock.
    pub received: String,
    /// The last day it must be kept, in Japan.
    pub retain_until: String,
    /// The log its entry goes into.
    pub log: String,
}

/// Why a text is no record or batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordError {
    /// Longer than 16 KiB.
    TooLong,
    /// Not JSON of the right members.
    Shape,
    /// JSON, but not in its canonical form.
    NotCanonical,
    /// A version that is not known here.
    Version(u32),
    /// A member that cannot be what it says.
    Member(&'static str),
}

impl std::fmt::Display for RecordError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLong => f.write_str("too long"),
            Self::Shape => f.write_str("not the JSON it should be"),
            Self::NotCanonical => f.write_str("not in the canonical form of RFC 8785"),
            Self::Version(version) => write!(f, "version {version} is not known"),
            Self::Member(name) => write!(f, "the member {name} cannot be right"),
        }
    }
}
impl std::error::Error for RecordError {}

/// What a deposit is recorded with.
#[derive(Clone, Debug)]
pub struct Deposited<'a> {
    /// The deposit's id.
    pub id: &'a str,
    /// Contract or own document.
    pub subject: Subject,
    /// The ids of the 企業IDs it belongs to.
    pub owners: &'a [String],
    /// 32 random bytes.
    pub salt: [u8; 32],
    /// Its media type.
    pub media: &'a str,
    /// Its bytes, counted.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// SHA-512 of its bytes.
    pub sha512: [u8; 64],
    /// When it was durable.
    pub received: Instant,
    /// The last day of retention.
    pub retain_until: Date,
    /// The log's name.
    pub log: &'a str,
    /// The name its owner gave it; only a short plain ending of it is used.
    pub file_name: &'a str,
}

impl Record {
    /// The record of a deposit.
    #[must_use]
    pub fn of(deposit: &Deposited<'_>) -> Self {
        Self {
            v: 1,
            kind: "ingest".to_owned(),
            id: deposit.id.to_owned(),
            subject: deposit.subject,
            owners: deposit.owners.iter().map(|owner| owner_commitment(&deposit.salt, owner)).collect(),
            salt: STANDARD.encode(deposit.salt),
            content: Content {
                file: bundle_name(deposit.media, deposit.file_name),
                media: deposit.media.to_owned(),
                size: deposit.size,
                sha256: hex::encode(deposit.sha256),
                sha512: hex::encode(deposit.sha512),
            },
            received: deposit.received.rfc3339(),
            retain_until: deposit.retain_until.to_string(),
            log: deposit.log.to_owned(),
        }
    }
    /// Its one text.
    #[must_use]
    pub fn json(&self) -> String {
        text(self)
    }
    /// Reads a record that is in its one text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(json: &[u8]) -> Result<Self, RecordError> {
        let record: Self = read(json, 16 * 1024)?;
        if record.v != 1 {
            return Err(RecordError::Version(record.v));
        }
        if record.salt().is_none() {
            return Err(RecordError::Member("salt"));
        }
        if record.content.sha256().is_none() || record.content.sha512().is_none() {
            return Err(RecordError::Member("content"));
        }
        if record.received().is_none() {
            return Err(RecordError::Member("received"));
        }
        if record.retain_until.parse::<Date>().is_err() {
            return Err(RecordError::Member("retain_until"));
        }
        Ok(record)
    }
    /// When it was durable.
    #[must_use]
    pub fn received(&self) -> Option<Instant> {
        Instant::parse_rfc3339(&self.received).ok()
    }
    /// Whether `owner` (the id of a 企業ID) is among the owners.
    #[must_use]
    pub fn belongs_to(&self, owner: &str) -> bool {
        self.salt()
            .is_some_and(|salt| self.owners.contains(&owner_commitment(&salt, owner)))
    }
    fn salt(&self) -> Option<[u8; 32]> {
        STANDARD.decode(&self.salt).ok()?.try_into().ok()
    }
}

impl Content {
    /// Its SHA-256.
    #[must_use]
    pub fn sha256(&self) -> Option<[u8; 32]> {
        unhex(&self.sha256)
    }
    /// Its SHA-512.
    #[must_use]
    pub fn sha512(&self) -> Option<[u8; 64]> {
        unhex(&self.sha512)
    }
    /// Whether `bytes` are the content.
    #[must_use]
    pub fn is(&self, bytes: &[u8]) -> bool {
        self.size == bytes.len() as u64 && self.sha256() == Some(sha256(bytes)) && self.sha512() == Some(sha512(bytes))
    }
}

fn owner_commitment(salt: &[u8; 32], owner: &str) -> String {
    hex::encode(sha256(&[&salt[..], owner.as_bytes()].concat()))
}

/// The name of an original inside a bundle.
fn bundle_name(media: &str, file_name: &str) -> String {
    if media == "application/pdf" {
        return "original.pdf".to_owned();
    }
    let ending = file_name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase())
        .unwrap_or_default();
    let plain = (1..=8).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) && ending != "pdf";
    format!("original.{}", if plain { ending.as_str() } else { "bin" })
}

/// `batch.json`: what one round held; its hash stands in the evidence record of the checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// 1.
    pub v: u32,
    /// The round's number.
    pub round: u64,
    /// When it was closed, RFC 3339 in UTC, by the operator's clock.
    pub closed: String,
    /// The log.
    pub log: String,
    /// Index of the round's first entry.
    pub from: u64,
    /// How many entries the checkpoint counts; the round's entries are among `from..size`.
    pub size: u64,
    /// How many originals the round holds.
    pub originals: u64,
    /// Digest of the round's hash tree: `sha512`.
    pub hash: String,
}

impl Batch {
    /// Its one text.
    #[must_use]
    pub fn json(&self) -> String {
        text(self)
    }
    /// Reads a batch that is in its one text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(json: &[u8]) -> Result<Self, RecordError> {
        let batch: Self = read(json, 16 * 1024)?;
        if batch.v == 1 {
            Ok(batch)
        } else {
            Err(RecordError::Version(batch.v))
        }
    }
}

fn text<T: Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).expect("plain members become JSON");
    canonical(&value).expect("sizes and counts stay below 2^53")
}

fn read<T: for<'de> Deserialize<'de> + Serialize>(json: &[u8], limit: usize) -> Result<T, RecordError> {
    if json.len() > limit {
        return Err(RecordError::TooLong);
    }
    let value: T = serde_json::from_slice(json).map_err(|_| RecordError::Shape)?;
    let again = serde_json::to_value(&value)
        .ok()
        .and_then(|value| canonical(&value))
        .ok_or(RecordError::Shape)?;
    if again.as_bytes() == json {
        Ok(value)
    } else {
        Err(RecordError::NotCanonical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(media: &str, name: &str) -> Record {
        Record::of(&Deposited {
            id: "0198",
            subject: Subject::Own,
            owners: &["c1".to_owned()],
            salt: [5; 32],
            media,
            size: 3,
            sha256: sha256(b"abc"),
            sha512: sha512(b"abc"),
            received: Instant::from_unix_seconds(1_800_000_000),
            retain_until: "2037-01-14".parse().unwrap(),
            log: "demo.example",
            file_name: name,
        })
    }

    #[test]
    fn a_record_commits_to_its_content_and_has_one_text() {
        let record = sample("application/pdf", "x.pdf");
        let json = record.json();
        assert!(json.starts_with(r#"{"content":{"file":"original.pdf","media":"application/pdf","sha256":"ba7816bf"#));
        assert_eq!(Record::parse(json.as_bytes()), Ok(record.clone()));
        assert!(record.content.is(b"abc") && !record.content.is(b"abd"));
        assert!(record.belongs_to("c1") && !record.belongs_to("c2"));
        assert_eq!(Record::parse(json.replace(':', ": ").as_bytes()), Err(RecordError::NotCanonical));
        assert_eq!(
            Record::parse(json.replace(",\"v\":1", ",\"v\": 1").as_bytes()),
            Err(RecordError::NotCanonical)
        );
        assert_eq!(
            Record::parse(json.replace(",\"v\":1", ",\"v\":2").as_bytes()),
            Err(RecordError::Version(2))
        );
    }

    #[test]
    fn only_a_plain_ending_of_the_owners_file_name_is_used() {
        for (name, file) in [
            ("図面.DWG", "original.dwg"),
            ("a", "original.bin"),
            ("a.b/c", "original.bin"),
            ("x.pdf", "original.bin"),
            ("x.tar.gz", "original.gz"),
        ] {
            assert_eq!(sample("application/octet-stream", name).content.file, file);
        }
    }
}
