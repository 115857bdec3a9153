//! The document security store: certificates, CRLs and OCSP responses as objects of the file. No VRI (rulings).

use crate::{Error, Material};

/// Adds `material` to /DSS in one revision, leaving out what is there already. Returns the bytes to append; empty when nothing is new.
///
/// # Errors
/// See [`Error`].
pub fn add_dss(pdf: &[u8], material: &Material) -> Result<Vec<u8>, Error> {
    let _ = (pdf, material);
    unimplemented!()
}

/// What /DSS of the last revision holds.
///
/// # Errors
/// A file that cannot be read.
pub fn dss_of(pdf: &[u8]) -> Result<Material, Error> {
    let _ = pdf;
    unimplemented!()
}
