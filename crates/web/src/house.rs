//! What the pages need of the running program.

use std::sync::Arc;

use foundation::{Clock, Instant, Random};
use store::{Database, Objects};

use crate::{Shown, shelf::Shelf};

/// The rooms as the pages see them. Cheap to clone.
#[derive(Clone)]
pub struct House(Arc<Rooms>, Arc<Desk>);

/// What the pages keep for themselves; losing it costs nothing but time.
struct Desk {
    /// By file, page and place, whether something is drawn there.
    inked: jobs::Beside<String, bool>,
    shelf: Shelf,
    /// Pictures that are drawn at once: a core is left for those who sign. A plan may take seconds; only other pictures wait for it.
    pens: jobs::Lane,
    /// Files that are searched at once; nobody who reads waits for a picture (T12).
    eyes: jobs::Lane,
}

/// What is inside.
pub struct Rooms {
    /// Rows.
    pub db: Database,
    /// Bytes written once.
    pub objects: Objects,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// How browsers reach this program.
    pub public_url: String,
    /// What every page shows of this installation.
    pub shown: Shown,
    /// The authority.
    pub authority: Arc<certification::Hierarchy>,
    /// What acts of signing work with.
    pub signing: signing::Signing,
    /// What acts on cases work with.
    pub contracts: contracts::Tools,
    /// Issues papers on kept originals.
    pub certifier: custody::Certifier,
    /// Sends mails, and keeps how.
    pub mailer: mail::Mailer,
    /// Makes PDFs of papers.
    pub printer: Arc<dyn papers::Printer>,
    /// Whether the journal is more than a minute behind: then no new act may begin (law 3).
    pub lagging: Arc<dyn Fn() -> bool + Send + Sync>,
    /// The 署名の合言葉 of a person by his sign-in ID, where they are not drawn: only the demo has any.
    pub known_secret: fn(&str) -> Option<&'static str>,
    /// The acts that need two persons.
    pub kinds: accounts::proposals::Kinds,
    /// Keys of the log that verdicts on bundles trust.
    pub log_keys: Vec<evidence::VerifierKey>,
    /// Looks at the running program.
    pub health: Arc<dyn crate::Health>,
    /// What only the demo has.
    pub demo: Option<Arc<crate::Stage>>,
}

impl House {
    /// Wraps the rooms.
    #[must_use]
    pub fn new(rooms: Rooms) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let desk = Desk {
            inked: jobs::Beside::new(1),
            shelf: Shelf::default(),
            pens: jobs::Lane::new(cores.saturating_sub(1).max(1)),
            eyes: jobs::Lane::new(cores),
        };
        Self(Arc::new(rooms), Arc::new(desk))
    }
    /// Files that are being read.
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.1.shelf
    }
    /// Draws, a few pictures at a time. Who goes away while he waits is not drawn for.
    pub(crate) async fn draw<T: Send + 'static>(&self, heavy: impl FnOnce() -> T + Send + 'static) -> T {
        self.1.pens.work(heavy).await
    }
    /// Searches a file.
    pub(crate) async fn look<T: Send + 'static>(&self, heavy: impl FnOnce() -> T + Send + 'static) -> T {
        self.1.eyes.work(heavy).await
    }
    /// What is known about places: whether something is drawn there.
    pub(crate) fn inked(&self) -> &jobs::Beside<String, bool> {
        &self.1.inked
    }
    /// The present.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
    /// The randomness, as services take it.
    #[must_use]
    pub fn random(&self) -> &dyn Random {
        self.random.as_ref()
    }
}

impl std::ops::Deref for House {
    type Target = Rooms;
    fn deref(&self) -> &Rooms {
        &self.0
    }
}

impl std::fmt::Debug for House {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("House")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}
