//! Files that were signed outside.

use crate::{Error, Signed, Signing};
use foundation::{Instant, Random};

/// A file signed before it was registered: every signature is validated; those without a proven time get a document time-stamp
/// at once, then validation data. Unsigned files give an empty list and come back unchanged.
///
/// # Errors
/// See [`Error`].
pub async fn accept_registered(
    signing: &Signing,
    pdf: Vec<u8>,
    now: Instant,
    random: &dyn Random,
) -> Result<(Vec<u8>, pades::Registered, Vec<Signed>), Error> {
    let _ = (signing, pdf, now, random);
    unimplemented!()
}

/// A continuation uploaded by the other side: `sent` plus one signature. Validated, stamped if it is not, validation data added.
///
/// # Errors
/// See [`Error`].
pub async fn accept_continuation(
    signing: &Signing,
    sent: Vec<u8>,
    uploaded: Vec<u8>,
    expected: pades::Expected,
    now: Instant,
    random: &dyn Random,
) -> Result<Signed, Error> {
    let _ = (signing, sent, uploaded, expected, now, random);
    unimplemented!()
}
