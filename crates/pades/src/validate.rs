//! Validation of every signature and time-stamp of a file.

use crate::{Error, Material, Report, Trust};
use foundation::Instant;

/// Validates all signatures of `pdf` at the time `at` against `trust`; `extra` is evidence from outside the file (CRLs, OCSP, certificates).
///
/// # Errors
/// [`Error::Pdf`]: the file cannot be read as a PDF at all.
pub fn validate(pdf: &[u8], trust: &Trust, at: Instant, extra: Option<&Material>) -> Result<Report, Error> {
    let _ = (pdf, trust, at, extra);
    unimplemented!()
}
