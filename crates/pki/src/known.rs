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

#[cfg(test)]
mod tests {
    use super::*;
    use asn1::{Kind, Oid};

    const FAILS: Error = Error {
        offset: 0,
        kind: Kind::BadOid,
    };

    #[test]
    fn only_the_very_same_bytes_are_known() {
        let name = crate::NameBuilder::new().country("JP").common_name("known").build().unwrap();
        let key = crate::PublicKey::parse(&crate::ed25519_spki(&[9; 32])).unwrap();
        let der = der(name.der(), key.spki_der());
        let first = Certificate::parse(&der).unwrap();
        assert_eq!(certificate(&der, |_| Err(FAILS)), Ok(first), "it is not read again");
        for at in 0..der.len() {
            let mut other = der.clone();
            other[at] ^= 1;
            assert_eq!(certificate(&other, |_| Err(FAILS)), Err(FAILS), "octet {at}");
        }
    }

    fn der(name: &[u8], spki: &[u8]) -> Vec<u8> {
        let algorithm = |w: &mut asn1::Writer| w.sequence(|w| w.oid(&Oid::of("1.3.101.112")));
        asn1::Writer::build(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.explicit(0, |w| w.integer_u64(2));
                    w.integer_u64(7);
                    algorithm(w);
                    w.raw(name);
                    w.sequence(|w| {
                        w.utc_or_generalized(foundation::Instant::from_unix_seconds(1_800_000_000));
                        w.utc_or_generalized(foundation::Instant::from_unix_seconds(1_900_000_000));
                    });
                    w.raw(name);
                    w.raw(spki);
                });
                algorithm(w);
                w.bit_string(&[0; 64]);
            });
        })
    }
}
