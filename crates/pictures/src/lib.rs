//! Pages of a PDF as pictures and as text (hayro), and what of them cannot be shown.
//!
//! Bytes in, pictures out: a [`Book`] holds the bytes of one file and draws its pages ([`Book::draw`]), parts of large ones
//! ([`Book::tile`]), reads their text with places ([`Book::text`], [`Book::search`]) and says in Japanese what a reader must know
//! before he trusts the picture ([`Book::findings`]). Where paper is blank it tells from a picture ([`Book::ink`], [`Book::inked`]) or, cheaper,
//! from the boxes of what is drawn ([`Book::boxes`]). What is kept between two calls is put away after some, so memory does not grow with
//! the pages seen.
//!
//! Files are hostile: a call runs on a thread of its own, a panic is an error, work and time are bounded ([`Limits`]).
//! Calls block while they draw: they belong into the pool for CPU work.

mod book;
mod boxes;
mod draw;
mod error;
mod finding;
mod group;
mod guard;
mod image;
mod ink;
mod letters;
mod limits;
mod line;
mod png;
mod search;
mod shape;
mod substitute;
mod survey;
mod unseen;
mod weigh;

pub use book::{Book, PageSize};
pub use boxes::Boxes;
pub use draw::{Grid, Picture, Strip, TILE};
pub use error::{NotDrawn, NotOpened};
pub use finding::{Fact, Finding, Found, Weight};
pub use ink::Ink;
pub use limits::Limits;
pub use line::{Line, Place, Text};
pub use search::{Hit, Searched};
pub use substitute::{Face, Substitutes};
