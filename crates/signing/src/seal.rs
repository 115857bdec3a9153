//! 封緘: validation data for every signature and every time-stamp's chain, then one document time-stamp over all.

use crate::{Error, Signing};
use foundation::{Instant, Random};

/// A sealed file.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The whole file.
    pub pdf: Vec<u8>,
    /// SHA-256 of it, hex.
    pub sha256: String,
    /// genTime of the last document time-stamp.
    pub sealed_at: Instant,
    /// The report on all of it.
    pub report: pades::Report,
}

/// Seals `pdf`.
///
/// # Errors
/// [`Error::Tsa`], [`Error::Status`] (passing: try again), or a signature that is not valid.
pub async fn seal(signing: &Signing, pdf: Vec<u8>, now: Instant, random: &dyn Random) -> Result<Sealed, Error> {
    let _ = (signing, pdf, now, random);
    unimplemented!()
}
