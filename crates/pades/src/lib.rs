//! PAdES: sign (prepare → complete), extend (time-stamp, DSS), validate, report; what may be registered and what may be added.
//!
//! Sans-I/O: bytes in, bytes out. Every change is a *delta*: bytes to append, so that each stage of a file is a byte prefix of the next.
//! No key is held here: [`prepare`] gives the bytes to sign, [`complete`] takes the signature, checks it and embeds it.

mod appearance;
mod continuation;
mod document_timestamp;
mod dss;
mod error;
mod facts;
mod fields;
mod hexed;
mod hole;
mod in_hand;
mod judge;
mod parties;
mod permissions;
mod place;
mod registration;
mod report;
mod revision;
mod sign;
mod stamps;
mod trust;
mod validate;

pub use continuation::{Continuation, Expected, continuation};
pub use document_timestamp::{PreparedStamp, complete_stamp, prepare_stamp};
pub use dss::{add_dss, dss_of};
pub use error::Error;
pub use fields::{FieldSpec, SIGNATURE_HEIGHT, SIGNATURE_WIDTH, lay_fields};
pub use in_hand::InHand;
pub use parties::parties;
pub use permissions::is_certified;
pub use place::{MARGIN, Plane, Position};
pub use registration::{Refusal, Registered, registration};
pub use report::{Changes, Coverage, Indication, Intact, Level, Report, SignatureReport, SubIndication, TimestampReport, Verdict};
pub use sign::{Plan, Prepared, check_signature, complete, prepare, prepare_with_mark, timestamp_imprint};
pub use trust::{Material, Trust};
pub use validate::validate;

use facts::Fault;
