//! Who runs what. `server` fills one registry at the start; tests fill small ones.

use std::collections::BTreeMap;
use std::pin::Pin;

use foundation::{Actor, Instant};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::job::event_kind;
use crate::{Event, Failure, Job, JobId};

/// One run of a job.
#[derive(Clone, Debug)]
pub struct Run {
    /// Which job.
    pub job: JobId,
    /// The how-manieth try, from 1.
    pub attempt: u32,
    /// When it began.
    pub now: Instant,
    /// What makes the program act: the job's kind, or who listens to the event.
    pub cause: &'static str,
}

impl Run {
    /// The program itself, for this cause.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        Actor::System { cause: self.cause }
    }
}

pub(crate) type Doing = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

pub(crate) struct Handler {
    pub(crate) tries: u32,
    pub(crate) cause: &'static str,
    pub(crate) run: Box<dyn Fn(Run, Value) -> Doing + Send + Sync>,
}

/// A recurring act.
pub(crate) struct Schedule {
    pub(crate) name: &'static str,
    pub(crate) seconds: i64,
}

/// Handlers by kind, listeners by event, schedules.
#[derive(Default)]
pub struct Registry {
    pub(crate) handlers: BTreeMap<String, Handler>,
    /// By the kind of the event's row: the kinds of the rows it becomes.
    pub(crate) listeners: BTreeMap<String, Vec<String>>,
    pub(crate) schedules: Vec<Schedule>,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry")
            .field("handlers", &self.handlers.keys())
            .field("listeners", &self.listeners)
            .finish_non_exhaustive()
    }
}

impl Registry {
    /// Nothing runs yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// `handler` runs every `J`: `registry.on(move |run, job: SealCase| { let house = house.clone(); async move { … } })`.
    ///
    /// # Panics
    /// `J` has a handler already: a mistake in the wiring.
    pub fn on<J: Job, F>(&mut self, handler: impl Fn(Run, J) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.put(J::KIND, J::TRIES, J::KIND, handler);
    }
    /// `who` (a stable word such as `"custody.deposit"`) gets a job from every `E`.
    ///
    /// # Panics
    /// `who` listens to it already.
    pub fn listen<E: Event, F>(&mut self, who: &'static str, handler: impl Fn(Run, E) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let kind = format!("{} → {who}", E::NAME);
        self.put(&kind, 12, who, handler);
        self.listeners.entry(event_kind(E::NAME)).or_default().push(kind);
    }
    /// `act` runs at the start and then every `seconds` after it ended. One node at a time does it.
    ///
    /// # Panics
    /// `name` is taken.
    pub fn every<F: Future<Output = Result<(), Failure>> + Send + 'static>(
        &mut self,
        name: &'static str,
        seconds: i64,
        act: impl Fn(Run) -> F + Send + Sync + 'static,
    ) {
        self.put(name, u32::MAX, name, move |run: Run, _: Value| act(run));
        self.schedules.push(Schedule { name, seconds });
    }
    fn put<T: DeserializeOwned + Send + 'static, F>(
        &mut self,
        kind: &str,
        tries: u32,
        cause: &'static str,
        handler: impl Fn(Run, T) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let run = move |run: Run, payload: Value| -> Doing {
            match serde_json::from_value::<T>(payload) {
                Ok(job) => Box::pin(handler(run, job)),
                Err(error) => Box::pin(std::future::ready(Err(Failure::never(format!(
                    "仕事の中身を読めません。詳細：{error}"
                ))))),
            }
        };
        let before = self.handlers.insert(
            kind.to_owned(),
            Handler {
                tries,
                cause,
                run: Box::new(run),
            },
        );
        assert!(before.is_none(), "{kind} has two handlers");
    }
}
