//! One key that signs, wherever it lies.

use std::sync::Arc;

use aws_lc_rs::encoding::{AsBigEndian, AsDer};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use foundation::Secret;
use pki::{KeyType, PublicKey, SignatureAlgorithm};

use crate::{KeyError, SoftwareKey, TokenKey};

/// A key this process can sign with. Cheap to clone; signing blocks (a token may take 200 ms): call it on the CPU pool where it counts.
#[derive(Clone, Debug)]
pub struct Signer(Arc<Place>);

#[derive(Debug)]
enum Place {
    Software(SoftwareKey),
    Token(TokenKey),
}

impl Signer {
    /// Makes a new software key that only lives in memory.
    ///
    /// # Errors
    /// The library could not make it.
    pub fn generate(key_type: KeyType) -> Result<Self, KeyError> {
        Ok(SoftwareKey::generate(key_type)?.into())
    }
    /// What kind of key it is.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        match &*self.0 {
            Place::Software(key) => key.key_type(),
            Place::Token(key) => key.key_type(),
        }
    }
    /// SubjectPublicKeyInfo, DER.
    #[must_use]
    pub fn public_key_der(&self) -> &[u8] {
        match &*self.0 {
            Place::Software(key) => key.public_key_der(),
            Place::Token(key) => key.public_key_der(),
        }
    }
    /// The one algorithm this key signs with: RSA and P-256 with SHA-256, P-384 with SHA-384.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.key_type().signature_algorithm()
    }
    /// Signs `message` (not a digest). ECDSA answers in DER.
    ///
    /// # Errors
    /// The key or its device refused.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &*self.0 {
            Place::Software(key) => key.sign(message),
            Place::Token(key) => key.sign(message),
        }
    }
    /// Signs a fixed sentence and verifies it with the public key.
    ///
    /// # Errors
    /// [`KeyError::SelfTestFailed`], or what signing said.
    pub fn self_test(&self) -> Result<(), KeyError> {
        const SENTENCE: &[u8] = b"cectrust key self-test\n";
        let signature = self.sign(SENTENCE)?;
        let public = PublicKey::parse(self.public_key_der()).map_err(|_| KeyError::SelfTestFailed)?;
        public
            .verify(self.algorithm(), SENTENCE, &signature)
            .map_err(|_| KeyError::SelfTestFailed)
    }
}

impl From<SoftwareKey> for Signer {
    fn from(key: SoftwareKey) -> Self {
        Self(Arc::new(Place::Software(key)))
    }
}
impl From<TokenKey> for Signer {
    fn from(key: TokenKey) -> Self {
        Self(Arc::new(Place::Token(key)))
    }
}

/// The Ed25519 key that signs log checkpoints (a note key, never in a certificate).
#[derive(Clone)]
pub struct LogKey {
    pair: Arc<Ed25519KeyPair>,
    pkcs8: Secret<Vec<u8>>,
}

impl LogKey {
    /// Makes a new one.
    ///
    /// # Errors
    /// The library could not make it.
    pub fn generate() -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::generate().map_err(|_| KeyError::Crypto)?;
        let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der>::as_der(&pair).map_err(|_| KeyError::Crypto)?;
        Self::from_pkcs8(der.as_ref())
    }
    /// Reads PKCS#8.
    ///
    /// # Errors
    /// The bytes are no Ed25519 key.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| KeyError::Unreadable)?;
        Ok(Self {
            pair: Arc::new(pair),
            pkcs8: Secret::new(pkcs8.to_vec()),
        })
    }
    /// The key pair itself, for rooms that take one.
    #[must_use]
    pub fn pair(&self) -> &Arc<Ed25519KeyPair> {
        &self.pair
    }
    /// Unencrypted PKCS#8, for rooms that read one; never write it anywhere.
    #[must_use]
    pub const fn pkcs8(&self) -> &Secret<Vec<u8>> {
        &self.pkcs8
    }
    /// The 32 bytes of the seed, for rooms that make their own signer of it; never write it anywhere.
    #[must_use]
    pub fn seed(&self) -> Secret<Vec<u8>> {
        let seed = self.pair.seed().expect("a key of ours has its seed");
        let bytes = AsBigEndian::<aws_lc_rs::encoding::Curve25519SeedBin>::as_be_bytes(&seed).expect("a seed has 32 bytes");
        Secret::new(bytes.as_ref().to_vec())
    }
    /// The 32 bytes of the public key.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.pair
            .public_key()
            .as_ref()
            .try_into()
            .expect("an Ed25519 public key has 32 bytes")
    }
    /// The 64 bytes of a signature.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.pair
            .sign(message)
            .as_ref()
            .try_into()
            .expect("an Ed25519 signature has 64 bytes")
    }
}

impl std::fmt::Debug for LogKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogKey(Ed25519)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_key_signs_what_it_can_verify() {
        for key_type in [KeyType::Rsa2048, KeyType::Rsa3072, KeyType::P256, KeyType::P384] {
            let key = Signer::generate(key_type).unwrap();
            assert_eq!(key.key_type(), key_type);
            key.self_test().unwrap();
        }
    }

    #[test]
    fn a_log_key_survives_its_file() {
        let key = LogKey::generate().unwrap();
        let again = LogKey::from_pkcs8(key.pkcs8().reveal()).unwrap();
        assert_eq!(key.public_key(), again.public_key());
        assert_eq!(key.sign(b"x"), again.sign(b"x"), "Ed25519 is deterministic");
    }
}
