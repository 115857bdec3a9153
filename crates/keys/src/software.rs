//! A key in the memory of this process.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use foundation::Secret;
use pki::KeyType;

use crate::KeyError;

/// A software key, with its PKCS#8 bytes so that it can be sealed.
pub struct SoftwareKey {
    pair: Pair,
    key_type: KeyType,
    public: Vec<u8>,
    pkcs8: Secret<Vec<u8>>,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl SoftwareKey {
    /// Makes a new key. RSA takes up to a second: call it on the CPU pool.
    ///
    /// # Errors
    /// The library could not make it.
    pub fn generate(key_type: KeyType) -> Result<Self, KeyError> {
        let pkcs8 = match key_type {
            KeyType::Rsa2048 => rsa(KeySize::Rsa2048)?,
            KeyType::Rsa3072 => rsa(KeySize::Rsa3072)?,
            KeyType::Rsa4096 => rsa(KeySize::Rsa4096)?,
            KeyType::P256 => ec(&ECDSA_P256_SHA256_ASN1_SIGNING)?,
            KeyType::P384 => ec(&ECDSA_P384_SHA384_ASN1_SIGNING)?,
            // Log keys are `LogKey`.
            KeyType::Ed25519 => return Err(KeyError::Crypto),
        };
        Self::from_pkcs8(pkcs8.reveal())
    }

    /// Reads an unencrypted PKCS#8 key (RSA 2048–4096, P-256, P-384).
    ///
    /// # Errors
    /// The bytes are no such key.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let kept = Secret::new(pkcs8.to_vec());
        if let Ok(pair) = RsaKeyPair::from_pkcs8(pkcs8) {
            let key_type = match pair.public_modulus_len() {
                256 => KeyType::Rsa2048,
                384 => KeyType::Rsa3072,
                512 => KeyType::Rsa4096,
                _ => return Err(KeyError::Unreadable),
            };
            let public = AsDer::<PublicKeyX509Der>::as_der(pair.public_key())
                .map_err(|_| KeyError::Crypto)?
                .as_ref()
                .to_vec();
            return Ok(Self {
                pair: Pair::Rsa(pair),
                key_type,
                public,
                pkcs8: kept,
            });
        }
        for (algorithm, key_type) in [
            (&ECDSA_P256_SHA256_ASN1_SIGNING, KeyType::P256),
            (&ECDSA_P384_SHA384_ASN1_SIGNING, KeyType::P384),
        ] {
            if let Ok(pair) = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8) {
                let public = AsDer::<PublicKeyX509Der>::as_der(pair.public_key())
                    .map_err(|_| KeyError::Crypto)?
                    .as_ref()
                    .to_vec();
                return Ok(Self {
                    pair: Pair::Ec(pair),
                    key_type,
                    public,
                    pkcs8: kept,
                });
            }
        }
        Err(KeyError::Unreadable)
    }

    /// What kind of key it is.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        self.key_type
    }
    /// SubjectPublicKeyInfo, DER.
    #[must_use]
    pub fn public_key_der(&self) -> &[u8] {
        &self.public
    }
    pub(crate) const fn pkcs8(&self) -> &Secret<Vec<u8>> {
        &self.pkcs8
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| KeyError::Crypto)?;
                Ok(signature)
            }
            Pair::Ec(pair) => Ok(pair
                .sign(&SystemRandom::new(), message)
                .map_err(|_| KeyError::Crypto)?
                .as_ref()
                .to_vec()),
        }
    }
}

impl std::fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SoftwareKey({:?})", self.key_type)
    }
}

fn rsa(size: KeySize) -> Result<Secret<Vec<u8>>, KeyError> {
    let pair = RsaKeyPair::generate(size).map_err(|_| KeyError::Crypto)?;
    let der = AsDer::<Pkcs8V1Der>::as_der(&pair).map_err(|_| KeyError::Crypto)?;
    Ok(Secret::new(der.as_ref().to_vec()))
}

fn ec(algorithm: &'static EcdsaSigningAlgorithm) -> Result<Secret<Vec<u8>>, KeyError> {
    let pair = EcdsaKeyPair::generate(algorithm).map_err(|_| KeyError::Crypto)?;
    Ok(Secret::new(pair.to_pkcs8v1().map_err(|_| KeyError::Crypto)?.as_ref().to_vec()))
}
