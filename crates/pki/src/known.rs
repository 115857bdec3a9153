//! Certificates that were read lately: issuers, time-stamping units and anchors stand in every file again, byte for byte the same.
//! The whole bytes are compared, so what is found is exactly what reading them again would give.

use crate::Certificate;
use asn1::Error;
use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, PoisonError, RwLock};

/// So many are kept; then all are forgotten.
const LIMIT: usize = 2_048;
/// Longer ones are read anew each time.
const LONGEST: usize = 8_192;

struct Known(Certificate);

impl Borrow<[u8]> for Known {
    fn borrow(&self) -> &[u8] {
        self.0.der()
    }
}
impl Hash for Known {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.der().hash(state);
    }
}
impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        self.0.der() == other.0.der()
    }
}
impl Eq for Known {}

static KNOWN: LazyLock<RwLock<HashSet<Known>>> = LazyLock::new(|| RwLock::new(HashSet::new()));

/// The certificate of these bytes, read with `read` if it is not known yet.
pub fn certificate(der: &[u8], read: impl FnOnce(&[u8]) -> Result<Certificate, Error>) -> Result<Certificate, Error> {
    if der.len() > LONGEST {
        return read(der);
    }
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(der) {
        return Ok(known.0.clone());
    }
    let certificate = read(der)?;
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= LIMIT {
        known.clear();
    }
    known.insert(Known(certificate.clone()));
    Ok(certificate)
}
