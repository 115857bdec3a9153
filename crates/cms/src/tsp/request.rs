//! TimeStampReq (RFC 3161 §2.4.1).

use super::info::{read_imprint, write_imprint};
use crate::Error;
use asn1::{Oid, Reader, Tag, Writer};
use pki::DigestAlgorithm;

/// A request for a time-stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampRequest {
    /// Digest algorithm.
    pub digest: DigestAlgorithm,
    /// The digest to stamp.
    pub imprint: Vec<u8>,
    /// Policy wanted.
    pub policy: Option<Oid>,
    /// Nonce, content octets of an INTEGER.
    pub nonce: Option<Vec<u8>>,
    /// Whether the unit's certificate shall be in the token.
    pub cert_req: bool,
}

impl TimeStampRequest {
    /// For a SHA-256 digest, with a nonce of 8 random octets and the certificate wanted.
    #[must_use]
    pub fn sha256(imprint: [u8; 32], random: &dyn foundation::Random) -> Self {
        let mut nonce = [0; 8];
        random.fill(&mut nonce);
        // Positive and minimal as an INTEGER.
        nonce[0] = (nonce[0] & 0x7f) | 0x40;
        Self {
            digest: DigestAlgorithm::Sha256,
            imprint: imprint.to_vec(),
            policy: None,
            nonce: Some(nonce.to_vec()),
            cert_req: true,
        }
    }

    /// DER.
    #[must_use]
    pub fn der(&self) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                w.integer_u64(1);
                write_imprint(w, self.digest, &self.imprint);
                if let Some(policy) = &self.policy {
                    w.oid(policy);
                }
                if let Some(nonce) = &self.nonce {
                    w.integer_content(nonce);
                }
                if self.cert_req {
                    w.boolean(true);
                }
            });
        })
    }

    /// Reads it.
    ///
    /// # Errors
    /// Malformed bytes, an unknown digest, extensions (none is known here).
    pub fn parse(bytes: &[u8]) -> Result<Self, super::Failure> {
        use super::Failure;
        let read = || -> Result<Self, Error> {
            let mut outer = Reader::der(bytes);
            let mut request = outer.sequence()?;
            outer.finish()?;
            if request.u64()? != 1 {
                return Err(Error::TooMany);
            }
            let (digest, imprint) = read_imprint(&mut request)?;
            let policy = request.optional(Tag::OID)?.map(|tlv| tlv.oid()).transpose()?;
            let nonce = request
                .optional(Tag::INTEGER)?
                .map(|tlv| tlv.integer())
                .transpose()?
                .map(<[u8]>::to_vec);
            let cert_req = request.default_false()?;
            if !request.is_empty() {
                return Err(Error::Detached);
            }
            Ok(Self {
                digest,
                imprint,
                policy,
                nonce,
                cert_req,
            })
        };
        read().map_err(|error| match error {
            Error::Algorithm(_) => Failure::BadAlg,
            Error::ImprintMismatch | Error::Asn1(_) => Failure::BadDataFormat,
            Error::Detached => Failure::UnacceptedExtension,
            _ => Failure::BadRequest,
        })
    }
}
