//! The keeper makes the rounds: close, log, stamp, keep. Every step is a unit of its own, and every step can be taken up again.

use std::{sync::Arc, time::Duration};

use foundation::{Clock, Instant};
use log::Sequencer;
use serde_json::json;
use store::{Database, Record, Unit, sql, unit};

use crate::{
    DepositId, Did, Error, Kept, Material, Result, RoundState, StampFailure, Stamper,
    evidences::{Evidences, batch, damaged, leaves},
    note, step,
};

/// How old the first deposit of a round is when the round closes.
const ROUND_SECONDS: i64 = 1;
/// The largest round.
const ROUND_DEPOSITS: i64 = 10_000;
/// The longest wait between two tries of a stamp.
const LONGEST_WAIT: i64 = 300;

/// What one turn did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Rounds that were sealed.
    pub sealed: Vec<i64>,
    /// Deposits that are kept now.
    pub kept: Vec<DepositId>,
    /// Rounds whose stamp failed in this turn.
    pub failed: Vec<i64>,
    /// When there is something to do again without anything new happening.
    pub next: Option<Instant>,
}

impl Turn {
    fn again_at(&mut self, at: Instant) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }
}

/// A round as the keeper needs it.
#[derive(Debug, Record)]
struct Round {
    number: i64,
    state: RoundState,
    closed: Instant,
    log_size: Option<u64>,
    checkpoint: Option<String>,
    batch: Option<Vec<u8>>,
    root: Option<Vec<u8>>,
    attempts: i64,
    next_try: Instant,
    version: i64,
}

/// Makes rounds: one at a time in this process; several processes meet at the rows' versions.
pub struct Keeper {
    db: Database,
    sequencer: Arc<Sequencer>,
    stamper: Arc<dyn Stamper>,
    turn: tokio::sync::Mutex<()>,
}

impl Keeper {
    /// A keeper.
    #[must_use]
    pub fn new(db: Database, sequencer: Arc<Sequencer>, stamper: Arc<dyn Stamper>) -> Self {
        Self {
            db,
            sequencer,
            stamper,
            turn: tokio::sync::Mutex::new(()),
        }
    }
    /// Takes turns for ever: after each unit that woke the database, and four times a second. A turn that failed is told and repeated.
    pub async fn run(&self, clock: &dyn Clock) {
        loop {
            let woken = self.db.woken();
            if let Err(error) = self.turn(clock.now()).await {
                tracing::error!(%error, "a turn of the keeper failed");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            let _ = tokio::time::timeout(Duration::from_millis(250), woken).await;
        }
    }
    /// Does everything that is due at `now`: closes a round whose first deposit is a second old, brings it into the log, has it stamped,
    /// keeps the evidence; and takes up whatever an earlier turn (or an earlier run of the program) left open.
    ///
    /// # Errors
    /// The database, the log. A stamp that did not come is no error: the round says so and is tried again.
    pub async fn turn(&self, now: Instant) -> Result<Turn> {
        let _turn = self.turn.lock().await;
        let mut turn = Turn::default();
        self.close(now, &mut turn).await?;
        let open = self
            .db
            .all::<(i64, RoundState, Instant)>(sql!(
                "SELECT number, state, next_try FROM custody_round WHERE sealed IS NULL ORDER BY number"
            ))
            .await?;
        let mut first = None;
        for (number, state, next_try) in open {
            if state == RoundState::StampFailed && next_try > now {
                turn.again_at(next_try);
            } else if let Err(error) = self.advance(number, now, &mut turn).await {
                // A damaged round must not keep the others waiting; the turn fails with it all the same.
                tracing::error!(%error, number, "a round cannot go on");
                first.get_or_insert(error);
            }
        }
        first.map_or(Ok(turn), Err)
    }
    /// Fixes the deposits of the next round.
    async fn close(&self, now: Instant, turn: &mut Turn) -> Result<()> {
        let oldest = self
            .db
            .only::<Option<Instant>>(sql!("SELECT MIN(received) FROM custody_deposit WHERE round IS NULL"))
            .await?;
        let Some(due) = oldest.map(|oldest| oldest.plus_seconds(ROUND_SECONDS)) else {
            return Ok(());
        };
        if due > now {
            turn.again_at(due);
            return Ok(());
        }
        unit!(self.db, |unit| {
            let waiting =
                unit.all::<DepositId>(sql!("SELECT id FROM custody_deposit WHERE round IS NULL ORDER BY id LIMIT {ROUND_DEPOSITS}")).await?;
            let Some(last) = waiting.last() else { return Ok(()) };
            let number = unit.only::<i64>(sql!("SELECT COALESCE(MAX(number), 0) + 1 FROM custody_round")).await?;
            let state = RoundState::Closed;
            unit.one(sql!(
                "INSERT INTO custody_round (number, state, closed, attempts, next_try, version) VALUES ({number}, {state}, {now}, 0, {now}, 1)"
            ))
            .await?;
            unit.run(sql!("UPDATE custody_deposit SET round = {number} WHERE round IS NULL AND id <= {last}")).await?;
            note::round(unit, "round.close", number, json!({ "deposits": waiting.len() }), now).await
        })
        .await
    }
    async fn round(&self, number: i64) -> Result<Round> {
        Ok(self
            .db
            .only(sql!(
                "SELECT number, state, closed, log_size, checkpoint, batch, root, attempts, next_try, version
                 FROM custody_round WHERE number = {number}"
            ))
            .await?)
    }
    async fn advance(&self, number: i64, now: Instant, turn: &mut Turn) -> Result<()> {
        let mut round = self.round(number).await?;
        if round.state == RoundState::Closed {
            self.log(&round, now).await?;
            round = self.round(number).await?;
        } else if round.state == RoundState::StampFailed && round.next_try <= now {
            unit!(self.db, |unit| moved(unit, &round, Did::TriedAgain).await).await?;
            round = self.round(number).await?;
        }
        if round.state == RoundState::Stamping {
            self.stamp(&round, now, turn).await?;
        }
        Ok(())
    }
    /// Entries into the log, checkpoint, tree: what will be stamped is fixed and durable before anybody is asked to stamp it.
    async fn log(&self, round: &Round, now: Instant) -> Result<()> {
        let integrated = self.sequencer.integrate(now).await?;
        let checkpoint = integrated.checkpoint.ok_or_else(|| Error::Damaged("the log is empty".to_owned()))?;
        let (size, number) = (integrated.size, round.number);
        let leaves = leaves(&self.db, number).await?;
        let batch = batch(number, round.closed, &self.sequencer.key().name, size, &leaves)?;
        let evidences = Evidences::build(leaves, &checkpoint, &batch)?;
        let root = evidences.tree.root();
        unit!(self.db, |unit| {
            moved(unit, round, Did::Logged).await?;
            unit.one(sql!(
                "UPDATE custody_round SET log_size = {size}, checkpoint = {checkpoint}, batch = {batch}, root = {root} WHERE number = {number}"
            ))
            .await?;
            let facts = json!({ "log_size": size, "root": hex::encode(root) });
            note::round(unit, "round.log", number, facts, now).await
        })
        .await
    }
    /// Asks for the token (no unit is open), then keeps everything in one unit.
    async fn stamp(&self, round: &Round, now: Instant, turn: &mut Turn) -> Result<()> {
        let lost = || Error::Damaged(format!("round {} lacks what it stamps", round.number));
        let (checkpoint, batch) = (round.checkpoint.clone().ok_or_else(lost)?, round.batch.clone().ok_or_else(lost)?);
        let (size, root) = (round.log_size.ok_or_else(lost)?, round.root.clone().ok_or_else(lost)?);
        let evidences = Evidences::build(leaves(&self.db, round.number).await?, &checkpoint, &batch)?;
        if evidences.tree.root().as_slice() != root {
            return Err(Error::Damaged(format!(
                "the tree of round {} does not lead to its root any more",
                round.number
            )));
        }
        match self.ask(&evidences).await {
            Ok((token, material)) => {
                let kept = self.keep(round, &evidences, size, &token, &material, now).await?;
                turn.sealed.push(round.number);
                turn.kept.extend(kept);
            }
            Err(failure) => {
                let next_try = self.refuse(round, &failure, now).await?;
                turn.failed.push(round.number);
                turn.again_at(next_try);
            }
        }
        Ok(())
    }
    /// The token over the root and the material; both must be there, and the token must be over this root.
    async fn ask(&self, evidences: &Evidences) -> Result<(Vec<u8>, Material), StampFailure> {
        let token = self.stamper.stamp(evidences.tree.root()).await?;
        let material = self.stamper.material().await?;
        if !material.has_plain_names() {
            return Err(StampFailure {
                reason: "検証資料の名前が正しくありません".to_owned(),
            });
        }
        match evidences.record(0, &token) {
            Ok(_) => Ok((token, material)),
            Err(error) => {
                tracing::warn!(%error, "the time-stamping authority answered with something that does not fit");
                Err(StampFailure {
                    reason: "時刻認証局の応答が要求と一致しません".to_owned(),
                })
            }
        }
    }
    async fn keep(
        &self,
        round: &Round,
        evidences: &Evidences,
        size: u64,
        token: &[u8],
        material: &Material,
        now: Instant,
    ) -> Result<Vec<DepositId>> {
        let places = evidences
            .leaves
            .iter()
            .map(|leaf| leaf.place.ok_or_else(|| damaged(format!("deposit {} is not in the log", leaf.id))));
        let proofs = log::proofs(&self.db, &places.collect::<Result<Vec<_>>>()?, size).await?;
        let mut rows = Vec::with_capacity(proofs.len());
        for (at, (leaf, proof)) in evidences.leaves.iter().zip(proofs).enumerate() {
            rows.push((leaf.id, evidences.record(at, token).map_err(damaged)?, proof.to_string()));
        }
        let checkpoint_ers = evidences.record(evidences.leaves.len(), token).map_err(damaged)?;
        let number = round.number;
        let chain = material.chain.iter().map(|(name, der)| (format!("chain/{name}"), der));
        let status = material.status.iter().map(|(name, der)| (format!("status/{name}"), der));
        let files: Vec<_> = chain.chain(status).collect();
        unit!(self.db, |unit| {
            moved(unit, round, Did::Stamped).await?;
            unit.one(sql!(
                "UPDATE custody_round SET token = {token}, checkpoint_ers = {checkpoint_ers}, reason = NULL, sealed = {now}
                 WHERE number = {number}"
            ))
            .await?;
            for (name, der) in &files {
                unit.one(sql!(
                    "INSERT INTO custody_material (round, name, content) VALUES ({number}, {name}, {*der})"
                ))
                .await?;
            }
            for (id, ers, proof) in &rows {
                unit.one(sql!("UPDATE custody_deposit SET ers = {ers}, proof = {proof} WHERE id = {id}"))
                    .await?;
                jobs::publish(unit, now, &Kept { deposit: *id, at: now }).await?;
            }
            let facts = json!({ "deposits": rows.len(), "token_sha256": hex::encode(evidence::sha256(token)) });
            note::round(unit, "round.seal", number, facts, now).await
        })
        .await?;
        Ok(rows.into_iter().map(|(id, ..)| id).collect())
    }
    async fn refuse(&self, round: &Round, failure: &StampFailure, now: Instant) -> Result<Instant> {
        let wait = (5_i64 << round.attempts.clamp(0, 10)).min(LONGEST_WAIT);
        let (next_try, number, reason) = (now.plus_seconds(wait), round.number, failure.reason.as_str());
        unit!(self.db, |unit| {
            moved(unit, round, Did::StampRefused).await?;
            unit.one(sql!(
                "UPDATE custody_round SET reason = {reason}, next_try = {next_try}, attempts = attempts + 1 WHERE number = {number}"
            ))
            .await?;
            let facts = json!({ "reason": reason, "next_try": next_try.rfc3339() });
            note::round(unit, "round.stamp_failed", number, facts, now).await
        })
        .await?;
        Ok(next_try)
    }
}

/// The one place where a round changes its state.
async fn moved(unit: &mut Unit, round: &Round, did: Did) -> Result<()> {
    let (number, version, next) = (round.number, round.version, step(round.state, did)?);
    unit.one(sql!(
        "UPDATE custody_round SET state = {next}, version = version + 1 WHERE number = {number} AND version = {version}"
    ))
    .await?;
    Ok(())
}
