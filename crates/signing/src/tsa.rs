//! The client of a time-stamping service.

use crate::Error;
use foundation::{Instant, Random};

/// Asks for tokens and believes none that does not lead to a known anchor.
#[derive(Clone, Debug)]
pub struct Tsa {
    url: String,
    anchors: Vec<Vec<u8>>,
    http: reqwest::Client,
}

impl Tsa {
    /// At `url`.
    #[must_use]
    pub const fn new(url: String, anchors: Vec<Vec<u8>>, http: reqwest::Client) -> Self {
        Self { url, anchors, http }
    }
    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
    /// A token over `imprint` (SHA-256), checked: imprint, nonce, signature, chain to an anchor, and its time against `now` (±5 min).
    ///
    /// # Errors
    /// [`Error::Tsa`].
    pub async fn stamp(&self, imprint: [u8; 32], now: Instant, random: &dyn Random) -> Result<cms::tsp::Token, Error> {
        let _ = (imprint, now, random, &self.http, &self.anchors);
        unimplemented!()
    }
}
