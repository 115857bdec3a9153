//! Signing a document that stays in memory: prepare → signature → complete over the same borrowed bytes, which are read and hashed once.

use crate::sign::Draft;
use crate::{Error, Plan};

/// A signature that waits for its value while the document is held. Nobody can change the bytes in between, so completing does not
/// hash them again; the signature itself is verified as everywhere. For acts that outlive this process there is [`crate::Prepared`].
pub struct InHand<'p> {
    pdf: &'p [u8],
    plan: &'p Plan,
    draft: Draft,
}

impl<'p> InHand<'p> {
    /// As [`crate::prepare_with_mark`].
    ///
    /// # Errors
    /// See [`Error`].
    pub fn prepare(pdf: &'p [u8], plan: &'p Plan, mark: Option<&[u8]>) -> Result<Self, Error> {
        let draft = Draft::of(pdf, plan, mark)?;
        Ok(Self { pdf, plan, draft })
    }
    /// **The bytes to sign**: the signed attributes as DER SET OF.
    #[must_use]
    pub fn to_sign(&self) -> &[u8] {
        &self.draft.to_sign
    }
    /// Checks the signature (and the token's imprint), embeds them and returns the bytes to append.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn complete(self, signature: &[u8], timestamp: Option<&[u8]>) -> Result<Vec<u8>, Error> {
        let chain: Vec<&[u8]> = std::iter::once(&self.plan.certificate)
            .chain(&self.plan.chain)
            .map(Vec::as_slice)
            .collect();
        self.draft.complete(self.pdf.len(), &chain, signature, timestamp)
    }
}
