//! What the handlers need of the running program.

use std::sync::Arc;

use foundation::{Clock, Instant, Random};
use store::{Database, Objects};

/// The rooms as the API sees them. Cheap to clone.
#[derive(Clone)]
pub struct House(Arc<Rooms>);

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
    /// How browsers reach this program: what an `Origin` must be.
    pub public_url: String,
    /// The authority.
    pub authority: Arc<certification::Hierarchy>,
    /// What acts of signing work with.
    pub signing: signing::Signing,
    /// What acts on cases work with.
    pub contracts: contracts::Tools,
    /// Issues papers on kept originals.
    pub certifier: custody::Certifier,
    /// Whether the journal is more than a minute behind: then no new act may begin (law 3).
    pub lagging: Arc<dyn Fn() -> bool + Send + Sync>,
    /// The 署名の合言葉 of a person by his sign-in ID, where they are not drawn: only the demo has any.
    pub known_secret: fn(&str) -> Option<&'static str>,
    /// The acts that need two persons.
    pub kinds: accounts::proposals::Kinds,
}

impl House {
    /// Wraps the rooms.
    #[must_use]
    pub fn new(rooms: Rooms) -> Self {
        Self(Arc::new(rooms))
    }
    /// The present.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
    /// What stands above a subscriber's certificate: issuing CA, root; DER.
    #[must_use]
    pub fn chain(&self) -> Vec<Vec<u8>> {
        self.authority
            .chain()
            .iter()
            .map(|certificate| certificate.der().to_vec())
            .collect()
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
