//! Argon2id and AES-256-GCM, once.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use foundation::Secret;

/// Cost of one derivation; written beside every salt, so it can grow with the years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
}

/// OWASP's floor of 2023 for Argon2id: for secrets that a person may have chosen.
pub(crate) const CHOSEN: Cost = Cost {
    memory_kib: 19 * 1024,
    passes: 2,
};
/// For secrets that this program drew, with 60 bits of their own, and that are typed at every signature (docs/decisions/0011).
pub(crate) const DRAWN: Cost = Cost {
    memory_kib: 4 * 1024,
    passes: 1,
};
/// What a file may ask of this machine: a changed file must not be able to ask for all memory.
const MOST: Cost = Cost {
    memory_kib: 1024 * 1024,
    passes: 16,
};

pub(crate) fn derive(secret: &[u8], salt: &[u8; 16], cost: Cost) -> Option<Secret<[u8; 32]>> {
    if cost.memory_kib > MOST.memory_kib || cost.passes > MOST.passes {
        return None;
    }
    let params = argon2::Params::new(cost.memory_kib, cost.passes, 1, Some(32)).ok()?;
    let mut key = [0u8; 32];
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into(secret, salt, &mut key)
        .ok()?;
    Some(Secret::new(key))
}

pub(crate) fn encrypt(key: &Secret<[u8; 32]>, nonce: [u8; 12], about: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut bytes = plain.to_vec();
    aead(key)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(about), &mut bytes)
        .expect("a key file is far below the limit of GCM");
    bytes
}

pub(crate) fn decrypt(key: &Secret<[u8; 32]>, nonce: [u8; 12], about: &[u8], sealed: &[u8]) -> Option<Secret<Vec<u8>>> {
    let mut bytes = sealed.to_vec();
    let length = aead(key)
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(about), &mut bytes)
        .ok()?
        .len();
    bytes.truncate(length);
    Some(Secret::new(bytes))
}

fn aead(key: &Secret<[u8; 32]>) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.reveal()).expect("32 bytes are a key of AES-256"))
}
