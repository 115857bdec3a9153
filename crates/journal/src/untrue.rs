//! Comparing rows of other rooms with the journal: what a row says now must be what was journaled when it was written.

use foundation::Instant;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{Database, Result, Unit, sql};

/// A row that is not what the journal, or the evidence beside it, says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untrue {
    /// The thing: an id.
    pub subject: String,
    /// What is wrong with it, a Japanese sentence.
    pub what: String,
}

impl Untrue {
    /// `what` is wrong with `subject`.
    pub fn new(subject: impl std::fmt::Display, what: impl Into<String>) -> Self {
        Self {
            subject: subject.to_string(),
            what: what.into(),
        }
    }
}

/// The facts of everything that was done to `subject`, with the deed, in the order of the chain; what waits for its place comes last.
///
/// # Errors
/// The database refuses.
pub async fn facts_about(db: &Database, subject: &str) -> Result<Vec<(String, Value)>> {
    db.all(sql!(
        "SELECT deed, facts FROM journal_entry WHERE subject = {subject} ORDER BY CASE WHEN place IS NULL THEN 1 ELSE 0 END, place, id"
    ))
    .await
}

/// When `deed` was done to `subject`, and its facts, in that order: the newest, so many at most. Whoever shows them has asked for the right
/// on the thing.
///
/// # Errors
/// The database refuses.
pub async fn each(unit: &mut Unit, subject: &str, deed: &str, most: i64) -> Result<Vec<(Instant, Value)>> {
    let mut newest: Vec<(Instant, Value)> = unit
        .all(sql!(
            "SELECT at, facts FROM journal_entry WHERE subject = {subject} AND deed = {deed} ORDER BY at DESC, id DESC LIMIT {most}"
        ))
        .await?;
    newest.reverse();
    Ok(newest)
}

/// To what `deed` was ever done: after `after`, at most 1 000, in the order of their ids.
///
/// # Errors
/// The database refuses.
pub async fn subjects_of(db: &Database, deed: &str, after: &str) -> Result<Vec<String>> {
    db.all(sql!(
        "SELECT DISTINCT subject FROM journal_entry WHERE deed = {deed} AND subject > {after} ORDER BY subject LIMIT 1000"
    ))
    .await
}

/// What a row with names and addresses leaves in the journal, where these shall not stand: the SHA-256 of its JSON, in hex.
#[must_use]
pub fn fingerprint(row: &impl Serialize) -> String {
    // A row of plain fields always has a JSON.
    hex::encode(Sha256::digest(serde_json::to_vec(row).unwrap_or_default()))
}
