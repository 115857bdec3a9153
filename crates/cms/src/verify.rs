//! Verifying one signer: digest, signature value, signing-certificate. Trust in the certificate is `pki`'s matter.

use crate::{Error, SignedData, SignerId, SignerInfo, attributes, oid};
use asn1::{Mode, Oid, Reader};
use pki::{Certificate, DigestAlgorithm, SignatureAlgorithm};

/// What a verified signer has.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The signer's certificate.
    pub certificate: Certificate,
    /// Digest algorithm.
    pub digest: DigestAlgorithm,
    /// Signature algorithm.
    pub algorithm: SignatureAlgorithm,
    /// Whether signing-certificate(-v2) stands in the signed attributes and names it.
    pub names_certificate: bool,
}

impl SignerInfo<'_> {
    /// The digest algorithm, if it is one known here.
    ///
    /// # Errors
    /// Unknown.
    pub fn digest(&self) -> Result<DigestAlgorithm, Error> {
        DigestAlgorithm::from_oid(&self.digest_algorithm).ok_or_else(|| Error::Algorithm(format!("digest {}", self.digest_algorithm)))
    }

    /// Whether `certificate` is the one this signer names by issuer and serial or by key id.
    #[must_use]
    pub fn is_signed_by(&self, certificate: &Certificate) -> bool {
        match self.id {
            SignerId::IssuerAndSerial { issuer, serial } => {
                certificate.issuer().der() == issuer && certificate.serial().content() == serial
            }
            SignerId::KeyId(id) => certificate.ski() == Some(id),
        }
    }

    /// Verifies against the first fitting certificate of `candidates`, with the content's digest given by `content_digest`.
    ///
    /// Checks content-type (must be `content_type`), message-digest, the signature value over the signed attributes and that
    /// signing-certificate, if it is there, names the certificate.
    ///
    /// # Errors
    /// The fact that does not hold.
    pub fn verify(
        &self,
        content_type: &Oid,
        candidates: &[Certificate],
        content_digest: impl FnOnce(DigestAlgorithm) -> Vec<u8>,
    ) -> Result<Verified, Error> {
        let digest = self.digest()?;
        let given = content_digest(digest);
        let message = match self.signed_bytes() {
            Some(bytes) => {
                let announced = self
                    .signed_attribute(&oid::CONTENT_TYPE)?
                    .ok_or(Error::AttributeMissing("content-type"))?;
                if Reader::ber(announced).oid()? != *content_type {
                    return Err(Error::ContentTypeMismatch);
                }
                let announced = self.message_digest()?.ok_or(Error::AttributeMissing("message-digest"))?;
                if *announced != *given {
                    return Err(Error::DigestMismatch);
                }
                Some(bytes)
            }
            None if *content_type == oid::DATA => None,
            None => return Err(Error::AttributeMissing("message-digest")),
        };
        let mut error = Error::CertificateMissing;
        for certificate in candidates.iter().filter(|candidate| self.is_signed_by(candidate)) {
            let algorithm = self.algorithm(digest)?;
            let key = certificate.public_key().map_err(|error| Error::Certificate(error.to_string()))?;
            let verified = match &message {
                Some(bytes) => key.verify(algorithm, bytes, &self.signature),
                None => key.verify_digest(algorithm, &given, &self.signature),
            };
            if verified.is_err() {
                error = Error::SignatureWrong;
                continue;
            }
            let names = attributes::ess_names(self, certificate)?;
            if names == Some(false) {
                error = Error::CertificateMismatch;
                continue;
            }
            return Ok(Verified {
                certificate: certificate.clone(),
                digest,
                algorithm,
                names_certificate: names == Some(true),
            });
        }
        Err(error)
    }

    /// The signature algorithm: either named in full, or as the bare key algorithm with the digest beside it.
    fn algorithm(&self, digest: DigestAlgorithm) -> Result<SignatureAlgorithm, Error> {
        let algorithm = Reader::one(self.signature_algorithm_raw, Mode::Ber)?;
        let algorithm = SignatureAlgorithm::of_signer(&algorithm, digest).map_err(|error| Error::Algorithm(error.to_string()))?;
        // RFC 5652 §5.3, EN 319 142-1: the digest inside the signature algorithm is the one announced.
        if algorithm.digest().is_some_and(|inside| inside != digest) {
            return Err(Error::Algorithm(format!("{} with digest {}", algorithm.name(), digest.name())));
        }
        Ok(algorithm)
    }
}

impl SignedData<'_> {
    /// The embedded certificates that can be read.
    #[must_use]
    pub fn parsed_certificates(&self) -> Vec<Certificate> {
        self.certificates.iter().filter_map(|der| Certificate::parse(der).ok()).collect()
    }
}
