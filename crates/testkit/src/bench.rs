//! A test runs on a bench: a fresh database of one engine, and everything around it that a room needs.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use foundation::{FixedClock, Instant, SeededRandom};
use jobs::{Registry, Runner};
use mail::{Mailer, Outbox, Transport};
use store::{Database, Engine, Objects};

use crate::postgres;

/// What a test stands on. The tables of all linked rooms are there.
#[derive(Debug)]
pub struct Bench {
    /// Which engine this run is on.
    pub engine: Engine,
    /// The database, migrated and empty.
    pub db: Database,
    /// Its address, e.g. to open it a second time as another node.
    pub url: String,
    /// Objects in a temporary folder.
    pub objects: Objects,
    /// Stands at 2026-11-24T00:00:00Z until it is moved.
    pub clock: Arc<FixedClock>,
    /// Repeats from run to run.
    pub random: Arc<SeededRandom>,
    /// Where the mails of [`Bench::mailer`] go.
    pub outbox: Outbox,
    /// The temporary folder; gone at the end.
    pub folder: Arc<tempfile::TempDir>,
}

impl Bench {
    async fn new(engine: Engine, url: Option<String>) -> Self {
        let folder = Arc::new(tempfile::tempdir().expect("a temporary folder"));
        let url = url.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("test.db").display()));
        let db = Database::open(&url).await.expect("the database opens");
        db.migrate().await.expect("the migrations run");
        let objects = Objects::folder(folder.path().join("objects")).expect("a folder for objects");
        let start = Instant::parse_rfc3339("2026-11-24T00:00:00Z").expect("a time");
        Self {
            engine,
            db,
            url,
            objects,
            clock: Arc::new(FixedClock::new(start)),
            random: Arc::new(SeededRandom::new(0x00CE_C516)),
            outbox: Outbox::new(),
            folder,
        }
    }
    /// The present of the bench's clock.
    #[must_use]
    pub fn now(&self) -> Instant {
        foundation::Clock::now(&*self.clock)
    }
    /// A mailer into the bench's outbox.
    #[must_use]
    pub fn mailer(&self) -> Mailer {
        let transport = Transport::Outbox(self.outbox.clone());
        Mailer::new(
            self.db.clone(),
            self.clock.clone(),
            "CECTRUST <noreply@cectrust.example>",
            transport,
        )
        .expect("an address")
    }
    /// A runner of jobs; the mailer's are in it.
    #[must_use]
    pub fn runner(&self, mut registry: Registry) -> Runner {
        self.mailer().register(&mut registry);
        Runner::new(self.db.clone(), self.clock.clone(), registry)
    }
    /// The same database opened again, as after a restart or by another node.
    pub async fn open_again(&self) -> Database {
        Database::open(&self.url).await.expect("the database opens")
    }
}

/// Runs `test` on SQLite, then on PostgreSQL, each on a fresh bench. Use it in `#[tokio::test(flavor = "multi_thread")]`.
pub async fn both<F: Future<Output = ()>>(test: impl Fn(Bench) -> F) {
    on_sqlite(&test).await;
    on_postgres(&test).await;
}

/// Runs `test` on SQLite only.
pub async fn on_sqlite<F: Future<Output = ()>>(test: impl Fn(Bench) -> F) {
    let bench = Bench::new(Engine::Sqlite, None).await;
    // a test's `async move` takes only the fields it names; the folder must outlive it
    let _folder = bench.folder.clone();
    test(bench).await;
}

/// Runs `test` on PostgreSQL only; says so if it fails there, and drops the database in any case.
pub async fn on_postgres<F: Future<Output = ()>>(test: impl Fn(Bench) -> F) {
    let fresh = postgres::Fresh::create().await;
    let bench = Bench::new(Engine::Postgres, Some(fresh.url.clone())).await;
    let (db, _folder) = (bench.db.clone(), bench.folder.clone());
    let ended = caught(test(bench)).await;
    db.close();
    fresh.drop().await;
    if let Err(panic) = ended {
        eprintln!("this failed on PostgreSQL");
        resume_unwind(panic);
    }
}

/// The future's panic as a value.
async fn caught<F: Future<Output = ()>>(work: F) -> Result<(), Box<dyn std::any::Any + Send>> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Ready(())) => Poll::Ready(Ok(())),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}
