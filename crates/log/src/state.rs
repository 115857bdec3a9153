//! The log's one row: its name, its key, how far it is.

use evidence::{VerifierKey, merkle};
use store::{Database, Record, sql, unit};

use crate::{Error, Result};

/// How far the log is.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct State {
    /// Its name: the origin of its checkpoints.
    pub origin: String,
    /// Its key, as its file of trust holds it.
    pub verifier_key: String,
    /// How many entries are integrated.
    pub size: u64,
    /// The root over them.
    pub root: [u8; 32],
}

/// Begins the log at the first start; later demands that name and key are still the same.
///
/// # Errors
/// [`Error::OriginChanged`], [`Error::KeyChanged`], the database.
pub async fn open(db: &Database, key: &VerifierKey) -> Result<State> {
    let text = key.to_string();
    let root = merkle::empty_root();
    unit!(db, |unit| {
        if let Some(state) = unit
            .find::<State>(sql!("SELECT origin, verifier_key, size, root FROM log_state WHERE one = 1"))
            .await?
        {
            return if state.origin != key.name {
                Err(Error::OriginChanged { has: state.origin })
            } else if state.verifier_key != text {
                Err(Error::KeyChanged { has: state.verifier_key })
            } else {
                Ok(state)
            };
        }
        unit.one(sql!(
            "INSERT INTO log_state (one, origin, verifier_key, size, root) VALUES (1, {key.name}, {text}, 0, {root})"
        ))
        .await?;
        Ok::<_, Error>(State {
            origin: key.name.clone(),
            verifier_key: text.clone(),
            size: 0,
            root,
        })
    })
    .await
}

/// How far the log is.
///
/// # Errors
/// [`Error::NotOpened`], the database.
pub async fn state(db: &Database) -> Result<State> {
    let states = db
        .all::<State>(sql!("SELECT origin, verifier_key, size, root FROM log_state WHERE one = 1"))
        .await?;
    states.into_iter().next().ok_or(Error::NotOpened)
}

/// The log's name, read inside a unit.
///
/// # Errors
/// [`Error::NotOpened`], the database.
pub async fn origin(unit: &mut store::Unit) -> Result<String> {
    unit.find::<String>(sql!("SELECT origin FROM log_state WHERE one = 1"))
        .await?
        .ok_or(Error::NotOpened)
}
