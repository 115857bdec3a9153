//! Digest algorithms.

use crate::oids;
use asn1::{Error, Oid, Reader, Tag, Writer};
use aws_lc_rs::digest;

/// A digest algorithm. SHA-1 is only read (key identifiers, CertIDs, old material); no policy accepts a signature over it today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DigestAlgorithm {
    /// SHA-1
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl DigestAlgorithm {
    pub(crate) fn implementation(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }
    /// Digest of `data`.
    #[must_use]
    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        digest::digest(self.implementation(), data).as_ref().to_vec()
    }
    /// Digest of several pieces, one after the other.
    #[must_use]
    pub fn digest_pieces<'a>(self, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
        let mut context = digest::Context::new(self.implementation());
        for piece in pieces {
            context.update(piece);
        }
        context.finish().as_ref().to_vec()
    }
    /// Octets of a digest.
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
    /// OID.
    #[must_use]
    pub const fn oid(self) -> Oid {
        match self {
            Self::Sha1 => oids::SHA1,
            Self::Sha256 => oids::SHA256,
            Self::Sha384 => oids::SHA384,
            Self::Sha512 => oids::SHA512,
        }
    }
    /// From its OID.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        [Self::Sha256, Self::Sha384, Self::Sha512, Self::Sha1]
            .into_iter()
            .find(|algorithm| algorithm.oid() == *oid)
    }
    /// Writes its AlgorithmIdentifier without parameters (RFC 5754 §2).
    pub fn write(self, w: &mut Writer) {
        w.sequence(|w| w.oid(&self.oid()));
    }
    /// AlgorithmIdentifier in DER, without parameters.
    #[must_use]
    pub fn der(self) -> Vec<u8> {
        Writer::build(|w| self.write(w))
    }
    /// Reads an AlgorithmIdentifier; parameters absent or NULL. The inner `Err` is an algorithm not known here.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn read(reader: &mut Reader<'_>) -> Result<Result<Self, Oid>, Error> {
        let mut inner = reader.sequence()?;
        let oid = inner.oid()?;
        inner.optional(Tag::NULL)?;
        inner.finish()?;
        Ok(Self::from_oid(&oid).ok_or(oid))
    }
    /// Name for people: `SHA-256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }
}
