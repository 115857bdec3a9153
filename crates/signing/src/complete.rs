//! From the signature value to the signed file with time-stamp and validation data.

use crate::{ActId, Error, Signing};
use foundation::{Actor, Instant, Random};
use store::Database;

/// An act and the stored original it was prepared on.
#[derive(Clone, Debug)]
pub struct Original {
    /// The act.
    pub act: ActId,
    /// The stored original, loaded again by the caller.
    pub pdf: Vec<u8>,
}

/// A file with a new signature in it.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The act; `None` if it was signed outside.
    pub act: Option<ActId>,
    /// The whole file: what was before is a prefix of it.
    pub pdf: Vec<u8>,
    /// SHA-256 of it, hex.
    pub sha256: String,
    /// The field.
    pub field: String,
    /// The proven time of the signature: genTime of its stamp.
    pub signed_at: Instant,
    /// The signer, for people.
    pub signer: String,
    /// The signer's certificate, DER.
    pub certificate: Vec<u8>,
    /// The report on this signature after all was added.
    pub report: pades::SignatureReport,
}

/// Act and outcome with the signature value from the agent (RSA PKCS#1 v1.5, or ECDSA as DER). The result has to be [`crate::settle`]d in the caller's unit.
///
/// # Errors
/// See [`Error`]; the act is failed, or (passing errors) can be completed again with the same signature.
pub async fn complete_with_signature(
    db: &Database,
    signing: &Signing,
    by: &Actor,
    original: Original,
    signature: Vec<u8>,
    now: Instant,
    random: &dyn Random,
) -> Result<Signed, Error> {
    let _ = (db, signing, by, original, signature, now, random);
    unimplemented!()
}

/// As [`complete_with_signature`] with a key that was opened for this one use.
///
/// # Errors
/// See [`Error`].
pub async fn complete_with_key(
    db: &Database,
    signing: &Signing,
    by: &Actor,
    original: Original,
    key: keys::Signer,
    now: Instant,
    random: &dyn Random,
) -> Result<Signed, Error> {
    let _ = (db, signing, by, original, key, now, random);
    unimplemented!()
}
