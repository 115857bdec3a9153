//! What a verifier trusts, and validation material.

/// Anchors that were given or installed beforehand; never taken from inside a file.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Trusted root certificates, DER.
    pub anchors: Vec<Vec<u8>>,
}

impl Trust {
    /// From certificates in DER.
    #[must_use]
    pub const fn new(anchors: Vec<Vec<u8>>) -> Self {
        Self { anchors }
    }
}

/// Validation material: certificates, CRLs and (basic or full) OCSP responses, DER.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Material {
    /// Certificates.
    pub certificates: Vec<Vec<u8>>,
    /// CRLs.
    pub crls: Vec<Vec<u8>>,
    /// OCSP responses (OCSPResponse, as received).
    pub ocsps: Vec<Vec<u8>>,
}

impl Material {
    /// Whether nothing is in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.crls.is_empty() && self.ocsps.is_empty()
    }
    /// What is in this and not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let rest = |mine: &[Vec<u8>], theirs: &[Vec<u8>]| mine.iter().filter(|item| !theirs.contains(item)).cloned().collect();
        Self {
            certificates: rest(&self.certificates, &other.certificates),
            crls: rest(&self.crls, &other.crls),
            ocsps: rest(&self.ocsps, &other.ocsps),
        }
    }
    /// Adds what `other` has and this has not.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.certificates, &other.certificates),
            (&mut self.crls, &other.crls),
            (&mut self.ocsps, &other.ocsps),
        ] {
            for item in theirs {
                if !mine.contains(item) {
                    mine.push(item.clone());
                }
            }
        }
    }
}
