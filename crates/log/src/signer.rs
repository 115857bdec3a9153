//! The port behind which the checkpoint key is, and the software key.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use evidence::{NoteError, VerifierKey};
use foundation::{Random, Secret};

/// Signs checkpoints (Ed25519).
pub trait CheckpointSigner: Send + Sync {
    /// The public half, with the log's name.
    fn key(&self) -> &VerifierKey;
    /// The 64 bytes of Ed25519 over `text`.
    ///
    /// # Errors
    /// Why it did not sign.
    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, String>;
}

/// A checkpoint key in the program's memory.
pub struct SoftwareSigner {
    key: VerifierKey,
    pair: Ed25519KeyPair,
}

impl SoftwareSigner {
    /// Draws the seed of a new key (32 bytes; the caller seals it).
    #[must_use]
    pub fn draw(random: &dyn Random) -> Secret<Vec<u8>> {
        let mut seed = vec![0; 32];
        random.fill(&mut seed);
        Secret::new(seed)
    }
    /// The key of the log `name` from its seed.
    ///
    /// # Errors
    /// A name that no log may have, or a seed that is not 32 bytes.
    pub fn from_seed(name: &str, seed: &Secret<Vec<u8>>) -> Result<Self, NoteError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.reveal()).map_err(|_| NoteError::Key)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| NoteError::Key)?;
        Ok(Self {
            key: VerifierKey::new(name, public)?,
            pair,
        })
    }
}

impl CheckpointSigner for SoftwareSigner {
    fn key(&self) -> &VerifierKey {
        &self.key
    }
    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, String> {
        Ok(self.pair.sign(text).as_ref().to_vec())
    }
}

impl std::fmt::Debug for SoftwareSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SoftwareSigner({})", self.key)
    }
}
