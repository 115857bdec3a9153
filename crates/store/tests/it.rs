//! The store, on SQLite alone; on both engines: `crates/testkit/tests/it.rs`.

#[path = "it/objects.rs"]
mod objects;
#[path = "it/sqlite.rs"]
mod sqlite;
