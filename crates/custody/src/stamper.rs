//! The port to the time-stamping authority. Custody asks for one token a round; who answers is the server's choice.

use std::{future::Future, pin::Pin};

/// What an answer comes as.
pub type StampFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StampFailure>> + Send + 'a>>;

/// Why there is no token. The words are shown to people, so they are Japanese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StampFailure {
    /// E.g. 「時刻認証局が応答しません」.
    pub reason: String,
}

/// What a stranger needs beside the roots he has: named files for `chain/` and `status/` of the bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Material {
    /// Certificates (DER) by a plain name without ending: `issuing`, `tsu`, `ocsp`, `seal`.
    pub chain: Vec<(String, Vec<u8>)>,
    /// CRLs and OCSP answers (DER) by a plain name with ending: `root.crl`, `ca.crl`, `issuing.ocsp`.
    pub status: Vec<(String, Vec<u8>)>,
}

impl Material {
    /// Whether every name can stand in a bundle, and stands there once.
    pub(crate) fn has_plain_names(&self) -> bool {
        let chain = self.chain.iter().map(|(name, _)| format!("chain/{name}.pem"));
        let status = self.status.iter().map(|(name, _)| format!("status/{name}"));
        let names: Vec<_> = chain.chain(status).collect();
        let once: std::collections::BTreeSet<_> = names.iter().collect();
        once.len() == names.len() && names.iter().all(|name| evidence::zip::name_allowed(name))
    }
}

/// The time-stamping authority as custody sees it.
pub trait Stamper: Send + Sync {
    /// An RFC 3161 token over `digest` (SHA-512), with the unit's certificate inside (certReq TRUE).
    fn stamp(&self, digest: [u8; 64]) -> StampFuture<'_, Vec<u8>>;
    /// The certificates and their status as of now; asked after the stamp, so that the status is not older than it.
    fn material(&self) -> StampFuture<'_, Material>;
}
