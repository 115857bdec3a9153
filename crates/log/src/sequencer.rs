//! The sequencer: gives entries their places, integrates them into the tree, signs the checkpoint. One at a time: a second one
//! meets the compare-and-swap on the size and changes nothing.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant as Monotonic},
};

use evidence::{
    Checkpoint,
    merkle::{Missing, TileId, Tiles, leaf_hash},
};
use foundation::{Clock, Instant};
use store::{Database, Unit, sql, unit};

use crate::{CheckpointSigner, Error, LogEntryId, Result, State, state};

const BATCH: i64 = 2000;

/// What one pass did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integrated {
    /// Entries before.
    pub from: u64,
    /// Entries now.
    pub size: u64,
    /// The signed checkpoint of that size (`None` only while the log is empty).
    pub checkpoint: Option<String>,
}

/// The leader of a log.
pub struct Sequencer {
    db: Database,
    signer: Arc<dyn CheckpointSigner>,
    turn: tokio::sync::Mutex<()>,
    done: Mutex<Monotonic>,
}

impl Sequencer {
    /// A sequencer that signs with `signer`; [`crate::open`] was called with the same key.
    #[must_use]
    pub fn new(db: Database, signer: Arc<dyn CheckpointSigner>) -> Self {
        Self {
            db,
            signer,
            turn: tokio::sync::Mutex::new(()),
            done: Mutex::new(Monotonic::now()),
        }
    }
    /// The log's public key.
    #[must_use]
    pub fn key(&self) -> &evidence::VerifierKey {
        self.signer.key()
    }
    /// How long ago, on the monotonic clock, a pass last ended with nothing left to do. Above a minute new acts must stop (law 3).
    #[must_use]
    pub fn lag(&self) -> Duration {
        self.done.lock().map_or(Duration::MAX, |done| done.elapsed())
    }
    /// Integrates for ever, about once a second. A pass that failed is told and repeated; [`Sequencer::lag`] grows meanwhile.
    pub async fn run(&self, clock: &dyn Clock) {
        loop {
            match self.integrate(clock.now()).await {
                Ok(_) => {}
                Err(Error::NotLeader | Error::Store(store::Error::Conflict)) => tracing::debug!("another sequencer was faster"),
                Err(error) => tracing::error!(%error, "the log could not be integrated"),
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
    /// Gives all waiting entries their places and signs the checkpoint over them.
    ///
    /// # Errors
    /// The database, the signer, [`Error::NotLeader`]. What was integrated stays; the next pass signs.
    pub async fn integrate(&self, now: Instant) -> Result<Integrated> {
        let _turn = self.turn.lock().await;
        let before = state(&self.db).await?;
        while self.pass().await? {}
        let after = state(&self.db).await?;
        let checkpoint = self.sign(&after, now).await?;
        if let Ok(mut done) = self.done.lock() {
            *done = Monotonic::now();
        }
        Ok(Integrated {
            from: before.size,
            size: after.size,
            checkpoint,
        })
    }
    /// One batch; `false` when nothing waited.
    async fn pass(&self) -> Result<bool> {
        unit!(self.db, |unit| {
            let waiting = unit
                .all::<(LogEntryId, Vec<u8>)>(sql!(
                    "SELECT id, entry FROM log_entry WHERE place IS NULL ORDER BY id LIMIT {BATCH}"
                ))
                .await?;
            if waiting.is_empty() {
                return Ok(false);
            }
            let before = unit
                .find::<State>(sql!("SELECT origin, verifier_key, size, root FROM log_state WHERE one = 1"))
                .await?
                .ok_or(Error::NotOpened)?;
            let mut tiles = Tiles::new();
            let mut size = before.size;
            for (id, entry) in &waiting {
                let leaf = leaf_hash(entry);
                while let Err(Missing(tile)) = tiles.append(size, leaf) {
                    load(unit, &mut tiles, tile).await?;
                }
                unit.one(sql!("UPDATE log_entry SET place = {size} WHERE id = {id} AND place IS NULL"))
                    .await?;
                size += 1;
            }
            for tile in tiles.take_changed() {
                let hashes = tiles.stored(tile).unwrap_or_default();
                unit.one(sql!(
                    "INSERT INTO log_tile (level, place, hashes) VALUES ({tile.level}, {tile.index}, {hashes})
                     ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes"
                ))
                .await?;
            }
            let root = loop {
                match tiles.root(size) {
                    Ok(root) => break root,
                    Err(Missing(tile)) => load(unit, &mut tiles, tile).await?,
                }
            };
            let swapped = unit
                .run(sql!(
                    "UPDATE log_state SET size = {size}, root = {root} WHERE one = 1 AND size = {before.size}"
                ))
                .await?;
            if swapped == 1 { Ok(true) } else { Err(Error::NotLeader) }
        })
        .await
    }
    /// Signs the state that is durable already, once for each size.
    async fn sign(&self, state: &State, now: Instant) -> Result<Option<String>> {
        if state.size == 0 {
            return Ok(None);
        }
        let size = state.size;
        if let Some(note) = self
            .db
            .all::<String>(sql!("SELECT note FROM log_checkpoint WHERE size = {size}"))
            .await?
            .pop()
        {
            return Ok(Some(note));
        }
        let checkpoint = Checkpoint {
            origin: state.origin.clone(),
            size,
            root: state.root,
        };
        let signature = self.signer.sign(checkpoint.to_sign().as_bytes()).map_err(Error::Signature)?;
        let note = checkpoint
            .complete(self.signer.key(), &signature)
            .map_err(|error| Error::Signature(error.to_string()))?;
        unit!(self.db, |unit| {
            // Ed25519 is deterministic: a checkpoint signed twice is the same text.
            unit.run(sql!(
                "INSERT INTO log_checkpoint (size, note, signed) VALUES ({size}, {note}, {now}) ON CONFLICT (size) DO NOTHING"
            ))
            .await?;
            Ok::<_, Error>(())
        })
        .await?;
        Ok(Some(note))
    }
}

async fn load(unit: &mut Unit, tiles: &mut Tiles, tile: TileId) -> Result<()> {
    let stored = unit
        .find::<Vec<u8>>(sql!(
            "SELECT hashes FROM log_tile WHERE level = {tile.level} AND place = {tile.index}"
        ))
        .await?;
    tiles.load(tile, &stored.filter(|_| tiles.stored(tile).is_none()).ok_or(Missing(tile))?);
    Ok(())
}
