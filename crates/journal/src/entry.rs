//! Writing an entry.

use std::fmt::Display;

use foundation::{Actor, Instant};
use serde_json::Value;
use store::{Result, Unit, sql};

foundation::id!(
    /// One entry.
    pub EntryId
);
store::column_as!(EntryId(uuid::Uuid));

/// Who did what to what, when, and the facts that matter.
pub struct Entry<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// What, e.g. `"case.send"`: the `DEED` of the right.
    pub deed: &'a str,
    /// To what: the id of the thing.
    pub subject: &'a (dyn Display + Sync),
    /// What matters: states, hashes; never a secret, a whole document or a fraction (numbers are integers).
    pub facts: Value,
    /// When.
    pub at: Instant,
}

/// Writes `entry` in the caller's unit: with the act or not at all.
///
/// # Errors
/// The database refuses.
pub async fn note(unit: &mut Unit, entry: Entry<'_>) -> Result<()> {
    // a rerun may draw another id: nothing points to an entry
    let id = EntryId(uuid::Uuid::now_v7());
    let (actor, subject) = (entry.actor.journal_name(), entry.subject.to_string());
    unit.one(sql!(
        "INSERT INTO journal_entry (id, at, actor, deed, subject, facts)
         VALUES ({id}, {entry.at}, {actor}, {entry.deed}, {subject}, {entry.facts})"
    ))
    .await?;
    unit.wake_after_commit();
    Ok(())
}
