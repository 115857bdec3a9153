//! PDF objects, reader with revision history, incremental writer, and what a later revision changed.
//!
//! Bytes in, bytes out: nothing here does I/O, knows the time or repairs a file. A file is opened with
//! [`Document::open`]; [`Document::revisions`] lists its saved states, oldest first; a [`View`] answers
//! what an object was in one of them. A [`Delta`] makes the bytes to append: the new file is the old
//! bytes plus the delta, so every earlier state stays a byte prefix. [`changes`] says what later
//! revisions changed compared to a signed one.
//!
//! Words: *revision* (one saved state, ends with `%%EOF`), *view* (all objects as of a revision),
//! *hole* (the `<…>` of a signature's /Contents), *delta* (bytes to append).

pub mod changes;
mod delta;
mod document;
mod error;
mod features;
mod filter;
mod form;
mod lexer;
mod limits;
mod links;
mod object;
mod object_stream;
mod page;
mod page_import;
mod permission;
mod signature;
mod view;
pub mod write;
mod xref;

pub use delta::{Appended, Delta, fill};
pub use document::{Document, Revision};
pub use error::Error;
pub use features::Features;
pub use form::{Field, FieldKind};
pub use limits::Limits;
pub use object::{Array, Dict, Name, Obj, Ref, Str, Stream};
pub use page::Page;
pub use page_import::{Imported, import_page, turned_back};
pub use permission::{Locked, Permissions};
pub use signature::{Coverage, Signature};
pub use view::{Located, View};
pub use xref::{Entry, XrefKind};
