//! Reading: checkpoints and proofs.

use evidence::{
    Checkpoint, Proof,
    merkle::{Hash, Missing, Tiles},
};
use store::{Database, sql};

use crate::{Error, Result};

/// A checkpoint as read and as signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The signed note.
    pub note: String,
}

/// The newest checkpoint; `None` while the log is empty.
///
/// # Errors
/// The database.
pub async fn checkpoint(db: &Database) -> Result<Option<Signed>> {
    let notes = db
        .all::<String>(sql!("SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1"))
        .await?;
    notes.into_iter().next().map(read).transpose()
}

/// The checkpoint of `size` entries.
///
/// # Errors
/// [`Error::NoCheckpoint`], the database.
pub async fn checkpoint_at(db: &Database, size: u64) -> Result<Signed> {
    let notes = db
        .all::<String>(sql!("SELECT note FROM log_checkpoint WHERE size = {size}"))
        .await?;
    read(notes.into_iter().next().ok_or(Error::NoCheckpoint)?)
}

fn read(note: String) -> Result<Signed> {
    Ok(Signed {
        checkpoint: Checkpoint::parse(&note).map_err(Error::Checkpoint)?,
        note,
    })
}

/// The proof that the entry at `index` is in the log of `size` entries, with the checkpoint of that size.
///
/// # Errors
/// [`Error::NotIntegrated`], [`Error::NoCheckpoint`], the database.
pub async fn proof(db: &Database, index: u64, size: u64) -> Result<Proof> {
    proofs(db, &[index], size).await?.pop().ok_or(Error::NotIntegrated)
}

/// The proofs of many entries in the log of one size; the tree is read once for all.
///
/// # Errors
/// As [`proof`].
pub async fn proofs(db: &Database, indices: &[u64], size: u64) -> Result<Vec<Proof>> {
    if indices.iter().any(|index| *index >= size) {
        return Err(Error::NotIntegrated);
    }
    let checkpoint = checkpoint_at(db, size).await?.note;
    let mut tiles = Tiles::new();
    let mut proofs = Vec::with_capacity(indices.len());
    for &index in indices {
        let hashes = climb_with(db, &mut tiles, |tiles| tiles.inclusion(index, size)).await?;
        proofs.push(Proof {
            index,
            hashes,
            checkpoint: checkpoint.clone(),
        });
    }
    Ok(proofs)
}

/// The proof that the log of `old` entries is a prefix of the log of `new` entries.
///
/// # Errors
/// [`Error::NotIntegrated`], the database.
pub async fn consistency(db: &Database, old: u64, new: u64) -> Result<Vec<Hash>> {
    if old > new || new > crate::state(db).await?.size {
        return Err(Error::NotIntegrated);
    }
    climb(db, |tiles| tiles.consistency(old, new)).await
}

/// Asks, loads the tile that is missing, asks again.
async fn climb<T>(db: &Database, ask: impl Fn(&Tiles) -> Result<T, Missing>) -> Result<T> {
    climb_with(db, &mut Tiles::new(), ask).await
}

async fn climb_with<T>(db: &Database, tiles: &mut Tiles, ask: impl Fn(&Tiles) -> Result<T, Missing>) -> Result<T> {
    loop {
        let Missing(tile) = match ask(tiles) {
            Ok(answer) => return Ok(answer),
            Err(missing) => missing,
        };
        // A tile is read once: one that grew since then was written by a later checkpoint, and a proof of an older size does not need it.
        let stored = db
            .find::<Vec<u8>>(sql!(
                "SELECT hashes FROM log_tile WHERE level = {tile.level} AND place = {tile.index}"
            ))
            .await?;
        tiles.load(tile, &stored.filter(|_| tiles.stored(tile).is_none()).ok_or(Missing(tile))?);
    }
}
