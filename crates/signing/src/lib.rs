//! One act of signing: credential → signed PDF; what was signed outside; levels and the final seal.
//!
//! Words: an *act* ([`Act`]) is one signature by one person on one file: prepared (intent, in the database with its journal
//! entry) → signature → completed. [`Signing`] is what it works with: our time-stamping address, the anchors, the addresses
//! where certificates tell their status. Nothing here knows cases; `contracts` says what the act is for.
//!
//! * [`prepare`] → [`complete_with_signature`] (token, over the agent) or [`complete_with_key`] (server-held key, opened by
//!   `certification` for this one use); then [`settle`] in the unit of the caller's own outcome.
//! * [`accept_registered`], [`accept_continuation`], [`verdict`]: files that were signed outside.
//! * [`seal()`]: validation data for everything, then one document time-stamp.
//! * [`e_seal`]: the operator's own seal on a paper; [`signatures`]: what a paper tells of the signatures in a file.

mod act;
mod complete;
mod error;
mod eseal;
mod facts;
mod http;
mod marks;
mod outside;
mod seal;
mod status;
mod terms;
mod tsa;
mod verdicts;
mod world;

pub use act::{Act, ActId, ActState, Order, clear, give_back, open_act, prepare, resolve, settle};
pub use complete::{Original, Signed, complete_with_key, complete_with_signature, with_material};
pub use error::Error;
pub use eseal::{ESeal, e_seal};
pub use facts::signatures;
pub use outside::{accept_continuation, accept_registered, has_signatures, verdict};
pub use seal::{Sealed, seal};
pub use tsa::Tsa;
pub use world::{Config, Signing};

store::migration!("3000_signing_act", include_str!("../migrations/3000_signing_act.sql"));
