//! One signature: prepare → signature → complete.

use crate::Error;
use foundation::Instant;

/// What is to be signed with which certificate.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The empty signature field.
    pub field: String,
    /// The signer's certificate, DER.
    pub certificate: Vec<u8>,
    /// The certificates above it that go into the CMS (without the root is enough), DER.
    pub chain: Vec<Vec<u8>>,
    /// The claimed time for /M.
    pub claimed_at: Instant,
    /// /Name, if wanted.
    pub name: Option<String>,
    /// /Reason, if wanted.
    pub reason: Option<String>,
    /// Bytes reserved in the hole for a signature time-stamp; 0 for none.
    pub timestamp_reserve: usize,
}

/// A signature that waits for its value. Serialisable; holds the delta with an empty hole, not the document.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Prepared {
    /// The field it goes into.
    pub field: String,
    /// Length of the file it continues.
    pub base_len: u64,
    /// SHA-256 of the file it continues, hex.
    pub base_sha256: String,
    /// Bytes to append, the hole filled with zeros.
    #[serde(with = "crate::hexed")]
    pub delta: Vec<u8>,
    /// The /ByteRange.
    pub byte_range: [u64; 4],
    /// The digest of the document over the ByteRange (value of message-digest).
    #[serde(with = "crate::hexed")]
    pub document_digest: Vec<u8>,
    /// **The bytes to sign**: the signed attributes as DER SET OF.
    #[serde(with = "crate::hexed")]
    pub to_sign: Vec<u8>,
    /// The digest of `to_sign` (SHA-256, or SHA-384 for P-384): for tokens that sign digests.
    #[serde(with = "crate::hexed")]
    pub digest: Vec<u8>,
    /// Name of that digest: `SHA-256`, `SHA-384`.
    pub digest_algorithm: String,
    /// Signer's certificate first, then the chain, DER in hex.
    pub certificates: Vec<String>,
}

/// Prepares a signature in the empty field `plan.field` of `pdf`.
///
/// # Errors
/// See [`Error`].
pub fn prepare(pdf: &[u8], plan: &Plan) -> Result<Prepared, Error> {
    let _ = (pdf, plan);
    unimplemented!()
}

/// Whether `signature` is the right value for `prepared`: RSA PKCS#1 v1.5, or ECDSA as DER.
///
/// # Errors
/// [`Error::SignatureWrong`].
pub fn check_signature(prepared: &Prepared, signature: &[u8]) -> Result<(), Error> {
    let _ = (prepared, signature);
    unimplemented!()
}

/// What a signature time-stamp is asked for: SHA-256 of the signature value.
#[must_use]
pub fn timestamp_imprint(signature: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(signature).into()
}

/// Checks the signature (and the token's imprint), embeds them and returns the bytes to append to `pdf`.
///
/// # Errors
/// See [`Error`].
pub fn complete(prepared: &Prepared, pdf: &[u8], signature: &[u8], timestamp: Option<&[u8]>) -> Result<Vec<u8>, Error> {
    let _ = (prepared, pdf, signature, timestamp);
    unimplemented!()
}
