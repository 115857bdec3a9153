//! A key sealed under a secret of its holder.

use foundation::{Random, Secret};

use crate::kdf::{CHOSEN, Cost, decrypt, derive, encrypt};
use crate::{HolderSecret, KeyError, LogKey, OpenError, Signer, SoftwareKey};

/// A private key, encrypted with AES-256-GCM under Argon2id of a secret. The bytes may be stored: without the secret they do not sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey(Vec<u8>);

// "CECSEAL1" | memory KiB u32 | passes u32 | salt 16 | nonce 12 | ciphertext and tag
const MAGIC: &[u8; 8] = b"CECSEAL1";
const HEAD: usize = 8 + 4 + 4 + 16 + 12;

impl SealedKey {
    /// Seals `key` under `secret`. `about` (for instance the credential's id) is bound in: opening needs the same. Runs Argon2id.
    #[must_use]
    pub fn seal(key: &SoftwareKey, secret: &[u8], about: &[u8], random: &dyn Random) -> Self {
        Self::seal_bytes(key.pkcs8(), secret, CHOSEN, about, random)
    }

    /// Makes a holder's key and seals it under his 合言葉; nothing of it is left afterwards but the blob and the public key (SPKI DER).
    /// Runs Argon2id, at the cost that the secret needs.
    ///
    /// # Errors
    /// The library could not make the key.
    pub fn make(
        key_type: pki::KeyType,
        secret: &HolderSecret,
        about: &[u8],
        random: &dyn Random,
    ) -> Result<(Self, Vec<u8>, Signer), KeyError> {
        let key = SoftwareKey::generate(key_type)?;
        let sealed = Self::seal_bytes(key.pkcs8(), secret.bytes().reveal(), secret.cost(), about, random);
        Ok((sealed, key.public_key_der().to_vec(), key.into()))
    }

    pub(crate) fn seal_log(key: &LogKey, secret: &[u8], about: &[u8], random: &dyn Random) -> Self {
        Self::seal_bytes(key.pkcs8(), secret, CHOSEN, about, random)
    }

    pub(crate) fn seal_bytes(pkcs8: &Secret<Vec<u8>>, secret: &[u8], cost: Cost, about: &[u8], random: &dyn Random) -> Self {
        let (mut salt, mut nonce) = ([0u8; 16], [0u8; 12]);
        random.fill(&mut salt);
        random.fill(&mut nonce);
        let key = derive(secret, &salt, cost).expect("our own cost is within bounds");
        let mut bytes = Vec::with_capacity(HEAD + pkcs8.reveal().len() + 16);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&cost.memory_kib.to_be_bytes());
        bytes.extend_from_slice(&cost.passes.to_be_bytes());
        bytes.extend_from_slice(&salt);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&encrypt(&key, nonce, about, pkcs8.reveal()));
        Self(bytes)
    }

    /// Opens it. Runs Argon2id.
    ///
    /// # Errors
    /// [`OpenError::WrongSecret`] if the secret or `about` is another; [`OpenError::Unreadable`] if these are no sealed key.
    pub fn open(&self, secret: &[u8], about: &[u8]) -> Result<Signer, OpenError> {
        Ok(SoftwareKey::from_pkcs8(self.open_bytes(secret, about)?.reveal())?.into())
    }

    pub(crate) fn open_log(&self, secret: &[u8], about: &[u8]) -> Result<LogKey, OpenError> {
        Ok(LogKey::from_pkcs8(self.open_bytes(secret, about)?.reveal())?)
    }

    pub(crate) fn open_bytes(&self, secret: &[u8], about: &[u8]) -> Result<Secret<Vec<u8>>, OpenError> {
        let (head, sealed) = self.0.split_at_checked(HEAD).ok_or(OpenError::Unreadable)?;
        if &head[..8] != MAGIC {
            return Err(OpenError::Unreadable);
        }
        let word = |at: usize| u32::from_be_bytes(head[at..at + 4].try_into().expect("four bytes"));
        let salt: [u8; 16] = head[16..32].try_into().expect("sixteen bytes");
        let nonce: [u8; 12] = head[32..44].try_into().expect("twelve bytes");
        let key = derive(
            secret,
            &salt,
            Cost {
                memory_kib: word(8),
                passes: word(12),
            },
        )
        .ok_or(OpenError::Unreadable)?;
        decrypt(&key, nonce, about, sealed).ok_or(OpenError::WrongSecret)
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
    /// Takes stored bytes; whether they are a sealed key shows at [`SealedKey::open`].
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::OsRandom;
    use pki::KeyType;

    #[test]
    fn a_sealed_key_opens_only_with_its_secret_and_in_its_place() {
        let secret = HolderSecret::generate(&OsRandom);
        let (sealed, public, _) = SealedKey::make(KeyType::P256, &secret, b"credential 1", &OsRandom).unwrap();
        let words = secret.bytes();
        let opened = sealed.open(words.reveal(), b"credential 1").unwrap();
        assert_eq!(opened.public_key_der(), public);
        opened.self_test().unwrap();
        let shorter = &words.reveal()[..words.reveal().len() - 3];
        assert!(matches!(sealed.open(shorter, b"credential 1"), Err(OpenError::WrongSecret)));
        assert!(matches!(sealed.open(words.reveal(), b"credential 2"), Err(OpenError::WrongSecret)));
    }

    #[test]
    fn only_a_drawn_secret_is_cheap_to_try_and_what_was_sealed_dearer_still_opens() {
        let passes_and_memory = |sealed: &SealedKey| {
            let word = |at: usize| u32::from_be_bytes(sealed.0[at..at + 4].try_into().unwrap());
            (word(8), word(12))
        };
        let drawn = HolderSecret::generate(&OsRandom);
        let (cheap, ..) = SealedKey::make(KeyType::P256, &drawn, b"x", &OsRandom).unwrap();
        assert_eq!(passes_and_memory(&cheap), (4096, 1));
        let (dear, ..) = SealedKey::make(KeyType::P256, &HolderSecret::typed(drawn.words()), b"x", &OsRandom).unwrap();
        assert_eq!(passes_and_memory(&dear), (19456, 2));
        for sealed in [cheap, dear] {
            sealed.open(drawn.bytes().reveal(), b"x").unwrap().self_test().unwrap();
        }
    }

    #[test]
    fn any_changed_byte_keeps_it_shut() {
        let secret = HolderSecret::generate(&OsRandom);
        let (sealed, ..) = SealedKey::make(KeyType::P256, &secret, b"", &OsRandom).unwrap();
        for at in [0, 9, 13, 20, 35, 44, sealed.0.len() - 1] {
            let mut bytes = sealed.0.clone();
            bytes[at] ^= 0x80;
            let opened = SealedKey::from_bytes(bytes).open(secret.bytes().reveal(), b"");
            assert!(opened.is_err(), "byte {at}");
        }
        assert!(matches!(SealedKey::from_bytes(vec![]).open(b"s", b""), Err(OpenError::Unreadable)));
    }
}
