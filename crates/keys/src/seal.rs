//! A key sealed under a secret of its holder.

use foundation::{Random, Secret};

use crate::kdf::{COST, Cost, decrypt, derive, encrypt};
use crate::{KeyError, LogKey, OpenError, Signer, SoftwareKey};

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
        Self::seal_bytes(key.pkcs8(), secret, about, random)
    }

    /// Makes the key and seals it; nothing of it is left afterwards but the blob and the public key (SPKI DER). Runs Argon2id.
    ///
    /// # Errors
    /// The library could not make the key.
    pub fn make(key_type: pki::KeyType, secret: &[u8], about: &[u8], random: &dyn Random) -> Result<(Self, Vec<u8>, Signer), KeyError> {
        let key = SoftwareKey::generate(key_type)?;
        let sealed = Self::seal(&key, secret, about, random);
        Ok((sealed, key.public_key_der().to_vec(), key.into()))
    }

    pub(crate) fn seal_log(key: &LogKey, secret: &[u8], about: &[u8], random: &dyn Random) -> Self {
        Self::seal_bytes(key.pkcs8(), secret, about, random)
    }

    fn seal_bytes(pkcs8: &Secret<Vec<u8>>, secret: &[u8], about: &[u8], random: &dyn Random) -> Self {
        let (mut salt, mut nonce) = ([0u8; 16], [0u8; 12]);
        random.fill(&mut salt);
        random.fill(&mut nonce);
        let key = derive(secret, &salt, COST).expect("our own cost is within bounds");
        let mut bytes = Vec::with_capacity(HEAD + pkcs8.reveal().len() + 16);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&COST.memory_kib.to_be_bytes());
        bytes.extend_from_slice(&COST.passes.to_be_bytes());
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

    fn open_bytes(&self, secret: &[u8], about: &[u8]) -> Result<Secret<Vec<u8>>, OpenError> {
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
        let (sealed, public, _) = SealedKey::make(KeyType::P256, b"five words", b"credential 1", &OsRandom).unwrap();
        let opened = sealed.open(b"five words", b"credential 1").unwrap();
        assert_eq!(opened.public_key_der(), public);
        opened.self_test().unwrap();
        assert!(matches!(sealed.open(b"five word", b"credential 1"), Err(OpenError::WrongSecret)));
        assert!(matches!(sealed.open(b"five words", b"credential 2"), Err(OpenError::WrongSecret)));
    }

    #[test]
    fn any_changed_byte_keeps_it_shut() {
        let (sealed, ..) = SealedKey::make(KeyType::P256, b"s", b"", &OsRandom).unwrap();
        for at in [0, 9, 13, 20, 35, 44, sealed.0.len() - 1] {
            let mut bytes = sealed.0.clone();
            bytes[at] ^= 0x80;
            assert!(SealedKey::from_bytes(bytes).open(b"s", b"").is_err(), "byte {at}");
        }
        assert!(matches!(SealedKey::from_bytes(vec![]).open(b"s", b""), Err(OpenError::Unreadable)));
    }
}
