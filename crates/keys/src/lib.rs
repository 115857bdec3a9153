//! Keys: what a process can sign with, and how a key rests.
//!
//! * [`Signer`] — one key that signs: software ([`SoftwareKey`]) or PKCS#11 ([`TokenKey`]). ECDSA signatures are DER, RSA is PKCS#1 v1.5.
//! * [`LogKey`] — the Ed25519 key of log checkpoints.
//! * [`KeyFolder`] — the online keys of an installation as files, encrypted under an unlock secret.
//! * [`SealedKey`] — a key of a holder (or the root's), sealed under a secret of his own before any byte is written.
//! * [`SealedText`] — a password to another service, sealed the same way.
//! * [`Pkcs12`] — a key and its certificates in a file of somebody else's making.
//! * [`HolderSecret`] — the 署名の合言葉: five words, 60 bits.
//!
//! Everything here is synchronous; what runs Argon2id says so and belongs into `jobs::work`, never into a unit.

mod error;
mod folder;
mod kdf;
mod pkcs12;
mod seal;
mod signer;
mod software;
mod text;
mod token;
mod words;

pub use error::{KeyError, OpenError};
pub use folder::KeyFolder;
pub use pkcs12::{Pkcs12, Pkcs12Error};
pub use seal::SealedKey;
pub use signer::{LogKey, Signer};
pub use software::SoftwareKey;
pub use text::SealedText;
pub use token::{TokenContents, TokenKey, TokenModule};
pub use words::HolderSecret;
