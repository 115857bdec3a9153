//! The log's checkpoint key, behind the port of `log`.

use certification::Hierarchy;
use evidence::{NoteError, VerifierKey};

/// Signs checkpoints with the key of the authority's folder.
struct LogSigner {
    key: VerifierKey,
    pair: keys::LogKey,
}

/// The signer of this installation's log.
pub fn signer(authority: &Hierarchy) -> Result<impl log::CheckpointSigner + 'static, NoteError> {
    let pair = authority.log_key().clone();
    Ok(LogSigner {
        key: VerifierKey::new(&authority.addresses().log_name(), pair.public_key())?,
        pair,
    })
}

impl log::CheckpointSigner for LogSigner {
    fn key(&self) -> &VerifierKey {
        &self.key
    }
    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, String> {
        Ok(self.pair.sign(text).to_vec())
    }
}
