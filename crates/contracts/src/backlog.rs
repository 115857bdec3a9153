//! What waits to be sealed or kept, for the operator's page of health.

use foundation::{Actor, Instant, Refused};
use store::{Database, Record, sql};

use crate::{Error, state::State};

/// How many contracts are formed and not yet kept.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Backlog {
    /// Formed, being sealed.
    pub sealing: i64,
    /// Formed, and the last try to seal failed.
    pub failed: i64,
    /// Sealed, evidence not yet complete.
    pub keeping: i64,
    /// Since when the oldest of them is formed.
    pub oldest: Option<Instant>,
}

/// The backlog.
///
/// # Errors
/// Not of the operator, or the database did not answer.
pub async fn backlog(db: &Database, by: &Actor) -> Result<Backlog, Error> {
    match by {
        Actor::Operator(_) | Actor::System { .. } => {}
        Actor::Nobody => return Err(Refused::NotSignedIn.into()),
        Actor::Member(_) => return Err(Refused::OperatorOnly.into()),
    }
    let (sealing, failed) = (State::Sealing, State::SealFailed);
    Ok(db
        .only(sql!(
            "SELECT COALESCE(SUM(CASE WHEN state = {sealing} THEN 1 ELSE 0 END), 0) AS sealing,
                    COALESCE(SUM(CASE WHEN state = {failed} THEN 1 ELSE 0 END), 0) AS failed,
                    COALESCE(SUM(CASE WHEN sealed IS NOT NULL THEN 1 ELSE 0 END), 0) AS keeping,
                    MIN(formed) AS oldest
             FROM contracts_case WHERE formed IS NOT NULL AND kept IS NULL"
        ))
        .await?)
}
