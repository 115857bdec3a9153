//! Certification requests (PKCS#10, RFC 2986).

use crate::{KeyError, KeyType, Name, PublicKey, SignatureAlgorithm, ToBeSigned};
use asn1::{Error, Reader, Tag, Writer};
use std::ops::Range;

/// A certification request. Of it only the public key is taken into a certificate; the name is the approved one.
#[derive(Clone, Debug)]
pub struct Csr {
    der: Vec<u8>,
    info: Range<usize>,
    algorithm: Range<usize>,
    signature: Range<usize>,
    spki: Range<usize>,
    subject: Name,
}

impl Csr {
    /// Reads a request in DER. Larger than 16 KB is refused.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn parse(der: &[u8]) -> Result<Self, CsrError> {
        if der.len() > 16_384 {
            return Err(CsrError::TooLarge);
        }
        let at = |part: &[u8]| {
            let start = part.as_ptr() as usize - der.as_ptr() as usize;
            start..start + part.len()
        };
        let mut whole = Reader::der(der);
        let mut outer = whole.sequence()?;
        whole.finish()?;
        let info = outer.expect(Tag::SEQUENCE)?;
        let algorithm = outer.expect(Tag::SEQUENCE)?;
        let signature = outer.bit_string()?;
        outer.finish()?;
        let mut r = info.reader()?;
        if r.u64()? != 0 {
            return Err(CsrError::Version);
        }
        let subject = Name::parse(r.expect(Tag::SEQUENCE)?.raw)?;
        let spki = r.expect(Tag::SEQUENCE)?;
        // [0] attributes is not OPTIONAL, but some tools leave an empty set out.
        r.optional(Tag::context_constructed(0))?;
        r.finish()?;
        Ok(Self {
            info: at(info.raw),
            algorithm: at(algorithm.raw),
            signature: at(signature.bytes),
            spki: at(spki.raw),
            subject,
            der: der.to_vec(),
        })
    }
    /// Reads DER or PEM (`CERTIFICATE REQUEST`, `NEW CERTIFICATE REQUEST`).
    ///
    /// # Errors
    /// Malformed bytes, or no such block.
    pub fn parse_any(bytes: &[u8]) -> Result<Self, CsrError> {
        let der = crate::pem::der_of(bytes, "CERTIFICATE REQUEST").or_else(|_| crate::pem::der_of(bytes, "NEW CERTIFICATE REQUEST"));
        Self::parse(&der.map_err(|_| CsrError::NotPem)?)
    }
    /// All its bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }
    /// The name asked for.
    #[must_use]
    pub const fn subject(&self) -> &Name {
        &self.subject
    }
    /// SubjectPublicKeyInfo.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.der[self.spki.clone()]
    }
    /// Proof of possession: verifies the request's own signature and gives the key it proves.
    ///
    /// # Errors
    /// A key or algorithm that is not taken, or a signature that does not verify.
    pub fn verify(&self) -> Result<PublicKey, CsrError> {
        let key = PublicKey::parse(self.spki_der()).map_err(CsrError::Key)?;
        let algorithm = SignatureAlgorithm::parse(&self.der[self.algorithm.clone()]).map_err(|_| CsrError::Algorithm)?;
        key.verify(algorithm, &self.der[self.info.clone()], &self.der[self.signature.clone()])
            .map_err(|_| CsrError::NoPossession)?;
        Ok(key)
    }
    /// PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        crate::pem::encode("CERTIFICATE REQUEST", &self.der)
    }
}

/// A request for `key` under `subject`, to be signed with that key.
#[must_use]
pub fn prepare(subject: &Name, key: &PublicKey) -> ToBeSigned {
    let tbs = Writer::build(|w| {
        w.sequence(|w| {
            w.integer_u64(0);
            w.raw(subject.der());
            w.raw(key.spki_der());
            w.explicit(0, |_| {});
        });
    });
    ToBeSigned::signed(
        tbs,
        key.key_type().map_or(SignatureAlgorithm::RSA_SHA256, KeyType::signature_algorithm),
    )
}

/// What is wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsrError {
    /// Malformed bytes.
    Malformed(Error),
    /// No PEM block of this kind.
    NotPem,
    /// Larger than 16 KB.
    TooLarge,
    /// Not version 1.
    Version,
    /// The key cannot be used.
    Key(KeyError),
    /// The signature algorithm is not taken.
    Algorithm,
    /// The signature does not prove possession of the key.
    NoPossession,
}

impl From<Error> for CsrError {
    fn from(error: Error) -> Self {
        Self::Malformed(error)
    }
}
impl std::fmt::Display for CsrError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "malformed request {error}"),
            Self::NotPem => f.write_str("no certification request in PEM"),
            Self::TooLarge => f.write_str("the request is too large"),
            Self::Version => f.write_str("the request is not of version 1"),
            Self::Key(error) => write!(f, "{error}"),
            Self::Algorithm => f.write_str("the signature algorithm of the request is not taken"),
            Self::NoPossession => f.write_str("the request is not signed with its own key"),
        }
    }
}
impl std::error::Error for CsrError {}
