//! The client of a time-stamping service.

use crate::Error;
use crate::http::{Body, post};
use cms::tsp::{TimeStampRequest, TimeStampResponse, Token};
use foundation::{Instant, Random};
use pki::{Certificate, PathQuestion, Purpose, RevocationRule};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Longest answer that is read.
const LONGEST: usize = 64 << 10;
/// How far a token's time may be from ours, in seconds.
const SKEW: i64 = 300;
/// Room for a token while none of this service was seen yet: foreign units send chains of up to three certificates along.
const UNKNOWN: usize = 6 << 10;
/// How much tokens of one unit differ in length: serial number, nonce, accuracy, an ECDSA value.
const VARIATION: usize = 48;

/// Asks for tokens and believes none that does not lead to a known anchor.
#[derive(Clone, Debug)]
pub struct Tsa {
    url: String,
    anchors: Vec<Vec<u8>>,
    http: reqwest::Client,
    /// Length of the longest token seen; 0 before the first. Shared, so that every clone learns.
    longest: Arc<AtomicUsize>,
}

impl Tsa {
    /// At `url`.
    #[must_use]
    pub fn new(url: String, anchors: Vec<Vec<u8>>, http: reqwest::Client) -> Self {
        let longest = Arc::default();
        Self {
            url,
            anchors,
            http,
            longest,
        }
    }
    /// How many bytes to leave for the next token. Every token is written twice its length into a file for ever, so the room is what
    /// this service's tokens need and not what any might; one that is longer all the same is learnt by [`Self::stamp`].
    pub(crate) fn room(&self) -> usize {
        match self.longest.load(Ordering::Relaxed) {
            0 => UNKNOWN,
            longest => longest + VARIATION,
        }
    }
    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
    /// A token over `imprint` (SHA-256), checked: imprint, nonce, signature, chain to an anchor, and its time against `now` (±5 min).
    /// The unit's revocation status is judged with all the rest when the finished file is validated.
    ///
    /// # Errors
    /// [`Error::Tsa`].
    pub async fn stamp(&self, imprint: [u8; 32], now: Instant, random: &dyn Random) -> Result<Token, Error> {
        let request = TimeStampRequest::sha256(imprint, random);
        let body = Body {
            media: "application/timestamp-query",
            bytes: request.der(),
        };
        let answer = post(&self.http, &self.url, body, LONGEST).await.map_err(Error::Tsa)?;
        let token = self.believe(&answer, &request, now).map_err(Error::Tsa)?;
        self.longest.fetch_max(token.der.len(), Ordering::Relaxed);
        Ok(token)
    }

    fn believe(&self, answer: &[u8], request: &TimeStampRequest, now: Instant) -> Result<Token, String> {
        let response = TimeStampResponse::parse(answer).map_err(|error| format!("no time-stamp answer: {error}"))?;
        let token = response.token_for(request).map_err(|error| error.to_string())?;
        let anchors: Vec<Certificate> = self.anchors.iter().filter_map(|der| Certificate::parse(der).ok()).collect();
        let verified = token.verify(&anchors).map_err(|error| error.to_string())?;
        let question = PathQuestion {
            candidates: &verified.certificates,
            purpose: Purpose::TimeStamping,
            revocation: RevocationRule::Skip,
            ..PathQuestion::new(&verified.unit, &anchors, token.info.gen_time)
        };
        pki::validate_path(&question).map_err(|error| format!("its unit is not trusted: {error}"))?;
        if token.info.gen_time.seconds_since(now).abs() > SKEW {
            return Err(format!("its clock says {}, ours {}", token.info.gen_time.rfc3339(), now.rfc3339()));
        }
        Ok(token)
    }
}
