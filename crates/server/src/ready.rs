//! The ready file: written atomically when the program can answer.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// What the ready file says (outside.md §1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ready {
    /// Pages and API.
    pub url: String,
    /// CRL, OCSP, TSA, repository.
    pub status_url: String,
    /// The process.
    pub pid: u32,
    /// The version of the program.
    pub version: String,
    /// The commit it was built from, if known.
    pub commit: String,
    /// SHA-256 of the root certificate's DER, in hex.
    pub root_sha256: String,
    /// `sqlite` or `postgres`.
    pub engine: String,
}

/// The commit this program was built from.
#[must_use]
pub fn commit() -> String {
    env!("CECTRUST_COMMIT").to_owned()
}

impl Ready {
    /// Writes it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write(&self, file: &Path) -> std::io::Result<()> {
        let mut text = serde_json::to_vec(self).expect("plain strings serialise");
        text.push(b'\n');
        crate::folder::write_durably(file, &text)
    }
}
