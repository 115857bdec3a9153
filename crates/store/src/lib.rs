//! The database (SQLite or PostgreSQL behind one SQL text), the `Unit` of work, and the objects.
//!
//! Words: `Database` (opened once), `Unit` (a transaction that may run again; opened by [`unit!`] only), `Statement` (made by [`sql!`]
//! only), `Record` (a struct read from columns), `column_as!` (a type of the domain as a column), `migration!` (a room's tables),
//! `Objects` (bytes written once). Durable before acknowledged: object → row → answer.

mod column;
mod database;
mod error;
mod migrate;
mod objects;
mod postgres;
mod row;
mod sqlite;
mod statement;
mod unit;
mod words;

pub use column::{FromColumn, Mismatch, ToColumn, Value};
pub use database::{Database, Engine};
pub use error::{Error, Result};
pub use migrate::Migration;
pub use objects::{ObjectError, Objects, Stored};
pub use row::{Record, Row};
pub use sql::{Record, sql};
pub use statement::{Statement, StaticStatement, statements};
pub use unit::{Unit, inside, outside_any_unit};

#[doc(hidden)]
pub use inventory as __inventory;

// The macros write `::store::…`; inside this crate that name must exist too.
extern crate self as store;
