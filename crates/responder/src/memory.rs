//! The publications in memory. Requests never wait for the database, but for one look when a serial is unknown.

use std::collections::HashMap;
use std::sync::RwLock;

use bytes::Bytes;
use foundation::Instant;
use store::{Database, Record, sql};

/// The status of one serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) revoked: Option<(Instant, Option<i64>)>,
}

/// One published file.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) body: Bytes,
    pub(crate) number: i64,
}

#[derive(Debug, Default)]
struct View {
    change: i64,
    files: HashMap<String, Published>,
    serials: HashMap<Vec<u8>, Status>,
}

/// What the responder knows.
#[derive(Debug, Default)]
pub(crate) struct Memory(RwLock<View>);

#[derive(Record)]
struct Change {
    change: i64,
}
#[derive(Record)]
struct StatusRow {
    serial: Vec<u8>,
    revoked: Option<Instant>,
    reason: Option<i64>,
}
#[derive(Record)]
struct FileRow {
    name: String,
    body: Vec<u8>,
    serial_number: i64,
}

impl Memory {
    pub(crate) fn file(&self, name: &str) -> Option<Published> {
        self.0.read().expect("no panic while held").files.get(name).cloned()
    }
    pub(crate) fn status(&self, serial: &[u8]) -> Option<Status> {
        self.0.read().expect("no panic while held").serials.get(serial).copied()
    }

    /// Reads what changed since the last look.
    pub(crate) async fn refresh(&self, db: &Database) -> Result<(), store::Error> {
        let known = self.0.read().expect("no panic while held").change;
        let change: Option<Change> = db
            .find(sql!("SELECT change FROM certification_change WHERE generation = 1"))
            .await?;
        // Nothing published yet, or nothing new. (The first change is 1.)
        let Some(change) = change.map(|row| row.change).filter(|change| *change != known) else {
            return Ok(());
        };
        // The counter was read first: rows written meanwhile are read now and once more at the next look.
        let rows: Vec<StatusRow> = db
            .all(sql!(
                "SELECT serial, revoked, reason FROM certification_status WHERE changed > {known}"
            ))
            .await?;
        let files: Vec<FileRow> = db
            .all(sql!("SELECT name, body, serial_number FROM certification_publication"))
            .await?;
        let mut view = self.0.write().expect("no panic while held");
        for row in rows {
            let status = Status {
                revoked: row.revoked.map(|at| (at, row.reason)),
            };
            // What was revoked never becomes good again, whatever a row says.
            let slot = view.serials.entry(row.serial).or_insert(status);
            if slot.revoked.is_none() {
                *slot = status;
            }
        }
        for row in files {
            let newer = view.files.get(&row.name).is_none_or(|kept| kept.number < row.serial_number);
            if newer {
                view.files.insert(
                    row.name,
                    Published {
                        body: row.body.into(),
                        number: row.serial_number,
                    },
                );
            }
        }
        view.change = view.change.max(change);
        Ok(())
    }
}
