//! Evidence that others can check: evidence records of RFC 4998, an append-only log's Merkle tree (RFC 6962) with the signed notes,
//! checkpoints, proofs and tiles of C2SP, the records of what was deposited, the canonical bundle that carries all of it, and the
//! verdict over a bundle without a network.
//!
//! Bytes in, bytes out: no clock, no file, no key. What is signed is prepared here and completed here; the signature comes from outside.
//! The format page is `docs/formats/evidence-bundle.md`.

mod bundle;
mod checkpoint;
mod digest;
pub mod ers;
mod jcs;
pub mod merkle;
mod note;
mod readme;
mod record;
mod stamp;
mod verdict;
pub mod zip;

pub use bundle::{BundleError, Parts, assemble};
pub use checkpoint::{Checkpoint, CheckpointError, Entry, Proof};
pub use digest::{Sha256, sha256, sha512};
pub use note::{Note, NoteError, NoteSignature, VerifierKey};
pub use record::{Batch, Content, Deposited, Record, RecordError, Subject};
pub use verdict::{Check, Ended, Logged, Outcome, Trust, Verdict, is_bundle, verify_bundle, verify_members};
