//! Migrations: one text for both engines, run once each, in order, each in a transaction of its own.

use sha2::{Digest, Sha256};

use crate::postgres::{self, Postgres};
use crate::sqlite::{self, Sqlite};
use crate::words::translate;
use crate::{Engine, Error, Result, Row, Value};

/// A room's tables: `store::migration!("1001_accounts_people", include_str!("../migrations/1001_accounts_people.sql"));`
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `NNNN_room_what`; all rooms' migrations run in the order of their names.
    pub name: &'static str,
    /// Its text, in the words `ID TEXT INT BOOL BYTES JSON INSTANT`.
    pub text: &'static str,
}
inventory::collect!(Migration);

/// Registers a room's migration.
#[macro_export]
macro_rules! migration {
    ($name:expr, $text:expr) => {
        $crate::__inventory::submit! { $crate::Migration { name: $name, text: $text } }
    };
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS store_migration (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL)";
const RECORDED: &str = "SELECT sha256 FROM store_migration WHERE name = $1";
const RECORD: &str = "INSERT INTO store_migration (name, sha256) VALUES ($1, $2)";
/// A number of our own: nodes that start together migrate one after the other.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7203651)";

impl Migration {
    fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.text.as_bytes()))
    }
    /// Whether it has to run still.
    fn is_new(&self, recorded: Vec<Row>) -> Result<bool> {
        let Some(mut row) = recorded.into_iter().next() else {
            return Ok(true);
        };
        if row.take_at::<String>(0)? == self.sha256() {
            Ok(false)
        } else {
            Err(Error::MigrationChanged {
                name: self.name.to_owned(),
            })
        }
    }
    fn places(&self) -> [Value; 2] {
        [Value::Text(self.name.to_owned()), Value::Text(self.sha256())]
    }
    fn failed(&self, error: &Error) -> Error {
        Error::MigrationFailed {
            name: self.name.to_owned(),
            why: error.to_string(),
        }
    }
}

pub(crate) async fn sqlite(database: &Sqlite, known: &[Migration]) -> Result<()> {
    let writer = database.writer().await;
    writer.execute_batch(TABLE).map_err(|error| sqlite::fact(&error))?;
    for migration in known {
        writer.execute_batch("BEGIN IMMEDIATE").map_err(|error| sqlite::fact(&error))?;
        let step = || {
            let places = migration.places();
            if migration.is_new(sqlite::all(&writer, RECORDED, &places[..1])?)? {
                let text = translate(migration.text, Engine::Sqlite);
                writer
                    .execute_batch(&text)
                    .map_err(|error| migration.failed(&Error::Refused { why: error.to_string() }))?;
                sqlite::run(&writer, RECORD, &places)?;
            }
            sqlite::commit(&writer)
        };
        let done = step();
        if done.is_err() {
            sqlite::rollback(&writer);
            return done;
        }
    }
    Ok(())
}

pub(crate) async fn postgres(database: &Postgres, known: &[Migration]) -> Result<()> {
    for migration in known {
        let connection = database.begin().await?;
        let step = async {
            connection.batch_execute(LOCK).await.map_err(|error| postgres::fact(&error))?;
            connection.batch_execute(TABLE).await.map_err(|error| postgres::fact(&error))?;
            let places = migration.places();
            if migration.is_new(postgres::all(&connection, RECORDED, &places[..1]).await?)? {
                let text = translate(migration.text, Engine::Postgres);
                connection
                    .batch_execute(&text)
                    .await
                    .map_err(|error| migration.failed(&postgres::fact(&error)))?;
                postgres::run(&connection, RECORD, &places).await?;
            }
            postgres::commit(&connection).await
        };
        let done = step.await;
        if done.is_err() {
            postgres::rollback(connection).await;
            return done;
        }
    }
    Ok(())
}
