//! Verdicts on files, for people and for programs; the words are those of EN 319 102-1.

mod evidence;
mod pdf;

pub use evidence::{bundle, folder};
pub use pdf::pdf;
