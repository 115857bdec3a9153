//! RFC 3161 time-stamps: request, reply, token, and the core of a unit.

mod info;
mod request;
mod response;
mod token;
mod unit;

pub use info::TstInfo;
pub use request::TimeStampRequest;
pub use response::{Failure, TimeStampResponse};
pub use token::{Token, VerifiedToken};
pub use unit::{PreparedReply, Reply, TimeStampUnit, prepare_reply};
