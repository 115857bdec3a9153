//! Argon2id, always outside a unit and in the pool for CPU work.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use foundation::{Random, Secret};

use crate::Error;

/// Made once from random bytes nobody knows: checked when the person is unknown, so that the time tells nothing.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The PHC string to keep for `password`; the salt comes from `random`.
pub(crate) async fn hash(password: Secret<String>, random: &dyn Random) -> Result<String, Error> {
    let mut salt = [0u8; 16];
    random.fill(&mut salt);
    let made = jobs::work(move || {
        Argon2::default()
            .hash_password_with_salt(password.reveal().as_bytes(), &salt)
            .map(|hash| hash.to_string())
    })
    .await;
    made.map_err(|_| Error::WeakPassword)
}

/// Whether `password` is the one kept as `hash`. An unknown person costs the same time.
pub(crate) async fn check(password: Secret<String>, hash: Option<String>) -> Result<bool, Error> {
    let known = hash.is_some();
    let kept = hash.unwrap_or_else(|| NOBODY.to_owned());
    let same = jobs::work(move || {
        Argon2::default()
            .verify_password(password.reveal().as_bytes(), kept.as_str())
            .is_ok()
    })
    .await;
    Ok(same && known)
}
