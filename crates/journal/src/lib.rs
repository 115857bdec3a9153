//! Who did what: `note` writes the entry in the unit of the act, without a place; one `Sequencer` gives places, chains the entries
//! by SHA-256 and anchors the end of the chain in the `log`. (Chaining inside the units made most of them fail.)
//!
//! A line of the export is canonical JSON (keys sorted by bytes, no spaces). Its `hash` is the SHA-256 of the line without `hash`;
//! its `previous` is the hash of the line before, 64 zeros for the first.

mod entry;
mod export;
mod line;
mod sequencer;
mod untrue;

pub use entry::{Entry, EntryId, note};
pub use export::{Broken, Verified, about, export_jsonl, verify_chain, verify_lines};
pub use line::{Line, START, canonical};
pub use sequencer::Sequencer;
pub use untrue::{Untrue, each, facts_about, fingerprint, subjects_of};

store::migration!("0301_journal_entry", include_str!("../migrations/0301_journal_entry.sql"));
