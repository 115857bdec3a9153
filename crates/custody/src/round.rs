//! The states of a round, and how far a deposit is.

use foundation::{Actor, Instant};
use store::{Database, Record, sql};

use crate::{Deposit, DepositId, Reading, Result};

/// How far a round is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    /// Its deposits are fixed; their entries go into the log.
    Closed,
    /// Checkpoint, tree and root are fixed: the intent to have it stamped.
    Stamping,
    /// The last try gave no token; it is tried again.
    StampFailed,
    /// Stamped; every deposit has its evidence record.
    Sealed,
}
store::column_as!(RoundState { Closed = "closed", Stamping = "stamping", StampFailed = "stamp_failed", Sealed = "sealed" });

/// What happened to a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Did {
    /// The log has its entries; the tree is built.
    Logged,
    /// No token came.
    StampRefused,
    /// It is tried again.
    TriedAgain,
    /// A token came and fits.
    Stamped,
}

store::column_as!(Did { Logged = "logged", StampRefused = "stamp_refused", TriedAgain = "tried_again", Stamped = "stamped" });

/// A step that the table does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// Where it was.
    pub at: RoundState,
    /// What was said to have happened.
    pub did: Did,
}

impl std::fmt::Display for Illegal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} cannot happen to a round that is {}", self.did, self.at.word())
    }
}
impl std::error::Error for Illegal {}

/// The table.
///
/// # Errors
/// [`Illegal`].
pub const fn step(at: RoundState, did: Did) -> Result<RoundState, Illegal> {
    use {Did as D, RoundState as S};
    Ok(match (at, did) {
        (S::Closed, D::Logged) | (S::StampFailed, D::TriedAgain) => S::Stamping,
        (S::Stamping, D::StampRefused) => S::StampFailed,
        (S::Stamping, D::Stamped) => S::Sealed,
        (S::Closed, D::StampRefused | D::TriedAgain | D::Stamped)
        | (S::Stamping, D::Logged | D::TriedAgain)
        | (S::StampFailed, D::Logged | D::StampRefused | D::Stamped)
        | (S::Sealed, _) => return Err(Illegal { at, did }),
    })
}

/// The whole table, for the pages that are written from it: where it was, what happened, where it is then (`None`: refused).
#[must_use]
pub fn table() -> Vec<(RoundState, Did, Option<RoundState>)> {
    let each = |at: &RoundState| Did::EVERY.iter().map(|did| (*at, *did, step(*at, *did).ok())).collect::<Vec<_>>();
    RoundState::EVERY.iter().flat_map(each).collect()
}

/// How far a deposit is.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Standing {
    /// How far its round is; `None` while it waits for one.
    pub state: Option<RoundState>,
    /// Why the last try failed.
    pub reason: Option<String>,
    /// When it is tried again (only meaningful while it failed).
    pub next_try: Option<Instant>,
    /// When its evidence was complete (保管).
    pub kept: Option<Instant>,
    /// Its round's number.
    pub round: Option<i64>,
}

/// How far the deposit `id` is.
///
/// # Errors
/// [`crate::Error::Unknown`], [`crate::Error::Refused`], the database.
pub async fn standing(db: &Database, by: &Actor, id: DepositId) -> Result<Standing> {
    let deposit = Deposit::open::<Reading>(db, by, id).await?;
    let id = deposit.id;
    Ok(db
        .only(sql!(
            "SELECT state, reason, next_try, sealed AS kept, custody_deposit.round AS round
             FROM custody_deposit LEFT JOIN custody_round ON custody_round.number = custody_deposit.round WHERE custody_deposit.id = {id}"
        ))
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_round_is_final_and_nothing_is_sealed_without_a_stamp() {
        for did in Did::EVERY {
            assert!(step(RoundState::Sealed, *did).is_err());
        }
        for at in RoundState::EVERY {
            for did in Did::EVERY {
                if step(*at, *did) == Ok(RoundState::Sealed) {
                    assert_eq!((*at, *did), (RoundState::Stamping, Did::Stamped));
                }
            }
        }
    }
}
