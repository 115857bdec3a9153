//! Custody's port to who judges signatures and puts the operator's e-seal on a paper: the signing of this house, with the authority's key.

use std::sync::Arc;

use certification::Hierarchy;
use custody::{NotSealed, NotaryFuture};
use foundation::{Instant, Random};
use papers::{SEAL_PLACE_MM, SignatureFacts};

/// The notary of the house.
pub struct Notary {
    signing: signing::Signing,
    seal: signing::ESeal,
    random: Arc<dyn Random>,
}

impl Notary {
    /// With the e-seal of the authority.
    pub fn new(signing: signing::Signing, authority: &Hierarchy, random: Arc<dyn Random>) -> Self {
        Self {
            signing,
            seal: signing::ESeal {
                certificate: authority.seal().clone(),
                signer: authority.seal_signer().clone(),
            },
            random,
        }
    }
}

impl custody::Notary for Notary {
    fn signatures(&self, pdf: Vec<u8>, now: Instant) -> NotaryFuture<'_, Vec<SignatureFacts>> {
        Box::pin(async move {
            match signing::signatures(&self.signing, pdf, now).await {
                Ok(facts) => Ok(facts),
                // A company may deposit any file, also a PDF that nobody can read: then nothing is said of signatures.
                Err(signing::Error::Pdf(error)) => {
                    tracing::info!(%error, "a deposited PDF cannot be judged");
                    Ok(Vec::new())
                }
                Err(error) => Err(said(&error)),
            }
        })
    }
    fn seal(&self, paper: Vec<u8>, now: Instant) -> NotaryFuture<'_, Vec<u8>> {
        Box::pin(async move {
            signing::e_seal(&self.signing, paper, &self.seal, SEAL_PLACE_MM, now, &*self.random)
                .await
                .map(|sealed| sealed.pdf)
                .map_err(|error| said(&error))
        })
    }
}

fn said(error: &signing::Error) -> NotSealed {
    tracing::warn!(%error, "a paper could not be sealed");
    NotSealed {
        code: error.code(),
        sentence: error.sentence(),
        next: error.next(),
    }
}
