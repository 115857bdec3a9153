//! Public keys and verification.

use crate::subscriber_key::WeakKey;
use crate::{DigestAlgorithm, SignatureAlgorithm, oids};
use asn1::{Error, Kind, Mode, Oid, Reader, Tag, Writer};
use aws_lc_rs::{digest::Digest, signature as aws};
use std::sync::{Arc, OnceLock};

/// The kinds of key this product makes and keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyType {
    /// RSA, 2048 bits.
    Rsa2048,
    /// RSA, 3072 bits.
    Rsa3072,
    /// RSA, 4096 bits.
    Rsa4096,
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// Ed25519 (logs only).
    Ed25519,
}

impl KeyType {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Rsa2048, Self::Rsa3072, Self::Rsa4096, Self::P256, Self::P384, Self::Ed25519];
    /// The algorithm such a key signs with here.
    #[must_use]
    pub const fn signature_algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => SignatureAlgorithm::RSA_SHA256,
            Self::P256 => SignatureAlgorithm::ECDSA_SHA256,
            Self::P384 => SignatureAlgorithm::ECDSA_SHA384,
            Self::Ed25519 => SignatureAlgorithm::Ed25519,
        }
    }
    /// One word: `rsa2048`, `p256`, …
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa2048 => "rsa2048",
            Self::Rsa3072 => "rsa3072",
            Self::Rsa4096 => "rsa4096",
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::Ed25519 => "ed25519",
        }
    }
}

impl std::fmt::Display for KeyType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for KeyType {
    type Err = UnknownKeyType;
    fn from_str(text: &str) -> Result<Self, UnknownKeyType> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(UnknownKeyType)
    }
}

/// No key type has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKeyType;

impl std::fmt::Display for UnknownKeyType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unknown key type")
    }
}
impl std::error::Error for UnknownKeyType {}

/// What a public key is, also of kinds we never make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// RSA with this many bits in the modulus.
    Rsa {
        /// Bits of the modulus.
        bits: u32,
    },
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// Ed25519.
    Ed25519,
}

/// A public key from a SubjectPublicKeyInfo. Cheap to clone.
#[derive(Clone)]
pub struct PublicKey(Arc<Inner>);

struct Inner {
    spki: Vec<u8>,
    kind: KeyKind,
    /// Where the BIT STRING's octets stand in `spki`.
    key: std::ops::Range<usize>,
    /// The key parsed for the algorithm that is usual for its kind; other algorithms parse it anew.
    parsed: Option<aws::ParsedPublicKey>,
    /// Whether it is a key we take; looked at once.
    verdict: OnceLock<Result<(), WeakKey>>,
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo. Points that are not on their curve and moduli outside 1024..=16384 bits are refused.
    ///
    /// # Errors
    /// Malformed bytes, or a kind of key not known here.
    pub fn parse(spki: &[u8]) -> Result<Self, KeyError> {
        let whole = Reader::one(spki, Mode::Ber)?;
        let mut reader = whole.reader()?;
        let mut algorithm = reader.sequence()?;
        let oid = algorithm.oid()?;
        let bits = reader.bit_string()?;
        reader.finish()?;
        let key = bits.octets().ok_or(reader.fail(Kind::BadBitString))?;
        let kind = match oid {
            oids::RSA_ENCRYPTION | oids::RSA_PSS => {
                let (modulus, _) = rsa_parts(key)?;
                let bits = u32::try_from(modulus.len() * 8).unwrap_or(u32::MAX) - modulus[0].leading_zeros();
                if !(1024..=16_384).contains(&bits) {
                    return Err(KeyError::Size { bits });
                }
                KeyKind::Rsa { bits }
            }
            oids::EC_PUBLIC_KEY => match algorithm.oid().map_err(|_| KeyError::Unknown(oid))? {
                oids::P256 => KeyKind::P256,
                oids::P384 => KeyKind::P384,
                oids::P521 => KeyKind::P521,
                curve => return Err(KeyError::Unknown(curve)),
            },
            oids::ED25519 => KeyKind::Ed25519,
            unknown => return Err(KeyError::Unknown(unknown)),
        };
        let parsed = match kind {
            KeyKind::Rsa { .. } => aws::ParsedPublicKey::new(&aws::RSA_PKCS1_2048_8192_SHA256, key).ok(),
            KeyKind::P256 => Some(aws::ParsedPublicKey::new(&aws::ECDSA_P256_SHA256_ASN1, key).map_err(|_| KeyError::NotOnCurve)?),
            KeyKind::P384 => Some(aws::ParsedPublicKey::new(&aws::ECDSA_P384_SHA384_ASN1, key).map_err(|_| KeyError::NotOnCurve)?),
            KeyKind::P521 => Some(aws::ParsedPublicKey::new(&aws::ECDSA_P521_SHA512_ASN1, key).map_err(|_| KeyError::NotOnCurve)?),
            KeyKind::Ed25519 => Some(aws::ParsedPublicKey::new(&aws::ED25519, key).map_err(|_| KeyError::NotOnCurve)?),
        };
        let start = key.as_ptr() as usize - spki.as_ptr() as usize;
        let key = start..start + key.len();
        Ok(Self(Arc::new(Inner {
            spki: spki.to_vec(),
            kind,
            key,
            parsed,
            verdict: OnceLock::new(),
        })))
    }

    /// SubjectPublicKeyInfo as it was read.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.0.spki
    }
    /// Octets of the subjectPublicKey BIT STRING: RSAPublicKey, or the point.
    #[must_use]
    pub fn key_octets(&self) -> &[u8] {
        &self.0.spki[self.0.key.clone()]
    }
    /// What kind it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.0.kind
    }
    /// The kind, if it is one this product makes.
    #[must_use]
    pub fn key_type(&self) -> Option<KeyType> {
        match self.0.kind {
            KeyKind::Rsa { bits: 2048 } => Some(KeyType::Rsa2048),
            KeyKind::Rsa { bits: 3072 } => Some(KeyType::Rsa3072),
            KeyKind::Rsa { bits: 4096 } => Some(KeyType::Rsa4096),
            KeyKind::P256 => Some(KeyType::P256),
            KeyKind::P384 => Some(KeyType::P384),
            KeyKind::Ed25519 => Some(KeyType::Ed25519),
            KeyKind::Rsa { .. } | KeyKind::P521 => None,
        }
    }
    /// Modulus and public exponent, if it is RSA.
    #[must_use]
    pub fn rsa(&self) -> Option<(&[u8], &[u8])> {
        if matches!(self.0.kind, KeyKind::Rsa { .. }) {
            rsa_parts(self.key_octets()).ok()
        } else {
            None
        }
    }
    /// Whether its SubjectPublicKeyInfo is the one DER encoding of this key (parameters as RFC 3279 and 5480 say, point uncompressed).
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        let expected = match self.0.kind {
            KeyKind::Rsa { .. } => self.rsa().map(|(modulus, exponent)| rsa_spki(modulus, exponent)),
            KeyKind::P256 | KeyKind::P384 | KeyKind::P521 => ec_spki(self.key_octets()).ok(),
            KeyKind::Ed25519 => self.key_octets().try_into().ok().map(ed25519_spki),
        };
        expected.is_some_and(|expected| expected == self.0.spki)
    }
    pub(crate) fn verdict(&self, look: impl FnOnce() -> Result<(), WeakKey>) -> Result<(), WeakKey> {
        *self.0.verdict.get_or_init(look)
    }
    /// SHA-1 of the key's octets: key identifier by method 1 of RFC 5280 §4.2.1.2, and KeyHash of OCSP.
    #[must_use]
    pub fn key_id(&self) -> Vec<u8> {
        DigestAlgorithm::Sha1.digest(self.key_octets())
    }
    /// SHA-256 of the SubjectPublicKeyInfo.
    #[must_use]
    pub fn spki_sha256(&self) -> Vec<u8> {
        DigestAlgorithm::Sha256.digest(self.spki_der())
    }

    /// Verifies `signature` over `message`. ECDSA signatures are DER.
    ///
    /// # Errors
    /// If it does not verify, or the algorithm does not belong to the key, or is not accepted at all (SHA-1, RSA under 2048).
    pub fn verify(&self, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let verifier = self.verifier(algorithm)?;
        if let Some(parsed) = self.parsed_for(algorithm) {
            return parsed.verify_sig(message, signature).map_err(|_| BadSignature);
        }
        aws::UnparsedPublicKey::new(verifier, self.key_octets())
            .verify(message, signature)
            .map_err(|_| BadSignature)
    }

    /// Verifies `signature` over a message whose digest is known. Not possible for Ed25519.
    ///
    /// # Errors
    /// As [`Self::verify`]; or a digest of the wrong length.
    pub fn verify_digest(&self, algorithm: SignatureAlgorithm, digest: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let verifier = self.verifier(algorithm)?;
        let kind = algorithm.digest().ok_or(BadSignature)?;
        let digest = Digest::import_less_safe(digest, kind.implementation()).map_err(|_| BadSignature)?;
        if let Some(parsed) = self.parsed_for(algorithm) {
            return parsed.verify_digest_sig(&digest, signature).map_err(|_| BadSignature);
        }
        aws::UnparsedPublicKey::new(verifier, self.key_octets())
            .verify_digest(&digest, signature)
            .map_err(|_| BadSignature)
    }

    /// The parsed key, where its algorithm is the one asked for.
    fn parsed_for(&self, algorithm: SignatureAlgorithm) -> Option<&aws::ParsedPublicKey> {
        use DigestAlgorithm::{Sha256, Sha384, Sha512};
        let usual = matches!(
            (self.0.kind, algorithm),
            (KeyKind::Rsa { .. }, SignatureAlgorithm::RsaPkcs1(Sha256))
                | (KeyKind::P256, SignatureAlgorithm::Ecdsa(Sha256))
                | (KeyKind::P384, SignatureAlgorithm::Ecdsa(Sha384))
                | (KeyKind::P521, SignatureAlgorithm::Ecdsa(Sha512))
                | (KeyKind::Ed25519, SignatureAlgorithm::Ed25519)
        );
        self.0.parsed.as_ref().filter(|_| usual)
    }

    fn verifier(&self, algorithm: SignatureAlgorithm) -> Result<&'static dyn aws::VerificationAlgorithm, BadSignature> {
        use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
        use SignatureAlgorithm::{Ecdsa, Ed25519, RsaPkcs1, RsaPss};
        Ok(match (self.0.kind, algorithm) {
            (KeyKind::Rsa { .. }, RsaPkcs1(Sha256)) => &aws::RSA_PKCS1_2048_8192_SHA256,
            (KeyKind::Rsa { .. }, RsaPkcs1(Sha384)) => &aws::RSA_PKCS1_2048_8192_SHA384,
            (KeyKind::Rsa { .. }, RsaPkcs1(Sha512)) => &aws::RSA_PKCS1_2048_8192_SHA512,
            (KeyKind::Rsa { .. }, RsaPss(Sha256)) => &aws::RSA_PSS_2048_8192_SHA256,
            (KeyKind::Rsa { .. }, RsaPss(Sha384)) => &aws::RSA_PSS_2048_8192_SHA384,
            (KeyKind::Rsa { .. }, RsaPss(Sha512)) => &aws::RSA_PSS_2048_8192_SHA512,
            (KeyKind::P256, Ecdsa(Sha256)) => &aws::ECDSA_P256_SHA256_ASN1,
            (KeyKind::P256, Ecdsa(Sha384)) => &aws::ECDSA_P256_SHA384_ASN1,
            (KeyKind::P256, Ecdsa(Sha512)) => &aws::ECDSA_P256_SHA512_ASN1,
            (KeyKind::P384, Ecdsa(Sha256)) => &aws::ECDSA_P384_SHA256_ASN1,
            (KeyKind::P384, Ecdsa(Sha384)) => &aws::ECDSA_P384_SHA384_ASN1,
            (KeyKind::P384, Ecdsa(Sha512)) => &aws::ECDSA_P384_SHA512_ASN1,
            (KeyKind::P521, Ecdsa(Sha256)) => &aws::ECDSA_P521_SHA256_ASN1,
            (KeyKind::P521, Ecdsa(Sha384)) => &aws::ECDSA_P521_SHA384_ASN1,
            (KeyKind::P521, Ecdsa(Sha512)) => &aws::ECDSA_P521_SHA512_ASN1,
            (KeyKind::Ed25519, Ed25519) => &aws::ED25519,
            (_, RsaPkcs1(_) | RsaPss(_) | Ecdsa(Sha1 | Sha256 | Sha384 | Sha512) | Ed25519) => return Err(BadSignature),
        })
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.kind == other.0.kind && self.key_octets() == other.key_octets()
    }
}
impl Eq for PublicKey {}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({:?})", self.0.kind)
    }
}

fn rsa_parts(key: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    let mut reader = Reader::one(key, Mode::Ber)?.reader()?;
    let parts = (reader.unsigned()?, reader.unsigned()?);
    reader.finish()?;
    Ok(parts)
}

/// SubjectPublicKeyInfo of an RSA key from modulus and exponent (big-endian magnitudes).
#[must_use]
pub fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    spki(
        |w| {
            w.oid(&oids::RSA_ENCRYPTION);
            w.null();
        },
        |w| {
            w.sequence(|w| {
                w.integer_be(modulus);
                w.integer_be(exponent);
            });
        },
    )
}

/// SubjectPublicKeyInfo of an elliptic-curve key from its uncompressed point; the curve follows from the length.
///
/// # Errors
/// A point of no known length.
pub fn ec_spki(point: &[u8]) -> Result<Vec<u8>, KeyError> {
    let curve = match point.len() {
        65 => oids::P256,
        97 => oids::P384,
        133 => oids::P521,
        _ => return Err(KeyError::NotOnCurve),
    };
    Ok(spki(
        |w| {
            w.oid(&oids::EC_PUBLIC_KEY);
            w.oid(&curve);
        },
        |w| w.raw(point),
    ))
}

/// SubjectPublicKeyInfo of an Ed25519 key.
#[must_use]
pub fn ed25519_spki(key: &[u8; 32]) -> Vec<u8> {
    spki(|w| w.oid(&oids::ED25519), |w| w.raw(key))
}

fn spki(algorithm: impl FnOnce(&mut Writer), key: impl FnOnce(&mut Writer)) -> Vec<u8> {
    Writer::build(|w| {
        w.sequence(|w| {
            w.sequence(algorithm);
            w.nested(Tag::BIT_STRING, |w| {
                w.raw(&[0]);
                key(w);
            });
        });
    })
}

/// Why bytes are no usable public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Malformed bytes.
    Malformed(Error),
    /// An algorithm or curve not known here.
    Unknown(Oid),
    /// An RSA modulus of a size that is not taken.
    Size {
        /// Bits of the modulus.
        bits: u32,
    },
    /// The point is not on its curve.
    NotOnCurve,
}

impl From<Error> for KeyError {
    fn from(error: Error) -> Self {
        Self::Malformed(error)
    }
}
impl std::fmt::Display for KeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "malformed public key {error}"),
            Self::Unknown(oid) => write!(f, "unknown kind of key {oid}"),
            Self::Size { bits } => write!(f, "RSA modulus of {bits} bits"),
            Self::NotOnCurve => f.write_str("the point is not on its curve"),
        }
    }
}
impl std::error::Error for KeyError {}

/// The signature does not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSignature;

impl std::fmt::Display for BadSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the signature does not verify")
    }
}
impl std::error::Error for BadSignature {}
