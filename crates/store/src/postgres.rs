//! PostgreSQL: a pool of connections; units are SERIALIZABLE.

use std::sync::Arc;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use tokio_postgres::NoTls;
use tokio_postgres::error::{Error as PgError, SqlState};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{Error, Result, Row, Value};

/// How many connections a node holds.
const CONNECTIONS: usize = 16;

/// The pool behind an address.
#[derive(Debug, Clone)]
pub struct Postgres {
    pool: Pool,
}

type Boxed = Box<dyn std::error::Error + Sync + Send>;

impl Postgres {
    /// Connects once, so that a wrong address is known at the start.
    pub async fn open(url: &str) -> Result<Self> {
        let unreachable = |why: String| Error::Unreachable { why };
        let config: tokio_postgres::Config = url.parse().map_err(|error: PgError| unreachable(spell(&error)))?;
        let manager = Manager::from_config(
            config,
            NoTls,
            ManagerConfig {
                recycling_method: RecyclingMethod::Fast,
            },
        );
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .build()
            .map_err(|error| unreachable(error.to_string()))?;
        let open = Self { pool };
        drop(open.connection().await?);
        Ok(open)
    }
    /// A connection of the pool.
    pub async fn connection(&self) -> Result<Object> {
        self.pool.get().await.map_err(|error| Error::Unreachable { why: full(&error) })
    }
    /// A connection on which a unit began.
    pub async fn begin(&self) -> Result<Object> {
        let mut begun = Begun(Some(self.connection().await?));
        if let Some(connection) = &begun.0 {
            connection
                .batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
                .await
                .map_err(|error| fact(&error))?;
        }
        begun.0.take().ok_or(Error::Unreachable {
            why: "no connection".to_owned(),
        })
    }
    /// Closes all connections.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// A caller who gives up while `BEGIN` is on its way must not put the connection back into the pool: its next user would read the old
/// snapshot of a transaction that nobody ends.
struct Begun(Option<Object>);

impl Drop for Begun {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

/// Runs a statement that changes rows; how many.
pub async fn run(connection: &Object, text: &str, values: &[Value]) -> Result<u64> {
    let statement = connection.prepare_cached(text).await.map_err(|error| fact(&error))?;
    connection
        .execute_raw(&statement, values.iter())
        .await
        .map_err(|error| fact(&error))
}

/// Runs a statement that gives rows.
pub async fn all(connection: &Object, text: &str, values: &[Value]) -> Result<Vec<Row>> {
    let statement = connection.prepare_cached(text).await.map_err(|error| fact(&error))?;
    let names: Arc<[String]> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
    let places: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
    let found = connection.query(&statement, &places).await.map_err(|error| fact(&error))?;
    let read = |row: &tokio_postgres::Row| {
        let cells = (0..names.len())
            .map(|at| row.try_get::<_, Cell>(at).map(|cell| cell.0))
            .collect::<std::result::Result<Vec<_>, _>>();
        cells
            .map(|values| Row::new(names.clone(), values))
            .map_err(|error| Error::Refused { why: spell(&error) })
    };
    found.iter().map(read).collect()
}

/// Only prepares.
pub async fn prepare(connection: &Object, text: &str) -> Result<()> {
    connection.prepare(text).await.map(drop).map_err(|error| fact(&error))
}

/// `COMMIT`. Without a word from the server nobody knows how it ended.
pub async fn commit(connection: &Object) -> Result<()> {
    connection.batch_execute("COMMIT").await.map_err(|error| match error.as_db_error() {
        Some(_) => fact(&error),
        None => Error::CommitUnknown { why: spell(&error) },
    })
}

/// `ROLLBACK`; keeps the connection, or gives it up if even that fails.
pub async fn rollback(connection: Object) {
    if let Err(error) = connection.batch_execute("ROLLBACK").await {
        tracing::warn!(%error, "rolling back failed; the connection is given up");
        drop(Object::take(connection));
    }
}

/// A cell of any type we use.
struct Cell(Value);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> std::result::Result<Self, Boxed> {
        Ok(Self(match *kind {
            Type::BOOL => Value::Bool(bool::from_sql(kind, raw)?),
            Type::INT8 => Value::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => Value::Int(i16::from_sql(kind, raw)?.into()),
            Type::BYTEA => Value::Bytes(raw.to_vec()),
            Type::UUID => Value::Uuid(uuid::Uuid::from_sql(kind, raw)?),
            Type::JSON | Type::JSONB => Value::Json(serde_json::Value::from_sql(kind, raw)?),
            _ => Value::Text(String::from_sql(kind, raw)?),
        }))
    }
    fn from_sql_null(_: &Type) -> std::result::Result<Self, Boxed> {
        Ok(Self(Value::Null))
    }
    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::BOOL | Type::INT8 | Type::INT4 | Type::INT2 | Type::BYTEA | Type::UUID | Type::JSON | Type::JSONB
        ) || <String as FromSql>::accepts(kind)
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Boxed> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(is) => is.to_sql_checked(kind, out),
            Self::Int(number) => match *kind {
                Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
                Type::INT2 => i16::try_from(*number)?.to_sql(kind, out),
                _ => number.to_sql_checked(kind, out),
            },
            Self::Text(text) => text.to_sql_checked(kind, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(kind, out),
            Self::Uuid(id) => id.to_sql_checked(kind, out),
            Self::Json(json) => json.to_sql_checked(kind, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

/// The fact behind an error of the engine.
pub fn fact(error: &PgError) -> Error {
    let why = spell(error);
    let Some(said) = error.as_db_error() else {
        return if error.is_closed() {
            Error::Unreachable { why }
        } else {
            Error::Refused { why }
        };
    };
    let name = |text: Option<&str>| text.unwrap_or_default().to_owned();
    match *said.code() {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Error::Conflict,
        SqlState::UNIQUE_VIOLATION => unique(said),
        SqlState::FOREIGN_KEY_VIOLATION => Error::ForeignKey,
        SqlState::CHECK_VIOLATION => Error::Check {
            constraint: name(said.constraint()),
        },
        SqlState::NOT_NULL_VIOLATION => Error::Missing {
            column: name(said.column()),
        },
        _ => Error::Refused { why },
    }
}

/// The columns stand in the detail, `Key (a, b)=(1, 2) already exists.`, in whatever language the server speaks.
fn unique(said: &tokio_postgres::error::DbError) -> Error {
    let detail = said.detail().unwrap_or_default();
    let columns = detail
        .split_once(")=(")
        .and_then(|(before, _)| before.split_once('('))
        .map(|(_, columns)| columns);
    match columns {
        Some(columns) if !columns.contains('(') => Error::Unique {
            table: said.table().unwrap_or_default().to_owned(),
            columns: columns.split(", ").map(|column| column.trim_matches('"').to_owned()).collect(),
        },
        _ => Error::Unique {
            table: said.constraint().unwrap_or_default().to_owned(),
            columns: Vec::new(),
        },
    }
}

/// Without the detail: it would carry values of the row.
fn spell(error: &PgError) -> String {
    match error.as_db_error() {
        Some(said) => format!("{} ({})", said.message(), said.code().code()),
        None => full(error),
    }
}

fn full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}
