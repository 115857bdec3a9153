//! What the acts with several steps work with.

use std::sync::Arc;

use foundation::Random;
use store::{Database, Objects};

use crate::{Case, Error, stage::Stage};

/// Database, objects, signing, randomness and what pages show; cheap to clone.
#[derive(Clone)]
pub struct Tools {
    /// Rows.
    pub db: Database,
    /// Files.
    pub objects: Objects,
    /// Time-stamps, status, anchors.
    pub signing: signing::Signing,
    /// Ids and nonces.
    pub random: Arc<dyn Random>,
    /// What is known about the pages of files.
    pub findings: crate::Findings,
}

impl std::fmt::Debug for Tools {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tools").finish_non_exhaustive()
    }
}

impl Tools {
    /// The bytes of a stage, and only if they are still the ones whose hash stands in its row (law 5: the server's own original is signed).
    pub(crate) async fn bytes_of(&self, stage: &Stage) -> Result<Vec<u8>, Error> {
        let whole = match self.objects.get(&stage.object).await {
            Ok(bytes) => {
                let wanted = stage.sha256.clone();
                jobs::work(move || (crate::sha256_hex(&bytes) == wanted).then_some(bytes)).await
            }
            Err(store::ObjectError::Missing { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        if whole.is_none() {
            custody::suspect(&self.db, &stage.object).await?;
        }
        whole.ok_or(Error::Damaged)
    }

    /// As [`Tools::read`], for who has the bytes already: whether what is stored is still that file. Nothing of it stays in memory.
    ///
    /// # Errors
    /// The object is gone or damaged.
    pub async fn check(&self, _case: &foundation::Authorized<Case, crate::Reading>, stage: &Stage) -> Result<(), Error> {
        match hash_of(&self.objects, &stage.object).await {
            Ok(found) if found == stage.sha256 => Ok(()),
            Ok(_) | Err(store::ObjectError::Missing { .. }) => {
                custody::suspect(&self.db, &stage.object).await?;
                Err(Error::Damaged)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes of a stage for who may read it; reading is marked by [`Case::downloaded`].
    ///
    /// # Errors
    /// The object is gone or damaged.
    pub async fn read(&self, _case: &foundation::Authorized<Case, crate::Reading>, stage: &Stage) -> Result<Vec<u8>, Error> {
        self.bytes_of(stage).await
    }
}

/// SHA-256, in hex, of what lies under `object`.
pub(crate) async fn hash_of(objects: &Objects, object: &str) -> Result<String, store::ObjectError> {
    use sha2::Digest as _;
    let hash = objects.fold(object, sha2::Sha256::new(), |hash, piece| hash.update(piece)).await?;
    Ok(hex::encode(hash.finalize()))
}
