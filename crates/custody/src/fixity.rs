//! 照合: what is kept is read again and compared with its hash, a day after it was stored, every 30 days after that, and at once when a
//! reader met something else. What is not what was stored raises an alarm: a line in the journal and a row the operator sees until the
//! object is whole again.

use foundation::{Actor, Instant, Refused};
use serde_json::json;
use store::{Database, ObjectError, Objects, Record, Unit, sql, unit};
use uuid::Uuid;

use crate::{Error, Result, note};

store::migration!("4001_custody_fixity", include_str!("../migrations/4001_custody_fixity.sql"));

/// When an object is read again for the first time.
const FIRST_DAYS: i64 = 1;
/// And then: each object once in so many days.
const DAYS: i64 = 30;
/// When something is looked at again that is damaged, or that the disk did not give.
const SOON_SECONDS: i64 = 300;
/// Objects a turn looks at.
const AT_ONCE: u32 = 16;
/// Due before everything else.
const NOW: Instant = Instant(0);
/// What stands in place of a hash when nothing is there.
const MISSING: &str = "missing";

/// From now on the object under `object` is read again and compared; `subject` is the case or deposit it belongs to.
///
/// # Errors
/// The database.
pub async fn watch(unit: &mut Unit, object: &str, subject: Uuid, sha256: &str, now: Instant) -> Result<()> {
    let due = now.plus_days(FIRST_DAYS);
    unit.run(sql!(
        "INSERT INTO custody_fixity (object, subject, sha256, due, checks) VALUES ({object}, {subject}, {sha256}, {due}, 0)
         ON CONFLICT (object) DO NOTHING"
    ))
    .await?;
    Ok(())
}

/// A reader met something else than was stored: the object is looked at next, and what is found is told.
///
/// # Errors
/// The database.
pub async fn suspect(db: &Database, object: &str) -> Result<()> {
    unit!(db, |unit| {
        unit.run(sql!(
            "UPDATE custody_fixity SET due = {NOW} WHERE object = {object} AND damaged IS NULL"
        ))
        .await?;
        unit.wake_after_commit();
        Ok::<_, Error>(())
    })
    .await
}

/// What a turn found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Objects that are what was stored.
    pub whole: usize,
    /// Objects that are not, and were not known to be so.
    pub damaged: usize,
    /// Objects that had been damaged and are whole again.
    pub restored: usize,
}

impl Looked {
    /// Whether there may be more to look at.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.whole + self.damaged >= AT_ONCE as usize
    }
}

#[derive(Record)]
struct Row {
    object: String,
    subject: Uuid,
    sha256: String,
    damaged: Option<Instant>,
}

/// Reads what is due at `now`, a handful at a time, and notes what it finds.
///
/// # Errors
/// The database. What the disk does not give is no error: it is looked at again soon.
pub async fn look(db: &Database, objects: &Objects, now: Instant) -> Result<Looked> {
    let due = db
        .all::<Row>(sql!(
            "SELECT object, subject, sha256, damaged FROM custody_fixity WHERE due <= {now} ORDER BY due, object LIMIT {AT_ONCE}"
        ))
        .await?;
    let mut looked = Looked::default();
    for row in due {
        match found(objects, &row.object).await {
            Ok(found) if found == row.sha256 => {
                whole(db, &row, now).await?;
                looked.whole += 1;
                looked.restored += usize::from(row.damaged.is_some());
            }
            Ok(found) => {
                damaged(db, &row, &found, now).await?;
                looked.damaged += usize::from(row.damaged.is_none());
            }
            Err(error) => {
                tracing::warn!(%error, object = %row.object, "a kept file could not be read");
                let (soon, object) = (now.plus_seconds(SOON_SECONDS), &row.object);
                unit!(db, |unit| unit
                    .one(sql!("UPDATE custody_fixity SET due = {soon} WHERE object = {*object}"))
                    .await)
                .await?;
            }
        }
    }
    Ok(looked)
}

/// The hash of what lies there.
async fn found(objects: &Objects, object: &str) -> std::result::Result<String, ObjectError> {
    let hash = objects
        .fold(object, evidence::Sha256::new(), |hash, piece| hash.update(piece))
        .await;
    match hash {
        Ok(hash) => Ok(hex::encode(hash.finish())),
        Err(ObjectError::Missing { .. }) => Ok(MISSING.to_owned()),
        Err(error) => Err(error),
    }
}

async fn whole(db: &Database, row: &Row, now: Instant) -> Result<()> {
    let (next, object) = (now.plus_days(DAYS), &row.object);
    unit!(db, |unit| {
        unit.one(sql!(
            "UPDATE custody_fixity SET due = {next}, checks = checks + 1, whole = {now}, damaged = NULL, found = NULL WHERE object = {*object}"
        ))
        .await?;
        if row.damaged.is_some() {
            told(unit, row, "fixity.restored", &row.sha256, now).await?;
        }
        Ok::<_, Error>(())
    })
    .await
}

async fn damaged(db: &Database, row: &Row, found: &str, now: Instant) -> Result<()> {
    let (next, object) = (now.plus_seconds(SOON_SECONDS), &row.object);
    unit!(db, |unit| {
        // Another node may have told it already.
        let new = unit
            .run(sql!(
                "UPDATE custody_fixity SET damaged = {now} WHERE object = {*object} AND damaged IS NULL"
            ))
            .await?;
        unit.one(sql!(
            "UPDATE custody_fixity SET due = {next}, checks = checks + 1, found = {found} WHERE object = {*object}"
        ))
        .await?;
        if new == 1 {
            told(unit, row, "fixity.alarm", found, now).await?;
        }
        Ok::<_, Error>(())
    })
    .await?;
    if row.damaged.is_none() {
        tracing::error!(alarm = true, object = %row.object, expected = %row.sha256, %found, "a kept file is not what was stored");
    }
    Ok(())
}

async fn told(unit: &mut Unit, row: &Row, deed: &'static str, found: &str, now: Instant) -> Result<()> {
    let facts = json!({ "object": row.object, "sha256": row.sha256, "found": found });
    note::note(unit, &Actor::System { cause: "fixity" }, deed, row.subject, facts, now).await
}

/// A kept file that is not what was stored.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Alarm {
    /// Where it lies.
    pub object: String,
    /// The case or deposit it belongs to.
    pub subject: Uuid,
    /// What it should be.
    pub sha256: String,
    /// Since when this is known.
    pub damaged: Instant,
    /// What lies there: a SHA-256 in hex, or `missing`.
    pub found: String,
}

impl Alarm {
    /// Nothing lies there at all.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.found == MISSING
    }
}

/// The alarms that are open, oldest first.
///
/// # Errors
/// Only the operator sees them; the database.
pub async fn alarms(db: &Database, by: &Actor) -> Result<Vec<Alarm>> {
    match by {
        Actor::Operator(_) | Actor::System { .. } => {}
        Actor::Nobody => return Err(Refused::NotSignedIn.into()),
        Actor::Member(_) => return Err(Refused::OperatorOnly.into()),
    }
    Ok(db
        .all(sql!(
            "SELECT object, subject, sha256, damaged, COALESCE(found, '') AS found FROM custody_fixity WHERE damaged IS NOT NULL
             ORDER BY damaged, object"
        ))
        .await?)
}

/// Whether an alarm is open for anything that belongs to this case or deposit; for who holds a right on it.
///
/// # Errors
/// The database.
pub async fn is_alarmed(db: &Database, subject: Uuid) -> Result<bool> {
    let found = db
        .find::<i64>(sql!(
            "SELECT 1 FROM custody_fixity WHERE damaged IS NOT NULL AND subject = {subject} LIMIT 1"
        ))
        .await?;
    Ok(found.is_some())
}

/// What is known of an object.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Checked {
    /// How often it was read again.
    pub checks: i64,
    /// When it was last found whole; `None`: not yet since it was stored.
    pub whole: Option<Instant>,
    /// Since when it is known to be damaged.
    pub damaged: Option<Instant>,
}

/// When an object was last read again and compared, for who holds a right on what it belongs to.
///
/// # Errors
/// The database.
pub async fn checked(db: &Database, object: &str) -> Result<Option<Checked>> {
    Ok(db
        .find(sql!("SELECT checks, whole, damaged FROM custody_fixity WHERE object = {object}"))
        .await?)
}
