//! The unit of work: rows, journal entries and jobs commit together or not at all (law 6).

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Object;
use rusqlite::Connection;
use tokio::sync::{Notify, OwnedMutexGuard};

use crate::database::{at_most_one, read};
use crate::{Error, Record, Result, Statement, postgres, sqlite};

/// How often a unit runs before it gives way for good.
const TRIES: u32 = 8;

tokio::task_local! {
    static INSIDE: ();
}

/// An open transaction. Verbs take `&mut Unit`; only faces, job runners and three-step acts open one, with [`unit!`](crate::unit).
/// Dropped without its end, it rolls back.
#[derive(Debug)]
pub struct Unit {
    open: Option<Open>,
    /// What the first statement that failed met.
    failed: Option<Error>,
    /// Whether any statement met a conflict, whatever the caller made of it.
    conflict: bool,
    wake: bool,
    committed: Arc<Notify>,
}

#[derive(Debug)]
pub(crate) enum Open {
    Sqlite(OwnedMutexGuard<Connection>),
    Postgres(Box<Object>),
}

impl Unit {
    pub(crate) const fn new(open: Open, committed: Arc<Notify>) -> Self {
        Self {
            open: Some(open),
            failed: None,
            conflict: false,
            wake: false,
            committed,
        }
    }
    /// Runs a statement that changes rows; how many it changed.
    ///
    /// # Errors
    /// The engine refuses. A unit in which a statement failed keeps nothing: return an error, and look at facts such as
    /// [`Error::Unique`] outside. (`ON CONFLICT DO NOTHING` and the count of rows serve inside.)
    pub async fn run(&mut self, statement: Statement) -> Result<u64> {
        let (text, values) = statement.render();
        let done = match self.open() {
            Open::Sqlite(writer) => sqlite::run(writer, &text, &values),
            Open::Postgres(connection) => postgres::run(connection, &text, &values).await,
        };
        self.note(done)
    }
    /// Runs a statement that must change exactly one row.
    ///
    /// # Errors
    /// [`Error::NotOne`]: somebody else was faster, or the row is not there.
    pub async fn one(&mut self, statement: Statement) -> Result<()> {
        match self.run(statement).await? {
            1 => Ok(()),
            rows => Err(Error::NotOne { rows }),
        }
    }
    /// Runs a statement that gives rows (`SELECT`, `… RETURNING`).
    ///
    /// # Errors
    /// The engine refuses, or a row cannot be read.
    pub async fn all<T: Record>(&mut self, statement: Statement) -> Result<Vec<T>> {
        let (text, values) = statement.render();
        let rows = match self.open() {
            Open::Sqlite(writer) => sqlite::all(writer, &text, &values),
            Open::Postgres(connection) => postgres::all(connection, &text, &values).await,
        };
        read(self.note(rows)?)
    }
    /// Reads one row or none.
    ///
    /// # Errors
    /// As [`Unit::all`]; [`Error::NotOne`] if there are more.
    pub async fn find<T: Record>(&mut self, statement: Statement) -> Result<Option<T>> {
        at_most_one(self.all(statement).await?)
    }
    /// Reads exactly one row.
    ///
    /// # Errors
    /// As [`Unit::find`]; [`Error::NotOne`] if there is none.
    pub async fn only<T: Record>(&mut self, statement: Statement) -> Result<T> {
        self.find(statement).await?.ok_or(Error::NotOne { rows: 0 })
    }
    /// After this unit has committed, [`crate::Database::woken`] resolves: there is work to look for.
    pub const fn wake_after_commit(&mut self) {
        self.wake = true;
    }
    fn open(&self) -> &Open {
        self.open.as_ref().expect("only end() and drop take it")
    }
    fn note<T>(&mut self, done: Result<T>) -> Result<T> {
        if let Err(error) = &done
            && error.spoils()
        {
            self.conflict |= *error == Error::Conflict;
            self.failed.get_or_insert_with(|| error.clone());
        }
        done
    }
    #[doc(hidden)]
    pub async fn end<T, E: From<Error>>(mut self, end: Result<T, E>, attempt: &mut u32) -> Option<Result<T, E>> {
        let end = match (end, self.failed.take()) {
            (Ok(value), None) => match self.commit().await {
                Ok(()) => return Some(Ok(value)),
                Err(error) => {
                    self.conflict |= error == Error::Conflict;
                    Err(error.into())
                }
            },
            (Ok(_), Some(first)) => Err(Error::Broken { first: Box::new(first) }.into()),
            (Err(error), _) => Err(error),
        };
        self.roll_back().await;
        if self.conflict && *attempt < TRIES {
            pause(*attempt).await;
            *attempt += 1;
            return None;
        }
        Some(if self.conflict { Err(Error::Conflict.into()) } else { end })
    }
    async fn commit(&mut self) -> Result<()> {
        match self.open() {
            Open::Sqlite(writer) => sqlite::commit(writer)?,
            Open::Postgres(connection) => postgres::commit(connection).await?,
        }
        self.open = None;
        if self.wake {
            self.committed.notify_waiters();
        }
        Ok(())
    }
    async fn roll_back(&mut self) {
        match self.open.take() {
            Some(Open::Sqlite(writer)) => sqlite::rollback(&writer),
            Some(Open::Postgres(connection)) => postgres::rollback(*connection).await,
            None => {}
        }
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        match self.open.take() {
            Some(Open::Sqlite(writer)) => sqlite::rollback(&writer),
            Some(Open::Postgres(connection)) => match tokio::runtime::Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(postgres::rollback(*connection))),
                Err(_) => drop(Object::take(*connection)),
            },
            None => {}
        }
    }
}

/// 2, 4, 8 … ms and a little that differs from unit to unit.
async fn pause(attempt: u32) {
    let jitter = uuid::Uuid::new_v4().as_bytes()[0];
    tokio::time::sleep(Duration::from_micros((2_000 << attempt.min(7)) + 20 * u64::from(jitter))).await;
}

#[doc(hidden)]
pub async fn inside<T>(work: impl Future<Output = T>) -> T {
    INSIDE.scope((), work).await
}

/// Panics inside a unit. Whatever waits for the outside world (a key, an object, mail, HTTP, another unit) calls it first:
/// it would stop every other writer, and a rerun would do it twice.
#[track_caller]
pub fn outside_any_unit() {
    assert!(
        INSIDE.try_with(|()| ()).is_err(),
        "inside a unit stands nothing but the database (law 6)"
    );
}

/// Opens a unit, runs the block, commits; on a conflict everything runs again, at most eight times.
///
/// `unit!(db, |unit| { …; Ok::<_, Error>(()) }).await`: the block ends in a typed `Result` whose error is `From<store::Error>`.
/// Draw ids, randomness and times before it; move nothing into it.
#[macro_export]
macro_rules! unit {
    ($db:expr, |$unit:ident| $work:expr) => {
        async {
            let mut attempt = 1;
            loop {
                let mut open = $db.begin().await?;
                let end = $crate::inside(async {
                    let $unit = &mut open;
                    $work
                })
                .await;
                if let Some(end) = open.end(end, &mut attempt).await {
                    break end;
                }
            }
        }
    };
}
