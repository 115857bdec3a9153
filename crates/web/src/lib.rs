//! Pages: the front page, the page for an unknown address, the style sheet, and what every page must carry.
//!
//! Words: [`Shown`] what is true of this installation on every page · [`pages`] the router · [`guard`] the headers of every
//! answer to a browser (a strict CSP without `unsafe-inline`, from the first day) · [`not_found`] the page for an unknown address.

mod asset;
mod front;
mod guard;
mod unknown;

pub use front::pages;
pub use guard::{CONTENT_SECURITY_POLICY, guard};
pub use unknown::not_found;

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
