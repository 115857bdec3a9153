//! CECTRUST 原本保管サービス: a company's own documents. No partner exists in these routes.

pub mod bundle;
pub mod deposit;
pub mod list;
pub mod original;
pub mod show;

use foundation::{Actor, Refused};

/// The service was applied for; a contract ID is refused unless both were.
pub(crate) const fn applied(actor: &Actor) -> Result<(), Refused> {
    match actor {
        Actor::Nobody => Err(Refused::NotSignedIn),
        Actor::Member(member) if member.services.custody => Ok(()),
        Actor::Member(_) | Actor::Operator(_) | Actor::System { .. } => Err(Refused::ServiceNotAppliedFor),
    }
}
