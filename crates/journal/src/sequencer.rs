//! The sequencer: gives places, chains, anchors. One per node; on PostgreSQL nodes give way to each other by conflict.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Monotonic};

use foundation::{Clock, Random};
use log::LogEntryId;
use serde_json::json;
use sha2::{Digest, Sha256, Sha512};
use store::{Database, Error, Result, sql, unit};

use crate::line::canonical;
use crate::{EntryId, Line};

/// How many entries one unit chains.
const BATCH: i64 = 500;
/// How far it may be behind before new acts stop (law 3).
const PATIENCE: Duration = Duration::from_secs(60);

/// Chains what `note` wrote; cloning it is cheap.
#[derive(Clone)]
pub struct Sequencer(Arc<Inside>);

struct Inside {
    db: Database,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// All that was written before it is chained. Monotonic: the product's clock may jump.
    clear: Mutex<Monotonic>,
    patience: Duration,
}

impl std::fmt::Debug for Sequencer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sequencer")
            .field("lagging", &self.lagging())
            .finish_non_exhaustive()
    }
}

impl Sequencer {
    /// A sequencer that has yet to run.
    #[must_use]
    pub fn new(db: Database, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self::with_patience(db, clock, random, PATIENCE)
    }
    /// As [`Sequencer::new`], lagging after another time.
    #[must_use]
    pub fn with_patience(db: Database, clock: Arc<dyn Clock>, random: Arc<dyn Random>, patience: Duration) -> Self {
        Self(Arc::new(Inside {
            db,
            clock,
            random,
            clear: Mutex::new(Monotonic::now()),
            patience,
        }))
    }
    /// Whether it is more than a minute behind: then no new act may begin.
    #[must_use]
    pub fn lagging(&self) -> bool {
        self.behind() > self.0.patience
    }
    /// What was written longer ago than this is chained.
    #[must_use]
    pub fn behind(&self) -> Duration {
        self.0.clear.lock().expect("no panic while held").elapsed()
    }
    /// Chains until `stop` resolves, within a second of each entry; once more at the end.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let woken = self.0.db.woken();
            let pause = match self.step().await {
                Ok(_) => Duration::from_millis(500),
                Err(error) => {
                    tracing::error!(%error, "the journal cannot be chained");
                    Duration::from_secs(1)
                }
            };
            tokio::select! {
                () = &mut stop => break,
                () = woken => tokio::time::sleep(Duration::from_millis(50)).await,
                () = tokio::time::sleep(pause) => {}
            }
        }
        if let Err(error) = self.step().await {
            tracing::error!(%error, "the journal could not be chained at the end");
        }
    }
    /// Chains and anchors everything that waits; how many entries.
    ///
    /// # Errors
    /// The database, or the log, refuses.
    pub async fn step(&self) -> Result<u64> {
        let mut chained = 0;
        loop {
            let began = Monotonic::now();
            let waiting = self
                .0
                .db
                .all::<EntryId>(sql!("SELECT id FROM journal_entry WHERE place IS NULL LIMIT 1"))
                .await?;
            if waiting.is_empty() {
                *self.0.clear.lock().expect("no panic while held") = began;
                return Ok(chained);
            }
            let batch = self.batch().await?;
            chained += batch;
            // All that waited when this round began is chained: under a steady load the queue is never empty, and yet nothing is late.
            if batch < BATCH.unsigned_abs() {
                *self.0.clear.lock().expect("no panic while held") = began;
            }
        }
    }
    async fn batch(&self) -> Result<u64> {
        let now = self.0.clock.now();
        let anchor = LogEntryId::new(now, &*self.0.random);
        unit!(self.0.db, |unit| {
            let (mut place, mut hash) = unit.only::<(i64, String)>(sql!("SELECT place, hash FROM journal_head WHERE one = 1")).await?;
            let before = place;
            let waiting = unit
                .all::<Line>(sql!(
                    "SELECT id, at, actor, deed, subject, facts, place, hash FROM journal_entry WHERE place IS NULL ORDER BY at, id LIMIT {BATCH}"
                ))
                .await?;
            for line in &waiting {
                place += 1;
                hash = line.hash_at(place, &hash);
                unit.one(sql!("UPDATE journal_entry SET place = {place}, hash = {hash} WHERE id = {line.id} AND place IS NULL")).await?;
            }
            if place > before {
                unit.one(sql!("UPDATE journal_head SET place = {place}, hash = {hash} WHERE one = 1 AND place = {before}")).await?;
                unit.one(sql!("INSERT INTO journal_anchor (place, hash, entry, at) VALUES ({place}, {hash}, {anchor}, {now})")).await?;
                log::append(unit, anchor, log_entry(place, &hash).as_bytes(), now).await.map_err(of_log)?;
            }
            Ok::<_, Error>(waiting.len() as u64)
        })
        .await
    }
}

/// What goes into the log: the hashes of `{"hash":…,"place":…}` in canonical JSON.
pub(crate) fn log_entry(place: i64, hash: &str) -> String {
    let record = canonical(&json!({ "hash": hash, "place": place }));
    let (short, long) = (hex::encode(Sha256::digest(&record)), hex::encode(Sha512::digest(&record)));
    format!("cectrust-entry/1\njournal\nsha256:{short}\nsha512:{long}\n")
}

fn of_log(error: log::Error) -> Error {
    match error {
        log::Error::Store(error) => error,
        other => Error::Refused { why: other.to_string() },
    }
}
