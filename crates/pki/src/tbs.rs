//! Build → bytes to sign → signature → complete. No key is ever held here.

use crate::{BadSignature, PublicKey, SignatureAlgorithm};
use asn1::Writer;

/// Something that waits for its signature: a certificate, a request, a CRL or an OCSP response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToBeSigned {
    /// The bytes to sign.
    pub tbs: Vec<u8>,
    /// With which algorithm; the identifier already stands inside `tbs` where the format has it.
    pub algorithm: SignatureAlgorithm,
    wrapping: Wrapping,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrapping {
    /// SEQUENCE { tbs, algorithm, signature }
    Signed,
    /// OCSPResponse around a BasicOCSPResponse with these certificates
    Ocsp(Vec<Vec<u8>>),
}

impl ToBeSigned {
    pub(crate) const fn signed(tbs: Vec<u8>, algorithm: SignatureAlgorithm) -> Self {
        Self {
            tbs,
            algorithm,
            wrapping: Wrapping::Signed,
        }
    }
    pub(crate) const fn ocsp(tbs: Vec<u8>, algorithm: SignatureAlgorithm, certificates: Vec<Vec<u8>>) -> Self {
        Self {
            tbs,
            algorithm,
            wrapping: Wrapping::Ocsp(certificates),
        }
    }
    /// The finished thing; the signature is verified with the signer's key first.
    ///
    /// # Errors
    /// If the signature does not verify.
    pub fn complete(&self, signer: &PublicKey, signature: &[u8]) -> Result<Vec<u8>, BadSignature> {
        signer.verify(self.algorithm, &self.tbs, signature)?;
        Ok(self.assemble(signature))
    }
    /// The finished thing, without looking at the signature.
    #[must_use]
    pub fn assemble(&self, signature: &[u8]) -> Vec<u8> {
        match &self.wrapping {
            Wrapping::Signed => assemble(&self.tbs, self.algorithm, signature),
            Wrapping::Ocsp(certificates) => crate::ocsp_draft::wrap(&self.tbs, self.algorithm, signature, certificates),
        }
    }
}

/// SEQUENCE { tbs, algorithm, signature }: a certificate, request or CRL from its stored parts. Looks at nothing; use
/// [`ToBeSigned::complete`] where the signer's key is at hand.
#[must_use]
pub fn assemble(tbs: &[u8], algorithm: SignatureAlgorithm, signature: &[u8]) -> Vec<u8> {
    let mut w = Writer::with_capacity(tbs.len() + signature.len() + 40);
    w.sequence(|w| {
        w.raw(tbs);
        algorithm.write(w);
        w.bit_string(signature);
    });
    w.finish()
}
