//! Signatures that were found good already. The same few certificates, lists and answers are judged again and again (every
//! time-stamp of a file has the same chain); a digest over key, algorithm, message and signature is much cheaper than the check.
//! Only good ones are remembered, and nothing but time changes by it.

use crate::{BadSignature, PublicKey, SignatureAlgorithm};
use aws_lc_rs::digest::{Context, SHA256};
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

/// So many are remembered; then all are forgotten.
const LIMIT: usize = 8_192;

static GOOD: LazyLock<Mutex<HashSet<[u8; 32]>>> = LazyLock::new(|| Mutex::new(HashSet::new()));

pub fn verify(key: &PublicKey, algorithm: SignatureAlgorithm, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
    let mut context = Context::new(&SHA256);
    for part in [key.spki_der(), &algorithm.der(), signature, message] {
        context.update(&part.len().to_be_bytes());
        context.update(part);
    }
    let Ok(name) = <[u8; 32]>::try_from(context.finish().as_ref()) else {
        return key.verify(algorithm, message, signature);
    };
    let remembered = || GOOD.lock().unwrap_or_else(PoisonError::into_inner);
    if remembered().contains(&name) {
        return Ok(());
    }
    key.verify(algorithm, message, signature)?;
    let mut good = remembered();
    if good.len() >= LIMIT {
        good.clear();
    }
    good.insert(name);
    Ok(())
}
