//! The first step of every deposit, outside any unit: the bytes are durable before anything speaks of them.

use foundation::{Instant, Random};
use log::LogEntryId;
use store::Objects;

use crate::{DepositId, Error, Result};

/// Bytes that are durably stored as a future original, and all that was drawn for it. Until its unit commits it is only an unused object.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(crate) id: DepositId,
    pub(crate) log_entry: LogEntryId,
    pub(crate) salt: [u8; 32],
    pub(crate) object: String,
    pub(crate) size: u64,
    pub(crate) sha256: [u8; 32],
    pub(crate) sha512: [u8; 64],
}

impl Prepared {
    /// Stores `bytes` durably under `<deposit id>/<sha256>`.
    ///
    /// # Errors
    /// [`Error::Empty`], the store of objects.
    pub async fn store(objects: &Objects, now: Instant, random: &dyn Random, bytes: Vec<u8>) -> Result<Self> {
        let mut salt = [0; 32];
        random.fill(&mut salt);
        let (id, log_entry) = (DepositId::new(now, random), LogEntryId::new(now, random));
        if bytes.is_empty() {
            return Err(Error::Empty);
        }
        let (bytes, sha256, sha512) = tokio::task::spawn_blocking(move || {
            let hashes = (evidence::sha256(&bytes), evidence::sha512(&bytes));
            (bytes, hashes.0, hashes.1)
        })
        .await
        .map_err(|error| Error::Damaged(error.to_string()))?;
        let object = format!("{id}/{}", hex::encode(sha256));
        let size = bytes.len() as u64;
        objects.put(&object, bytes).await?;
        Ok(Self {
            id,
            log_entry,
            salt,
            object,
            size,
            sha256,
            sha512,
        })
    }
    /// The id the deposit will have.
    #[must_use]
    pub const fn id(&self) -> DepositId {
        self.id
    }
    /// SHA-256 of the bytes.
    #[must_use]
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }
}
