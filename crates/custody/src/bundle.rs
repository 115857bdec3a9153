//! Everything a stranger needs to check an original.

use evidence::zip::Members;
use foundation::Actor;
use store::{Database, Objects};

use crate::{DepositId, Error, Result};

/// The files of the evidence bundle by name (`original.pdf`, `record.json`, `evidence.ers`, …).
///
/// # Errors
/// [`Error::Unknown`], [`Error::Refused`], [`Error::NotYet`] with the state and the next try, [`Error::Damaged`].
pub async fn files(db: &Database, objects: &Objects, by: &Actor, id: DepositId) -> Result<Members> {
    let _ = (db, objects, by, id);
    Err(Error::Unknown)
}

/// `bundle.zip`.
///
/// # Errors
/// As [`files`].
pub async fn bundle(db: &Database, objects: &Objects, by: &Actor, id: DepositId) -> Result<Vec<u8>> {
    let members = files(db, objects, by, id).await?;
    evidence::zip::write(&members).map_err(|error| Error::Damaged(error.to_string()))
}
