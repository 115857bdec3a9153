//! BER/DER reader that borrows and keeps raw bytes, DER writer.
//!
//! * [`Reader`] walks over bytes and never copies; every [`Tlv`] knows its `raw` bytes (with tag and length), so what was
//!   signed can be hashed and embedded as it was received. `Reader::der` refuses everything that is not DER framing;
//!   `Reader::ber` also accepts indefinite lengths, long length forms and constructed strings, and normalises nothing.
//! * [`Writer`] writes DER with closures for nesting; `set_of` sorts.
//! * [`Oid`] is a small `Copy` value that can be a `const`.
//!
//! Depth and size are limited ([`Limits`]); hostile bytes end in an [`Error`] with the offset where it happened.

mod error;
mod oid;
mod reader;
mod tag;
mod text;
mod time;
mod tlv;
mod writer;

pub use error::{Error, Kind};
pub use oid::Oid;
pub use reader::{Limits, Mode, Reader};
pub use tag::{Class, Tag};
pub use text::is_printable_string;
pub use tlv::{BitString, Tlv};
pub use writer::Writer;
