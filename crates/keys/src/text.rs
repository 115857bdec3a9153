//! A password to another service (a mail server), as it may rest in the database.

use foundation::{Random, Secret};

use crate::kdf::CHOSEN;
use crate::{OpenError, SealedKey};

/// A text sealed like a key: AES-256-GCM under Argon2id of a secret. The bytes may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedText(SealedKey);

impl SealedText {
    /// Seals `text` under `secret`. `about` is bound in: opening needs the same. Runs Argon2id.
    #[must_use]
    pub fn seal(text: &Secret<String>, secret: &[u8], about: &[u8], random: &dyn Random) -> Self {
        let bytes = Secret::new(text.reveal().as_bytes().to_vec());
        Self(SealedKey::seal_bytes(&bytes, secret, CHOSEN, about, random))
    }
    /// Opens it. Runs Argon2id.
    ///
    /// # Errors
    /// [`OpenError::WrongSecret`] if the secret or `about` is another; [`OpenError::Unreadable`] if this is no sealed text.
    pub fn open(&self, secret: &[u8], about: &[u8]) -> Result<Secret<String>, OpenError> {
        let bytes = self.0.open_bytes(secret, about)?;
        String::from_utf8(bytes.reveal().clone())
            .map(Secret::new)
            .map_err(|_| OpenError::Unreadable)
    }
    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
    /// From stored bytes; they are looked at when it is opened.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(SealedKey::from_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::OsRandom;

    #[test]
    fn a_sealed_text_opens_with_its_secret_for_its_purpose_only() {
        let sealed = SealedText::seal(&Secret::new("p4ss ワード".to_owned()), b"unlock", b"mail", &OsRandom);
        assert!(!sealed.as_bytes().windows(4).any(|four| four == b"p4ss"));
        let again = SealedText::from_bytes(sealed.as_bytes().to_vec());
        assert_eq!(again.open(b"unlock", b"mail").unwrap().reveal(), "p4ss ワード");
        assert!(matches!(again.open(b"unlock", b"other"), Err(OpenError::WrongSecret)));
        assert!(matches!(again.open(b"other", b"mail"), Err(OpenError::WrongSecret)));
        assert!(matches!(
            SealedText::from_bytes(b"x".to_vec()).open(b"unlock", b"mail"),
            Err(OpenError::Unreadable)
        ));
    }
}
