//! What can go wrong, as facts.

use evidence::{CheckpointError, NoteError, merkle::Missing};

/// The result of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the log did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The database.
    Store(store::Error),
    /// The log was begun with another name.
    OriginChanged {
        /// The name it has.
        has: String,
    },
    /// The log was begun with another key.
    KeyChanged {
        /// The key it has, as its file of trust holds it.
        has: String,
    },
    /// The log was not begun yet.
    NotOpened,
    /// The entry is not in the log yet, or not in the tree of that size.
    NotIntegrated,
    /// No checkpoint of that size was signed.
    NoCheckpoint,
    /// A name that no log may have.
    Name(NoteError),
    /// The signer did not sign, or not what it should.
    Signature(String),
    /// The stored tree lacks a part: it was damaged.
    Damaged(Missing),
    /// The stored checkpoint cannot be read.
    Checkpoint(CheckpointError),
    /// Another sequencer integrated at the same time; nothing was changed.
    NotLeader,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::OriginChanged { has } => write!(f, "the log's name is {has} and stays so"),
            Self::KeyChanged { has } => write!(f, "the log's key is {has} and stays so"),
            Self::NotOpened => f.write_str("the log was not begun yet"),
            Self::NotIntegrated => f.write_str("the entry is not in the log yet"),
            Self::NoCheckpoint => f.write_str("no such checkpoint was signed"),
            Self::Name(error) => error.fmt(f),
            Self::Signature(why) => write!(f, "the checkpoint was not signed: {why}"),
            Self::Damaged(missing) => write!(f, "the stored tree is damaged: {missing}"),
            Self::Checkpoint(error) => write!(f, "the stored checkpoint cannot be read: {error}"),
            Self::NotLeader => f.write_str("another sequencer was faster"),
        }
    }
}
impl std::error::Error for Error {}
impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
impl From<Missing> for Error {
    fn from(missing: Missing) -> Self {
        Self::Damaged(missing)
    }
}
