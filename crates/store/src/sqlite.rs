//! SQLite: one writer behind a fair lock, readers beside it. Calls run on the caller's thread; `COMMIT` tells the runtime that it blocks.

use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, ToSql, ffi, params_from_iter};
use tokio::sync::{OwnedMutexGuard, Semaphore};

use crate::{Error, Result, Row, Value};

/// How many reads may run at once.
const READERS: usize = 4;

/// The open file.
#[derive(Debug)]
pub struct Sqlite {
    writer: Arc<tokio::sync::Mutex<Connection>>,
    readers: Mutex<Vec<Connection>>,
    free: Semaphore,
}

impl Sqlite {
    /// Opens or makes the file at `path`.
    pub fn open(path: &Path) -> Result<Self> {
        let open = || {
            let writer = connect(path)?;
            // law 6: durable before acknowledged
            writer.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
            let readers = (0..READERS).map(|_| reader(path)).collect::<rusqlite::Result<Vec<_>>>()?;
            Ok((writer, readers))
        };
        let (writer, readers) = open().map_err(|error: rusqlite::Error| Error::Unreachable { why: error.to_string() })?;
        Ok(Self {
            writer: Arc::new(tokio::sync::Mutex::new(writer)),
            readers: Mutex::new(readers),
            free: Semaphore::new(READERS),
        })
    }
    /// Waits for the writer and begins a transaction on it.
    pub async fn begin(&self) -> Result<OwnedMutexGuard<Connection>> {
        let writer = self.writer.clone().lock_owned().await;
        writer.execute_batch("BEGIN IMMEDIATE").map_err(|error| fact(&error))?;
        Ok(writer)
    }
    /// The writer outside a transaction, for migrations.
    pub async fn writer(&self) -> OwnedMutexGuard<Connection> {
        self.writer.clone().lock_owned().await
    }
    /// Reads with its own snapshot, beside the writer.
    pub async fn all(&self, text: &str, values: &[Value]) -> Result<Vec<Row>> {
        let _permit = self.free.acquire().await.expect("the semaphore is never closed");
        let reader = self
            .readers
            .lock()
            .expect("no panic while held")
            .pop()
            .expect("as many readers as permits");
        let rows = all(&reader, text, values);
        self.readers.lock().expect("no panic while held").push(reader);
        rows
    }
    /// Only prepares.
    pub async fn prepare(&self, text: &str) -> Result<()> {
        let writer = self.writer().await;
        writer.prepare(text).map(drop).map_err(|error| fact(&error))
    }
    /// How it would be run, as `EXPLAIN QUERY PLAN` says it.
    pub async fn plan(&self, text: &str) -> Result<Vec<String>> {
        let writer = self.writer().await;
        let plan = || -> rusqlite::Result<Vec<String>> {
            let mut statement = writer.prepare(&format!("EXPLAIN QUERY PLAN {text}"))?;
            let mut rows = statement.raw_query();
            let mut lines = Vec::new();
            while let Some(row) = rows.next()? {
                lines.push(row.get("detail")?);
            }
            Ok(lines)
        };
        plan().map_err(|error| fact(&error))
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(256);
    // A plan is made once for a statement, not anew for each value. So a state by which an index is chosen (`… WHERE state = 'ready'`) stands
    // in the text of the statement; as a value it would not be known when the plan is made.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")?;
    Ok(connection)
}

fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connect(path)?;
    connection.execute_batch("PRAGMA query_only = ON;")?;
    Ok(connection)
}

/// Runs a statement that changes rows; how many.
pub fn run(connection: &Connection, text: &str, values: &[Value]) -> Result<u64> {
    let run = || connection.prepare_cached(text)?.execute(params_from_iter(values));
    run().map(|rows| rows as u64).map_err(|error| fact(&error))
}

/// Runs a statement that gives rows.
pub fn all(connection: &Connection, text: &str, values: &[Value]) -> Result<Vec<Row>> {
    let read = || {
        let mut statement = connection.prepare_cached(text)?;
        let names: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
        let mut found = statement.query(params_from_iter(values))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let values = (0..names.len())
                .map(|at| row.get_ref(at).map(value))
                .collect::<rusqlite::Result<Vec<_>>>()?;
            rows.push(Row::new(names.clone(), values));
        }
        Ok(rows)
    };
    read().map_err(|error: rusqlite::Error| fact(&error))
}

/// `COMMIT`, which waits for the disk.
pub fn commit(connection: &Connection) -> Result<()> {
    blocking(|| connection.execute_batch("COMMIT")).map_err(|error| fact(&error))
}

/// `ROLLBACK`; a transaction that is gone already is as good.
pub fn rollback(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "rolling back failed");
    }
}

/// Tells a multi-thread runtime that `work` blocks.
pub fn blocking<T>(work: impl FnOnce() -> T) -> T {
    match tokio::runtime::Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(tokio::runtime::RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

fn value(cell: ValueRef<'_>) -> Value {
    match cell {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        // no column of ours is REAL; as text it can never be read as a number by mistake
        ValueRef::Real(number) => Value::Text(number.to_string()),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Bool(is) => i64::from(*is).into(),
            Self::Int(number) => (*number).into(),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Uuid(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
            Self::Json(json) => json.to_string().into(),
        })
    }
}

/// The fact behind an error of the engine.
pub fn fact(error: &rusqlite::Error) -> Error {
    let why = error.to_string();
    let Some(code) = error.sqlite_error() else {
        return Error::Refused { why };
    };
    if matches!(code.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) {
        return Error::Conflict;
    }
    let said = why.split_once("failed: ").map_or("", |(_, said)| said);
    match code.extended_code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => unique(said),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::ForeignKey,
        ffi::SQLITE_CONSTRAINT_CHECK => Error::Check {
            constraint: said.to_owned(),
        },
        ffi::SQLITE_CONSTRAINT_NOTNULL => Error::Missing {
            column: said.rsplit('.').next().unwrap_or_default().to_owned(),
        },
        _ => Error::Refused { why },
    }
}

/// `t.a, t.b`, or `index 'name'` for an index over expressions.
fn unique(said: &str) -> Error {
    if let Some(index) = said.strip_prefix("index '") {
        return Error::Unique {
            table: index.trim_end_matches('\'').to_owned(),
            columns: Vec::new(),
        };
    }
    let pairs: Vec<_> = said.split(", ").filter_map(|pair| pair.split_once('.')).collect();
    Error::Unique {
        table: pairs.first().map_or_else(String::new, |(table, _)| (*table).to_owned()),
        columns: pairs.iter().map(|(_, column)| (*column).to_owned()).collect(),
    }
}
