//! Pages: server-rendered, strict CSP, small ES modules only to make them nicer. One act, one file.
//!
//! Words: [`House`] the rooms as pages see them · [`Visit`] one look at one page, what the base template needs · [`SignedIn`] the same,
//! signed in · [`Sorry`] what went wrong in words (the door makes a page of it) · [`Entries`] what a form sends · [`router`] all pages ·
//! [`guard`] the headers of every answer to a browser · [`faced`] the page
//! for an answer without words.

mod assets;
mod case;
mod certificate;
mod company;
mod demo;
mod deposit;
mod door;
mod environment;
mod faces;
mod form;
mod front;
mod guard;
mod house;
mod layout;
mod operator;
mod paging;
mod partner;
mod router;
mod sentence;
mod session;
mod shelf;
mod signin;
mod verify;
mod words;

pub use demo::{Broken, Moved, Player, Stage, StageActs, Story};
pub use faces::{faced, status_words};
pub use form::{Entries, File};
pub use guard::{CONTENT_SECURITY_POLICY, guard, guarded};
pub use house::{House, Rooms};
pub use layout::{SignedIn, Visit};
pub use operator::{Health, Reading, Soon, Tone};
pub use router::router;
pub use sentence::Sorry;

/// What every page shows of this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The banner 「デモ環境」 stands on every page.
    pub demo: bool,
    /// Where CRL, OCSP, time-stamps and the repository are.
    pub status_url: String,
    /// The version of the program.
    pub version: &'static str,
}
