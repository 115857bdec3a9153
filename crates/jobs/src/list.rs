//! Jobs as people and tests see them.

use foundation::Instant;
use store::{Database, Record, Result, Unit, sql};

use crate::{JobId, State};

/// A job, without its payload.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Listed {
    /// Which.
    pub id: JobId,
    /// Its kind, or what it listens to.
    pub kind: String,
    /// Where it stands.
    pub state: State,
    /// When it may run.
    pub run_at: Instant,
    /// How often it was tried.
    pub attempts: u32,
    /// What it met last.
    pub last_error: Option<String>,
}

/// What failed for good, the newest first, at most 100.
///
/// # Errors
/// The database refuses.
pub async fn failed(db: &Database) -> Result<Vec<Listed>> {
    db.all(sql!(
        "SELECT id, kind, state, run_at, attempts, last_error FROM jobs_job WHERE state = 'failed' ORDER BY ended_at DESC, id DESC LIMIT 100"
    ))
    .await
}

/// The same by pages of `size`, the last begun first; `before` is the last of the page before.
///
/// # Errors
/// The database refuses.
pub async fn failed_page(db: &Database, before: Option<JobId>, size: i64) -> Result<Vec<Listed>> {
    let page = before.map_or_else(|| sql!("1 = 1"), |id| sql!("id < {id}"));
    db.all(sql!(
        "SELECT id, kind, state, run_at, attempts, last_error FROM jobs_job WHERE state = 'failed' AND {+page} ORDER BY id DESC LIMIT {size}"
    ))
    .await
}

/// What waits or runs, schedules apart, the next first, at most 100.
///
/// # Errors
/// The database refuses.
pub async fn waiting(db: &Database) -> Result<Vec<Listed>> {
    db.all(sql!(
        "SELECT id, kind, state, run_at, attempts, last_error FROM jobs_job
         WHERE state IN ('ready', 'running') AND name IS NULL ORDER BY run_at, id LIMIT 100"
    ))
    .await
}

/// How many jobs of `kind` there are in each state.
///
/// # Errors
/// The database refuses.
pub async fn counts(db: &Database, kind: &str) -> Result<Vec<(State, u64)>> {
    db.all(sql!(
        "SELECT state, COUNT(*) FROM jobs_job WHERE kind = {kind} GROUP BY state ORDER BY state"
    ))
    .await
}

/// Lets a job that failed for good run again, from its first try; its cause was mended.
///
/// # Errors
/// [`store::Error::NotOne`]: no such job failed.
pub async fn retry(unit: &mut Unit, job: JobId, now: Instant) -> Result<()> {
    unit.wake_after_commit();
    unit.one(sql!(
        "UPDATE jobs_job SET state = {State::Ready}, attempts = 0, run_at = {now}, ended_at = NULL WHERE id = {job} AND state = 'failed'"
    ))
    .await
}
