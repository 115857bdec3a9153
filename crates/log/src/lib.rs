//! The append-only log: what is appended in a unit is sequenced and integrated into one Merkle tree, a checkpoint over it is signed,
//! and tiles and proofs are read from it. It holds hashes of things, never the things.
//!
//! Words: [`append`] (in the unit of the act), [`Sequencer`] (one leader; sequences, integrates, signs), [`proof`], [`checkpoint`],
//! [`examine`] (is it still what was signed), [`published`] (the files that C2SP tlog-tiles names), [`CheckpointSigner`] (the port behind which the key is).

mod entry;
mod error;
mod examine;
mod proof;
mod publish;
mod sequencer;
mod signer;
mod state;

pub use entry::{LogEntryId, append, place};
pub use error::{Error, Result};
pub use examine::{Untrue, examine};
pub use proof::{Signed, checkpoint, checkpoint_at, consistency, proof, proofs};
pub use publish::published;
pub use sequencer::{Integrated, Sequencer};
pub use signer::{CheckpointSigner, SoftwareSigner};
pub use state::{State, open, origin, state};

store::migration!("0200_log_tables", include_str!("../migrations/0200_log_tables.sql"));
