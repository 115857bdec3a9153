//! What the world asks without signing in, on the status listener: lists, OCSP, time-stamps, certificates of the authority, practice
//! statement, log. Reads the publications of `certification` into memory; never calls a service, never writes.
//!
//! Words: [`Responder`] (memory, router), [`Identity`] (what it answers with), [`Faults`] (what the demo can break on purpose).

mod cps;
mod faults;
mod memory;
mod ocsp;
mod repository;
mod responder;
mod tsa;

pub use faults::{Faults, TsaFault};
pub use responder::{Identity, Key, Responder};
