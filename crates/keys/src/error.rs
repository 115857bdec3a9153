//! What can go wrong with a key.

/// A key could not be made, read or used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyError {
    /// The key bytes are no key of a kind known here.
    Unreadable,
    /// The crypto library refused to make or use the key.
    Crypto,
    /// The key signed, but its own signature does not verify: a broken key or device.
    SelfTestFailed,
    /// PKCS#11: what the module or token said.
    Token(String),
    /// PKCS#11: no token with this label.
    NoSuchToken {
        /// The label asked for.
        label: String,
    },
    /// PKCS#11: the PIN is wrong.
    WrongPin,
    /// PKCS#11: the PIN was wrong too often; the token takes none any more.
    PinLocked,
    /// PKCS#11: no key with this label on the token.
    NoSuchKey {
        /// The label asked for.
        label: String,
    },
}

impl std::fmt::Display for KeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable => f.write_str("the key is unreadable"),
            Self::Crypto => f.write_str("the crypto library refused the key"),
            Self::SelfTestFailed => f.write_str("the key's own signature does not verify"),
            Self::Token(said) => write!(f, "token: {said}"),
            Self::NoSuchToken { label } => write!(f, "no token labelled {label}"),
            Self::WrongPin => f.write_str("the PIN of the token is wrong"),
            Self::PinLocked => f.write_str("the PIN of the token is locked"),
            Self::NoSuchKey { label } => write!(f, "no key labelled {label} on the token"),
        }
    }
}
impl std::error::Error for KeyError {}

/// A sealed key or key file could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The secret is not the one it was sealed under (or the bytes were changed: the two cannot be told apart).
    WrongSecret,
    /// The bytes are no sealed key.
    Unreadable,
    /// The file of this key is missing.
    Missing {
        /// The key's name, e.g. `ocsp`.
        name: String,
    },
    /// The file could not be read or written.
    File {
        /// The key's name.
        name: String,
        /// What the system said.
        said: std::io::Error,
    },
    /// Opened, but it is no working key.
    Key(KeyError),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::WrongSecret => f.write_str("wrong secret"),
            Self::Unreadable => f.write_str("no sealed key"),
            Self::Missing { name } => write!(f, "the key `{name}` is missing"),
            Self::File { name, said } => write!(f, "the key file `{name}`: {said}"),
            Self::Key(error) => error.fmt(f),
        }
    }
}
impl std::error::Error for OpenError {}
impl From<KeyError> for OpenError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}
