//! Ground words of the house: typed ids, time and randomness as arguments, secrets that do not print,
//! who acts (`Actor`) and what he may do (`Action`, `Authorized`, `Refused`).
//!
//! Nothing here knows a database, a network or a format. Time and randomness are traits, so that every
//! room above can be tested with a clock that moves on command and bytes that repeat.

mod actor;
mod id;
mod keeping;
mod random;
mod right;
mod secret;
mod time;

pub use actor::{Actor, Member, OperatorPerson, OperatorRole, Seat, Services};
pub use id::{CertificateId, CompanyId, DepartmentId, DeskId, PersonId, SessionId};
pub use keeping::Keeping;
pub use random::{OsRandom, Random, SeededRandom};
pub use right::{Action, Authorized, Refused};
pub use secret::Secret;
pub use time::{Clock, Date, FixedClock, Instant, SystemClock};

#[doc(hidden)]
pub use {serde as __serde, uuid as __uuid};

/// A UUID of version 7 from `now` and `random`; the `id!` types use it.
#[must_use]
pub fn uuid_v7(now: Instant, random: &dyn Random) -> uuid::Uuid {
    random::uuid_v7(now, random)
}
