//! Document time-stamps (ETSI.RFC3161) in an invisible field of their own.

use crate::Error;

/// A document time-stamp that waits for its token.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PreparedStamp {
    /// Length of the file it continues.
    pub base_len: u64,
    /// SHA-256 of the file it continues, hex.
    pub base_sha256: String,
    /// Bytes to append, the hole filled with zeros.
    #[serde(with = "crate::hexed")]
    pub delta: Vec<u8>,
    /// The /ByteRange.
    pub byte_range: [u64; 4],
    /// What the TSA is asked for: SHA-256 over the ByteRange.
    #[serde(with = "crate::hexed")]
    pub imprint: Vec<u8>,
}

/// Prepares a document time-stamp over all of `pdf`; `reserve` bytes for the token (8192 is plenty).
///
/// # Errors
/// See [`Error`].
pub fn prepare_stamp(pdf: &[u8], reserve: usize) -> Result<PreparedStamp, Error> {
    let _ = (pdf, reserve);
    unimplemented!()
}

/// Embeds the token after checking its imprint; returns the bytes to append.
///
/// # Errors
/// See [`Error`].
pub fn complete_stamp(prepared: &PreparedStamp, pdf: &[u8], token: &[u8]) -> Result<Vec<u8>, Error> {
    let _ = (prepared, pdf, token);
    unimplemented!()
}
