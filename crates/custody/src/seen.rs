//! What an actor sees: lists are made of these rows and of no others.

use evidence::Subject;
use foundation::{Actor, Instant, Member, Refused, Seat};
use store::{Database, Record, Statement, sql};

use crate::{DepositId, Result, deposit::subject_word, round::RoundState};

/// The rows an actor may see; made from him alone.
#[derive(Clone, Debug)]
pub struct Seen {
    member: Member,
}

impl Seen {
    /// What `by` sees.
    ///
    /// # Errors
    /// Nobody, and whoever has no deposits at all (people of the operator), see nothing.
    pub fn by(by: &Actor) -> Result<Self> {
        match by {
            Actor::Nobody => Err(Refused::NotSignedIn.into()),
            Actor::Member(member) if member.services.custody || member.services.contracts => Ok(Self { member: member.clone() }),
            Actor::Member(_) | Actor::Operator(_) | Actor::System { .. } => Err(Refused::ServiceNotAppliedFor.into()),
        }
    }
    /// The condition on `custody_deposit`.
    pub(crate) fn rows(&self) -> Statement {
        let (contracts, custody) = (self.member.services.contracts, self.member.services.custody);
        let contract = if contracts { "contract" } else { "" };
        let own = if custody { "own" } else { "" };
        let department = self.member.department;
        match self.member.seat {
            Seat::Department => sql!(
                "subject IN ({contract}, {own}) AND EXISTS (SELECT 1 FROM custody_owner WHERE deposit = custody_deposit.id
                     AND department = {department})"
            ),
            Seat::Desk { desk, .. } => sql!(
                "subject IN ({contract}, {own}) AND EXISTS (SELECT 1 FROM custody_owner WHERE deposit = custody_deposit.id
                     AND department = {department} AND desk = {desk})"
            ),
        }
    }
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Line {
    /// The deposit.
    pub id: DepositId,
    /// `contract` or `own`.
    pub subject: String,
    /// Its name.
    pub title: String,
    /// Its file's name.
    pub file_name: String,
    /// Bytes, counted.
    pub size: u64,
    /// When it was durable.
    pub received: Instant,
    /// The last day of retention.
    pub retain_until: foundation::Date,
    /// How far its round is; `None` while it waits for one.
    pub state: Option<RoundState>,
    /// When its evidence was complete.
    pub kept: Option<Instant>,
}

/// The newest `size` deposits he sees, older than `before` (for the next page): of this kind (`own`: what was deposited in the 原本保管サービス),
/// or of all.
///
/// # Errors
/// The database.
pub async fn list(db: &Database, seen: &Seen, of: Option<Subject>, before: Option<DepositId>, size: i64) -> Result<Vec<Line>> {
    let before = before.unwrap_or(DepositId(uuid::Uuid::max()));
    let of = of.map(subject_word).map_or_else(|| sql!("1 = 1"), |word| sql!("subject = {word}"));
    Ok(db
        .all(sql!(
            "SELECT custody_deposit.id AS id, subject, title, file_name, size, received, retain_until,
                 custody_round.state AS state, custody_round.sealed AS kept
             FROM custody_deposit LEFT JOIN custody_round ON custody_round.number = custody_deposit.round
             WHERE {+seen.rows()} AND {+of} AND custody_deposit.id < {before} ORDER BY custody_deposit.id DESC LIMIT {size}"
        ))
        .await?)
}
