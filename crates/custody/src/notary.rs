//! The port to whoever judges the signatures in a file and puts the operator's e-seal on a paper. Custody holds no key.

use std::{future::Future, pin::Pin};

use foundation::Instant;
use papers::SignatureFacts;

/// What an answer comes as.
pub type NotaryFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, NotSealed>> + Send + 'a>>;

/// Why there is no answer, in the words of who was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSealed {
    /// Stable code, e.g. `tsa_failed`.
    pub code: &'static str,
    /// What happened, in Japanese.
    pub sentence: String,
    /// What to do now, in Japanese.
    pub next: String,
}

/// The notary as custody sees him.
pub trait Notary: Send + Sync {
    /// The signatures in a PDF as judged at `now`, in the order of the file; none in a file without.
    fn signatures(&self, pdf: Vec<u8>, now: Instant) -> NotaryFuture<'_, Vec<SignatureFacts>>;
    /// `paper` with the operator's e-seal at [`papers::SEAL_PLACE_MM`] of its last page, B-LTA.
    fn seal(&self, paper: Vec<u8>, now: Instant) -> NotaryFuture<'_, Vec<u8>>;
}
