//! Appending: the entry's row is written in the unit of the act; its place comes later.

use foundation::Instant;
use store::{Database, Unit, sql};

use crate::Result;

foundation::id!(
    /// An entry of the log, before and after it has a place.
    pub LogEntryId
);
store::column_as!(LogEntryId(uuid::Uuid));

/// Appends `entry` under `id` (drawn before the unit). It gets its place within about a second, in the order of ids.
///
/// # Errors
/// The database.
pub async fn append(unit: &mut Unit, id: LogEntryId, entry: &[u8], now: Instant) -> Result<()> {
    unit.one(sql!(
        "INSERT INTO log_entry (id, entry, appended, place) VALUES ({id}, {entry}, {now}, NULL)"
    ))
    .await?;
    Ok(())
}

/// Where an entry stands; `None` while it waits.
///
/// # Errors
/// The database; no such entry.
pub async fn place(db: &Database, id: LogEntryId) -> Result<Option<u64>> {
    let places = db.all::<Option<u64>>(sql!("SELECT place FROM log_entry WHERE id = {id}")).await?;
    places.into_iter().next().ok_or_else(|| store::Error::NotOne { rows: 0 }.into())
}
