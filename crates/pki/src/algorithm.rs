//! Signature algorithms and their identifiers.

use crate::{DigestAlgorithm, oids};
use asn1::{Error, Kind, Mode, Oid, Reader, Tag, Tlv, Writer};

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 over this digest.
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS, MGF1 with the same digest, salt as long as the digest.
    RsaPss(DigestAlgorithm),
    /// ECDSA over this digest; the curve is the key's.
    Ecdsa(DigestAlgorithm),
    /// Ed25519.
    Ed25519,
}

impl SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub const RSA_SHA256: Self = Self::RsaPkcs1(DigestAlgorithm::Sha256);
    /// ECDSA with SHA-256 (P-256).
    pub const ECDSA_SHA256: Self = Self::Ecdsa(DigestAlgorithm::Sha256);
    /// ECDSA with SHA-384 (P-384).
    pub const ECDSA_SHA384: Self = Self::Ecdsa(DigestAlgorithm::Sha384);

    /// Digest that is signed; `None` for Ed25519, which hashes by itself.
    #[must_use]
    pub const fn digest(self) -> Option<DigestAlgorithm> {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss(digest) | Self::Ecdsa(digest) => Some(digest),
            Self::Ed25519 => None,
        }
    }

    /// Writes its AlgorithmIdentifier.
    pub fn write(self, w: &mut Writer) {
        w.sequence(|w| match self {
            Self::RsaPkcs1(digest) => {
                w.oid(&match digest {
                    DigestAlgorithm::Sha1 => oids::SHA1_WITH_RSA,
                    DigestAlgorithm::Sha256 => oids::SHA256_WITH_RSA,
                    DigestAlgorithm::Sha384 => oids::SHA384_WITH_RSA,
                    DigestAlgorithm::Sha512 => oids::SHA512_WITH_RSA,
                });
                // RFC 4055 §5: parameters MUST be NULL.
                w.null();
            }
            Self::RsaPss(digest) => {
                w.oid(&oids::RSA_PSS);
                w.sequence(|w| {
                    let hash = |w: &mut Writer| {
                        w.sequence(|w| {
                            w.oid(&digest.oid());
                            w.null();
                        });
                    };
                    w.explicit(0, hash);
                    w.explicit(1, |w| {
                        w.sequence(|w| {
                            w.oid(&oids::MGF1);
                            hash(w);
                        });
                    });
                    w.explicit(2, |w| w.integer_u64(digest.output_len() as u64));
                });
            }
            Self::Ecdsa(digest) => w.oid(&match digest {
                DigestAlgorithm::Sha384 => oids::ECDSA_SHA384,
                DigestAlgorithm::Sha512 => oids::ECDSA_SHA512,
                // ecdsa-with-SHA1 is neither read nor written.
                DigestAlgorithm::Sha1 | DigestAlgorithm::Sha256 => oids::ECDSA_SHA256,
            }),
            Self::Ed25519 => w.oid(&oids::ED25519),
        });
    }

    /// AlgorithmIdentifier in DER.
    #[must_use]
    pub fn der(self) -> Vec<u8> {
        Writer::build(|w| self.write(w))
    }

    /// Reads an AlgorithmIdentifier (one element, BER tolerated).
    ///
    /// # Errors
    /// Malformed bytes, or an algorithm not known here.
    pub fn parse(algorithm: &[u8]) -> Result<Self, AlgorithmError> {
        Self::of(&Reader::one(algorithm, Mode::Ber)?)
    }

    /// Reads an AlgorithmIdentifier that was taken as an element.
    ///
    /// # Errors
    /// Malformed bytes, or an algorithm not known here.
    pub fn of(algorithm: &Tlv<'_>) -> Result<Self, AlgorithmError> {
        let mut reader = algorithm.reader()?;
        let oid = reader.oid()?;
        let known = match oid {
            oids::SHA1_WITH_RSA => Self::RsaPkcs1(DigestAlgorithm::Sha1),
            oids::SHA256_WITH_RSA => Self::RsaPkcs1(DigestAlgorithm::Sha256),
            oids::SHA384_WITH_RSA => Self::RsaPkcs1(DigestAlgorithm::Sha384),
            oids::SHA512_WITH_RSA => Self::RsaPkcs1(DigestAlgorithm::Sha512),
            oids::ECDSA_SHA256 => Self::Ecdsa(DigestAlgorithm::Sha256),
            oids::ECDSA_SHA384 => Self::Ecdsa(DigestAlgorithm::Sha384),
            oids::ECDSA_SHA512 => Self::Ecdsa(DigestAlgorithm::Sha512),
            oids::ED25519 => Self::Ed25519,
            oids::RSA_PSS => return pss(&mut reader),
            unknown => return Err(AlgorithmError::Unknown(unknown)),
        };
        reader.optional(Tag::NULL)?;
        reader.finish()?;
        Ok(known)
    }

    /// As [`Self::of`] for a CMS SignerInfo, where `rsaEncryption` with the digest named beside it is usual (RFC 5652 §5.3,
    /// RFC 3370 §3.2), as is `id-ecPublicKey` by mistake of some signers.
    ///
    /// # Errors
    /// Malformed bytes, or an algorithm not known here.
    pub fn of_signer(algorithm: &Tlv<'_>, digest: DigestAlgorithm) -> Result<Self, AlgorithmError> {
        match algorithm.reader()?.oid()? {
            oids::RSA_ENCRYPTION => Ok(Self::RsaPkcs1(digest)),
            oids::EC_PUBLIC_KEY => Ok(Self::Ecdsa(digest)),
            _ => Self::of(algorithm),
        }
    }

    /// Name for people: `RSA (PKCS#1 v1.5) SHA-256`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::RsaPkcs1(digest) => format!("RSA (PKCS#1 v1.5) {}", digest.name()),
            Self::RsaPss(digest) => format!("RSA-PSS {}", digest.name()),
            Self::Ecdsa(digest) => format!("ECDSA {}", digest.name()),
            Self::Ed25519 => "Ed25519".to_owned(),
        }
    }
}

/// RSASSA-PSS-params (RFC 4055 §3.1); only one digest for both, salt as long as it, trailer 1.
fn pss(reader: &mut Reader<'_>) -> Result<SignatureAlgorithm, AlgorithmError> {
    let unknown = Err(AlgorithmError::Unknown(oids::RSA_PSS));
    let mut params = reader.sequence()?;
    reader.finish()?;
    let read = |reader: &mut Reader<'_>| DigestAlgorithm::read(reader)?.map_err(AlgorithmError::Unknown);
    let hash = match params.optional_explicit(0)? {
        Some(mut field) => read(&mut field)?,
        None => DigestAlgorithm::Sha1,
    };
    let mask = match params.optional_explicit(1)? {
        Some(mut field) => {
            let mut mgf = field.sequence()?;
            if mgf.oid()? != oids::MGF1 {
                return unknown;
            }
            read(&mut mgf)?
        }
        None => DigestAlgorithm::Sha1,
    };
    let salt = match params.optional_explicit(2)? {
        Some(mut field) => field.u64()?,
        None => 20,
    };
    let trailer = match params.optional_explicit(3)? {
        Some(mut field) => field.u64()?,
        None => 1,
    };
    params.finish()?;
    if hash != mask || salt != hash.output_len() as u64 || trailer != 1 {
        unknown
    } else {
        Ok(SignatureAlgorithm::RsaPss(hash))
    }
}

/// Why an AlgorithmIdentifier gives no algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlgorithmError {
    /// Malformed bytes.
    Malformed(Error),
    /// Not known here, or with parameters that are not supported.
    Unknown(Oid),
}

impl From<Error> for AlgorithmError {
    fn from(error: Error) -> Self {
        Self::Malformed(error)
    }
}
impl AlgorithmError {
    /// As an error of bytes, for readers that have no place for an unknown algorithm.
    #[must_use]
    pub const fn malformed(self) -> Error {
        match self {
            Self::Malformed(error) => error,
            Self::Unknown(_) => Error {
                offset: 0,
                kind: Kind::BadOid,
            },
        }
    }
}
impl std::fmt::Display for AlgorithmError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "malformed algorithm identifier {error}"),
            Self::Unknown(oid) => write!(f, "unknown algorithm {oid}"),
        }
    }
}
impl std::error::Error for AlgorithmError {}
