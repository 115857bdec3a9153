//! The database: one enum, so that the engine is a private matter of this room.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::postgres::{self, Postgres};
use crate::sqlite::Sqlite;
use crate::statement::variants;
use crate::unit::{Open, Unit, outside_any_unit};
use crate::{Error, Record, Result, Row, Statement, migrate, sql};

/// Which engine answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// One file, one process.
    Sqlite,
    /// A server, several processes.
    Postgres,
}

impl Engine {
    /// `sqlite` or `postgres`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// The open database; cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Database(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    engine: Which,
    committed: Arc<Notify>,
}

#[derive(Debug)]
enum Which {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Database {
    /// Opens `sqlite:/path/of/file.db` (made if missing) or `postgres://user@host/name`. Tables come with [`Database::migrate`].
    ///
    /// # Errors
    /// [`Error::Unreachable`].
    pub async fn open(url: &str) -> Result<Self> {
        let engine = if let Some(path) = url.strip_prefix("sqlite:") {
            Which::Sqlite(Sqlite::open(Path::new(path))?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Which::Postgres(Postgres::open(url).await?)
        } else {
            return Err(Error::Unreachable {
                why: "a database is sqlite:PATH or postgres://…".to_owned(),
            });
        };
        Ok(Self(Arc::new(Inside {
            engine,
            committed: Arc::new(Notify::new()),
        })))
    }
    /// Which engine answers.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.0.engine {
            Which::Sqlite(_) => Engine::Sqlite,
            Which::Postgres(_) => Engine::Postgres,
        }
    }
    /// Runs the migrations of all linked rooms that have not run yet, in the order of their names.
    ///
    /// # Errors
    /// [`Error::MigrationChanged`], [`Error::MigrationFailed`].
    pub async fn migrate(&self) -> Result<()> {
        let mut known: Vec<_> = inventory::iter::<crate::Migration>().copied().collect();
        known.sort_by_key(|migration| migration.name);
        self.migrate_with(&known).await
    }
    /// The migrations of the linked rooms that have not run here; empty means ready.
    ///
    /// # Errors
    /// [`Error::Unreachable`].
    pub async fn pending(&self) -> Result<Vec<&'static str>> {
        let done = match self.all::<String>(sql!("SELECT name FROM store_migration")).await {
            // no migration ever ran: there is no such table
            Err(Error::Refused { .. }) => Vec::new(),
            done => done?,
        };
        let mut pending: Vec<_> = inventory::iter::<crate::Migration>().map(|migration| migration.name).collect();
        pending.retain(|name| !done.iter().any(|done| done == name));
        pending.sort_unstable();
        Ok(pending)
    }
    /// As [`Database::migrate`], with these migrations only.
    ///
    /// # Errors
    /// As there.
    pub async fn migrate_with(&self, known: &[crate::Migration]) -> Result<()> {
        outside_any_unit();
        match &self.0.engine {
            Which::Sqlite(sqlite) => migrate::sqlite(sqlite, known).await,
            Which::Postgres(postgres) => migrate::postgres(postgres, known).await,
        }
    }
    /// Reads outside a unit, on a snapshot of its own.
    ///
    /// # Errors
    /// The engine refuses, or a row cannot be read.
    pub async fn all<T: Record>(&self, statement: Statement) -> Result<Vec<T>> {
        let (text, values) = statement.render();
        let rows = match &self.0.engine {
            Which::Sqlite(sqlite) => sqlite.all(&text, &values).await?,
            Which::Postgres(postgres) => postgres::all(&postgres.connection().await?, &text, &values).await?,
        };
        read(rows)
    }
    /// Reads one row or none, outside a unit.
    ///
    /// # Errors
    /// As [`Database::all`]; [`Error::NotOne`] if there are more.
    pub async fn find<T: Record>(&self, statement: Statement) -> Result<Option<T>> {
        at_most_one(self.all(statement).await?)
    }
    /// Reads exactly one row, outside a unit.
    ///
    /// # Errors
    /// As [`Database::find`]; [`Error::NotOne`] if there is none.
    pub async fn only<T: Record>(&self, statement: Statement) -> Result<T> {
        self.find(statement).await?.ok_or(Error::NotOne { rows: 0 })
    }
    /// Whether the engine accepts this text, as [`crate::statements`] gives it; nothing runs.
    ///
    /// # Errors
    /// What the engine said.
    pub async fn prepare_check(&self, text: &str) -> Result<()> {
        let mut first = None;
        for variant in variants(text) {
            let tried = match &self.0.engine {
                Which::Sqlite(sqlite) => sqlite.prepare(&variant).await,
                Which::Postgres(postgres) => postgres::prepare(&postgres.connection().await?, &variant).await,
            };
            match tried {
                Ok(()) => return Ok(()),
                Err(error) => first = first.or(Some(error)),
            }
        }
        first.map_or(Ok(()), Err)
    }
    /// How SQLite would run this text, as [`crate::statements`] gives it: a line for each table, with the index it takes. `None` on
    /// PostgreSQL, which plans by what lies in the tables.
    ///
    /// # Errors
    /// What the engine said.
    pub async fn plan(&self, text: &str) -> Result<Option<Vec<String>>> {
        match &self.0.engine {
            Which::Sqlite(sqlite) => sqlite.plan(text).await.map(Some),
            Which::Postgres(_) => Ok(None),
        }
    }
    /// Resolves after the next unit that called [`Unit::wake_after_commit`] has committed. Take it, look for work, then await it.
    pub fn woken(&self) -> impl Future<Output = ()> + Send + Unpin + use<> {
        let mut notified = Box::pin(self.0.committed.clone().notified_owned());
        notified.as_mut().enable();
        notified
    }
    /// Closes the connections of a PostgreSQL pool; for tests that drop the database.
    pub fn close(&self) {
        if let Which::Postgres(postgres) = &self.0.engine {
            postgres.close();
        }
    }
    #[doc(hidden)]
    pub async fn begin(&self) -> Result<Unit> {
        outside_any_unit();
        let open = match &self.0.engine {
            Which::Sqlite(sqlite) => Open::Sqlite(sqlite.begin().await?),
            Which::Postgres(postgres) => Open::Postgres(Box::new(postgres.begin().await?)),
        };
        Ok(Unit::new(open, self.0.committed.clone()))
    }
}

pub(crate) fn read<T: Record>(rows: Vec<Row>) -> Result<Vec<T>> {
    rows.into_iter().map(|mut row| T::read(&mut row)).collect()
}

pub(crate) fn at_most_one<T>(mut found: Vec<T>) -> Result<Option<T>> {
    match found.len() {
        0 | 1 => Ok(found.pop()),
        more => Err(Error::NotOne { rows: more as u64 }),
    }
}
