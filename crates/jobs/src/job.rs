//! Jobs and events as they are written: one row each, in the unit of the act that wants them.

use foundation::Instant;
use serde::{Serialize, de::DeserializeOwned};
use store::{Error, Result, Unit, sql};

foundation::id!(
    /// One job.
    pub JobId
);
store::column_as!(JobId(uuid::Uuid));

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for its time.
    Ready,
    /// A node runs it.
    Running,
    /// It succeeded.
    Done,
    /// It failed for good.
    Failed,
}
store::column_as!(State { Ready = "ready", Running = "running", Done = "done", Failed = "failed" });

/// What is to be done: a small payload of ids, never a secret.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its stable name, e.g. `"contracts.seal"`; also the cause of the actor who does it.
    const KIND: &'static str;
    /// After how many tries it counts as failed.
    const TRIES: u32 = 12;
}

/// What happened in a room, for rooms it does not know. `server` lists who listens.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its stable name, e.g. `"certification.revoked"`.
    const NAME: &'static str;
}

/// Writes a job in the caller's unit; it runs at `run_at` or soon after.
///
/// # Errors
/// The database refuses.
pub async fn enqueue<J: Job>(unit: &mut Unit, run_at: Instant, job: &J) -> Result<JobId> {
    insert(unit, run_at, J::KIND, payload(job)?).await
}

/// Writes what happened in the caller's unit. Whoever listens gets a job of his own from it; nobody listening is fine.
///
/// # Errors
/// The database refuses.
pub async fn publish<E: Event>(unit: &mut Unit, now: Instant, event: &E) -> Result<()> {
    insert(unit, now, &event_kind(E::NAME), payload(event)?).await.map(drop)
}

pub(crate) fn event_kind(name: &str) -> String {
    format!("event {name}")
}

pub(crate) async fn insert(unit: &mut Unit, run_at: Instant, kind: &str, payload: serde_json::Value) -> Result<JobId> {
    // a row of bookkeeping: its id means nothing to anybody, so a rerun may draw another
    let id = JobId(uuid::Uuid::now_v7());
    unit.one(sql!(
        "INSERT INTO jobs_job (id, kind, payload, state, run_at, attempts) VALUES ({id}, {kind}, {payload}, {State::Ready}, {run_at}, 0)"
    ))
    .await?;
    unit.wake_after_commit();
    Ok(id)
}

fn payload(of: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(of).map_err(|error| Error::Refused {
        why: format!("the payload is no JSON: {error}"),
    })
}
