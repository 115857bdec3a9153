//! What a party may add to the file that was sent to it.

use crate::Refusal;

/// What is expected of a continuation.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The agreed field; `None`: one new field, or any empty one.
    pub field: Option<String>,
    /// The signer's certificate (DER), if it is known beforehand.
    pub certificate: Option<Vec<u8>>,
}

/// A continuation that adds one signature and nothing that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Continuation {
    /// The field that was signed.
    pub field: String,
    /// The bytes that were added.
    pub added: u64,
    /// The signer's certificate, DER.
    pub certificate: Vec<u8>,
    /// Whether the signature carries a signature time-stamp of its own, or a document time-stamp follows.
    pub stamped: bool,
    /// /SubFilter.
    pub sub_filter: String,
}

/// Whether `uploaded` is `sent` plus one signature by the rules of rulings.md. Trust (chain, revocation) is [`crate::validate`]'s matter; integrity is checked here.
///
/// # Errors
/// The reason, naming the object.
pub fn continuation(sent: &[u8], uploaded: &[u8], expected: &Expected) -> Result<Continuation, Refusal> {
    let _ = (sent, uploaded, expected);
    unimplemented!()
}
