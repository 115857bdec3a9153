//! Runs what is due: in the background, or all of it now.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Monotonic};

use foundation::{Clock, Instant, Keeping};
use serde_json::Value;
use store::{Database, Error, Record, Result, sql, unit};
use tokio::sync::{Mutex, OnceCell};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::job::insert;
use crate::lease::{Watch, take_back_all};
use crate::{Failure, JobId, Registry, Run, State};

/// How many jobs run at once.
const AT_ONCE: usize = 8;
/// How long the loop sleeps when nothing wakes it: the product's clock may move, other nodes may write.
const PAUSE: Duration = Duration::from_millis(500);
/// How often ended jobs are cleared away, and how many portions at the most: other work waits meanwhile.
const CLEARING: Duration = Duration::from_secs(600);
const PORTIONS: usize = 20;
/// How often the end of a job is tried to be written, with pauses up to 5 s: about a quarter of an hour.
const SETTLING: u32 = 200;
/// How long running jobs may take to end when the program stops.
const FAREWELL: Duration = Duration::from_secs(7);

/// What [`Runner::run_due`] saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Ran {
    /// How many runs ended, whether well or not.
    pub run: u64,
    /// How many of them did not succeed.
    pub failed: u64,
}

/// Runs jobs; cloning it is cheap.
#[derive(Clone)]
pub struct Runner(Arc<Inside>);

struct Inside {
    db: Database,
    clock: Arc<dyn Clock>,
    registry: Registry,
    me: Uuid,
    booted: OnceCell<()>,
    watch: Mutex<Watch>,
    run: AtomicU64,
    failed: AtomicU64,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").field("registry", &self.0.registry).finish_non_exhaustive()
    }
}

#[derive(Debug, Record)]
struct Claimed {
    id: JobId,
    kind: String,
    name: Option<String>,
    payload: Value,
    attempts: u32,
}

impl Runner {
    /// A runner over `registry`; on PostgreSQL a node counts as dead when it does not beat for 30 s.
    #[must_use]
    pub fn new(db: Database, clock: Arc<dyn Clock>, registry: Registry) -> Self {
        Self::with_lease(db, clock, registry, Duration::from_secs(30))
    }
    /// As [`Runner::new`], with another lease.
    #[must_use]
    pub fn with_lease(db: Database, clock: Arc<dyn Clock>, registry: Registry, lease: Duration) -> Self {
        let me = Uuid::now_v7();
        let watch = Mutex::new(Watch::new(me, lease));
        Self(Arc::new(Inside {
            db,
            clock,
            registry,
            me,
            booted: OnceCell::new(),
            watch,
            run: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }))
    }
    /// Runs until `stop` resolves; then lets running jobs end for some seconds. What does not end runs again at the next start.
    ///
    /// # Errors
    /// The database refuses at the start; later failures are retried.
    pub async fn run(&self, stop: impl Future<Output = ()>) -> Result<()> {
        self.boot().await?;
        let mut stop = std::pin::pin!(stop);
        let mut running = JoinSet::new();
        let mut cleared: Option<Monotonic> = None;
        loop {
            let woken = self.0.db.woken();
            if cleared.is_none_or(|last| last.elapsed() >= CLEARING) {
                cleared = Some(Monotonic::now());
                for _ in 0..PORTIONS {
                    match self.clear_ended(self.0.clock.now()).await {
                        Ok(Keeping::AT_ONCE..) => {}
                        Ok(_) => break,
                        Err(error) => {
                            tracing::error!(%error, "clearing away ended jobs failed");
                            break;
                        }
                    }
                }
            }
            if let Err(error) = self.fill(&mut running).await {
                tracing::error!(%error, "looking for jobs failed");
            }
            let ended = async {
                match running.join_next().await {
                    Some(_) => {}
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = &mut stop => break,
                () = woken => {}
                () = ended => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
        let farewell = async { while running.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
            tracing::warn!("jobs were still running; they run again at the next start");
        }
        Ok(())
    }
    /// Runs everything that is due at `now` (or at the clock's present, if later) until nothing is left, also what these runs enqueue.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn run_due(&self, now: Instant) -> Result<Ran> {
        self.boot().await?;
        let before = self.ran();
        loop {
            let now = now.max(self.0.clock.now());
            if let Some(job) = self.claim(now).await? {
                self.perform(job).await;
            } else if self.holds_running().await? {
                tokio::time::sleep(Duration::from_millis(5)).await;
            } else {
                break;
            }
        }
        let after = self.ran();
        Ok(Ran {
            run: after.run - before.run,
            failed: after.failed - before.failed,
        })
    }
    /// Clears away what ended longer ago than [`Keeping`] says, at most [`Keeping::AT_ONCE`] of each; the greater number. What failed stays much longer, for
    /// people to see.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn clear_ended(&self, now: Instant) -> Result<u64> {
        let keeping = Keeping::at(now);
        let (done, failed) = (now.plus_days(-keeping.done_jobs), now.plus_days(-keeping.failed_jobs));
        unit!(self.0.db, |unit| {
            // Two statements, each along its own index.
            let done = unit
                .run(sql!(
                    "DELETE FROM jobs_job WHERE id IN
                       (SELECT id FROM jobs_job WHERE state = 'done' AND ended_at < {done} ORDER BY ended_at LIMIT {Keeping::AT_ONCE})"
                ))
                .await?;
            let failed = unit
                .run(sql!(
                    "DELETE FROM jobs_job WHERE id IN
                       (SELECT id FROM jobs_job WHERE state = 'failed' AND ended_at < {failed} ORDER BY ended_at LIMIT {Keeping::AT_ONCE})"
                ))
                .await?;
            Ok::<_, Error>(done.max(failed))
        })
        .await
    }
    /// How many runs ended since the start.
    #[must_use]
    pub fn ran(&self) -> Ran {
        Ran {
            run: self.0.run.load(Ordering::SeqCst),
            failed: self.0.failed.load(Ordering::SeqCst),
        }
    }
    async fn fill(&self, running: &mut JoinSet<()>) -> Result<()> {
        while running.try_join_next().is_some() {}
        self.0.watch.lock().await.look(&self.0.db).await?;
        while running.len() < AT_ONCE {
            let Some(job) = self.claim(self.0.clock.now()).await? else { break };
            let runner = self.clone();
            running.spawn(async move { runner.perform(job).await });
        }
        Ok(())
    }
    async fn boot(&self) -> Result<()> {
        self.0.booted.get_or_try_init(|| self.begin()).await.map(drop)
    }
    /// Takes back what the last process held, and sets the schedules.
    async fn begin(&self) -> Result<()> {
        let Inside { db, me, registry, .. } = &*self.0;
        take_back_all(db, *me).await?;
        let now = self.0.clock.now();
        let names: Vec<&str> = registry.schedules.iter().map(|schedule| schedule.name).collect();
        let nobody = [""];
        let names = if names.is_empty() { &nobody[..] } else { &names[..] };
        unit!(db, |unit| {
            unit.run(sql!(
                "DELETE FROM jobs_job WHERE name IS NOT NULL AND name NOT IN ({..names}) AND state <> 'running'"
            ))
            .await?;
            for schedule in &registry.schedules {
                let (id, name) = (JobId(Uuid::now_v7()), schedule.name);
                unit.run(sql!(
                    "INSERT INTO jobs_job (id, kind, name, payload, state, run_at, attempts)
                     VALUES ({id}, {name}, {name}, {Value::Null}, {State::Ready}, {now}, 0)
                     ON CONFLICT (name) DO UPDATE SET run_at = {now} WHERE jobs_job.state = 'ready'"
                ))
                .await?;
            }
            Ok::<_, Error>(())
        })
        .await
    }
    async fn claim(&self, now: Instant) -> Result<Option<Claimed>> {
        let Inside { db, me, .. } = &*self.0;
        // look first: a unit is a write, and mostly there is nothing
        let due = db
            .all::<JobId>(sql!(
                "SELECT id FROM jobs_job WHERE state = 'ready' AND run_at <= {now} ORDER BY run_at, id LIMIT 1"
            ))
            .await?;
        if due.is_empty() {
            return Ok(None);
        }
        unit!(db, |unit| {
            unit.find::<Claimed>(sql!(
                "UPDATE jobs_job SET state = {State::Running}, holder = {me}, attempts = attempts + 1
                 WHERE id = (SELECT id FROM jobs_job WHERE state = 'ready' AND run_at <= {now} ORDER BY run_at, id LIMIT 1)
                   AND state = 'ready'
                 RETURNING id, kind, name, payload, attempts"
            ))
            .await
        })
        .await
    }
    async fn holds_running(&self) -> Result<bool> {
        let running = self
            .0
            .db
            .all::<JobId>(sql!(
                "SELECT id FROM jobs_job WHERE state = 'running' AND holder = {self.0.me} LIMIT 1"
            ))
            .await?;
        Ok(!running.is_empty())
    }
    async fn perform(&self, job: Claimed) {
        if self.0.registry.listeners.contains_key(&job.kind) || job.kind.starts_with("event ") {
            return self.hand_out(&job).await;
        }
        let handler = self.0.registry.handlers.get(&job.kind);
        let (tries, ended) = match handler {
            None => (12, Err(Failure::again("この種類の仕事を行うものが、このプログラムにありません"))),
            Some(handler) if job.attempts > handler.tries => {
                (handler.tries, Err(Failure::never("この仕事のたびに、プログラムが止まりました")))
            }
            Some(handler) => {
                let run = Run {
                    job: job.id,
                    attempt: job.attempts,
                    now: self.0.clock.now(),
                    cause: handler.cause,
                };
                let doing = tokio::spawn((handler.run)(run, job.payload.clone()));
                (
                    handler.tries,
                    doing
                        .await
                        .unwrap_or_else(|error| Err(Failure::again(format!("仕事の途中で、プログラムが失敗しました。詳細：{error}")))),
                )
            }
        };
        self.0.run.fetch_add(1, Ordering::SeqCst);
        if let Err(failure) = &ended {
            self.0.failed.fetch_add(1, Ordering::SeqCst);
            tracing::warn!(kind = job.kind, job = %job.id, attempt = job.attempts, why = failure.why(), "job {} of kind {} failed", job.id, job.kind);
        }
        self.settle(&job, tries, &ended).await;
    }
    /// An event becomes one job for each listener, in one unit.
    async fn hand_out(&self, job: &Claimed) {
        let Inside {
            db, me, registry, clock, ..
        } = &*self.0;
        let now = clock.now();
        let nobody = Vec::new();
        let listeners = registry.listeners.get(&job.kind).unwrap_or(&nobody);
        let done = unit!(db, |unit| {
            for kind in listeners {
                insert(unit, now, kind, job.payload.clone()).await?;
            }
            unit.one(sql!(
                "UPDATE jobs_job SET state = {State::Done}, ended_at = {now}, holder = NULL WHERE id = {job.id} AND state = 'running' AND holder = {me}"
            ))
            .await
        })
        .await;
        if let Err(error) = done {
            tracing::warn!(%error, job = %job.id, "handing out an event failed");
            self.settle(job, u32::MAX, &Err(error.into())).await;
        }
    }
    async fn settle(&self, job: &Claimed, tries: u32, ended: &Result<(), Failure>) {
        let Inside { db, me, .. } = &*self.0;
        let now = self.0.clock.now();
        let every = job
            .name
            .as_ref()
            .and_then(|name| self.0.registry.schedules.iter().find(|schedule| schedule.name == name))
            .map(|s| s.seconds);
        let error = ended.as_ref().err().map(Failure::why);
        let pause = 2_i64 << job.attempts.saturating_sub(1).min(11);
        let (state, run_at, attempts) = match (ended, every) {
            (Ok(()), Some(every)) => (State::Ready, now.plus_seconds(every), 0),
            (Err(_), Some(every)) => (State::Ready, now.plus_seconds(every.min(pause)), job.attempts),
            (Ok(()), None) => (State::Done, now, job.attempts),
            (Err(Failure::Again(_)), None) if job.attempts < tries => (State::Ready, now.plus_seconds(pause.min(3_600)), job.attempts),
            (Err(_), None) => (State::Failed, now, job.attempts),
        };
        // A job that ended and is not written as ended stays `running` until the next start, and a schedule with it: a database that
        // was away, or a disk that was full, for some minutes must not do that.
        for attempt in 0..SETTLING {
            let done = unit!(db, |unit| {
                unit.one(sql!(
                    "UPDATE jobs_job SET state = {state}, run_at = {run_at}, attempts = {attempts}, last_error = {error}, ended_at = {now}, holder = NULL
                     WHERE id = {job.id} AND state = 'running' AND holder = {me}"
                ))
                .await
            })
            .await;
            match done {
                Ok(()) => return,
                Err(Error::NotOne { .. }) => return tracing::warn!(job = %job.id, "another node has taken this job back meanwhile"),
                Err(error) => tracing::error!(%error, job = %job.id, "writing how a job ended failed"),
            }
            tokio::time::sleep(Duration::from_millis((50 << attempt.min(10)).min(5_000))).await;
        }
    }
}
