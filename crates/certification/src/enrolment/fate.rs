//! What becomes of a letter, as people of the operator see and report it.

use foundation::{Action as _, Actor, Authorized, Instant, Refused};
use serde_json::json;
use store::{Database, Record, Statement, Unit, sql};

use super::state::{Did, State, step};
use super::{Enrolment, EnrolmentId, Running};
use crate::{Credential, Error};

/// One enrolment with its letter, for the operator's desk.
#[derive(Clone, Debug, Record)]
pub struct LetterLine {
    /// The enrolment.
    pub id: EnrolmentId,
    /// 発行申請番号.
    pub number: String,
    /// Whom it certifies.
    pub name: String,
    /// His company.
    pub company: String,
    /// Kind of credential.
    pub credential: Credential,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub opened: Instant,
    /// How many letters were made.
    pub letters: i64,
    /// Tracking number of the letter.
    pub tracking: Option<String>,
    /// Until when the post office keeps it.
    pub custody_until: Option<Instant>,
}

impl LetterLine {
    /// Whether the post has the letter, or its holder: then something can be reported of it.
    #[must_use]
    pub const fn is_under_way(&self) -> bool {
        matches!(self.state, State::Mailed | State::AtPost | State::PickedUp)
    }
    /// It may have reached the post office, or another one.
    #[must_use]
    pub const fn may_arrive(&self) -> bool {
        step(self.state, Did::ReachedPost).is_ok() || step(self.state, Did::Forwarded).is_ok()
    }
    /// Its holder may have it.
    #[must_use]
    pub const fn may_be_picked_up(&self) -> bool {
        step(self.state, Did::PickedUp).is_ok()
    }
    /// It may have come back.
    #[must_use]
    pub const fn may_come_back(&self) -> bool {
        step(self.state, Did::CameBack).is_ok()
    }
    /// It may be lost or damaged.
    #[must_use]
    pub const fn may_be_gone(&self) -> bool {
        step(self.state, Did::WentMissing).is_ok()
    }
    /// Only a new letter helps.
    #[must_use]
    pub const fn needs_new_letter(&self) -> bool {
        step(self.state, Did::NewLetterOrdered).is_ok()
    }
}

/// Enrolments with their letters, newest first, of those that `which` names.
fn lines(which: Statement, size: i64) -> Statement {
    sql!(
        "SELECT e.id AS id, e.number AS number, p.name AS name, s.company_name AS company, e.credential AS credential, e.state AS state,
                e.opened AS opened, e.letter AS letters, e.tracking AS tracking, e.custody_until AS custody_until
         FROM certification_enrolment e JOIN certification_subject s ON s.id = e.subject JOIN accounts_person p ON p.id = e.person
         WHERE {+which} ORDER BY e.id DESC LIMIT {size}"
    )
}

impl Enrolment {
    /// Opens the enrolment of that id for what its letter needs. Who is not of the operator is told so before it is looked for: the
    /// answer does not tell him whether there is one.
    ///
    /// # Errors
    /// `Unknown`, a missing right, or the database did not answer.
    pub async fn open_to_run(unit: &mut Unit, by: &Actor, id: EnrolmentId) -> Result<Authorized<Self, Running>, Error> {
        operator(by)?;
        Self::open(unit, by, id).await
    }

    /// Enrolments with their letters for the operator's desk, newest first; `before` is the last of the page before.
    ///
    /// # Errors
    /// The actor is not of the operator, or the database did not answer.
    pub async fn letters(db: &Database, by: &Actor, before: Option<EnrolmentId>, size: i64) -> Result<Vec<LetterLine>, Error> {
        operator(by)?;
        let page = before.map_or_else(|| sql!("1 = 1"), |id| sql!("e.id < {id}"));
        Ok(db.all(lines(page, size)).await?)
    }

    /// One of [`Enrolment::letters`].
    ///
    /// # Errors
    /// `Unknown`, the actor is not of the operator, or the database did not answer.
    pub async fn letter(db: &Database, by: &Actor, id: EnrolmentId) -> Result<LetterLine, Error> {
        operator(by)?;
        let found: Option<LetterLine> = db.find(lines(sql!("e.id = {id}"), 1)).await?;
        found.ok_or(Error::Unknown)
    }

    /// Writes down the 引受番号 that the post gave the letter.
    ///
    /// # Errors
    /// It is none, another letter has it, the letter is not with the post, or the database did not answer.
    pub async fn register_tracking(this: &Authorized<Self, Running>, unit: &mut Unit, number: &str, now: Instant) -> Result<(), Error> {
        let tracking = tracking(number)?;
        let with_the_post = matches!(this.state, State::Mailed | State::AtPost);
        if !with_the_post {
            // The table has no such pair either: what is not with the post cannot reach its counter.
            step(this.state, Did::PickedUp)?;
        }
        let other: Option<EnrolmentId> = unit
            .find(sql!(
                "SELECT id FROM certification_enrolment WHERE tracking = {tracking} AND id <> {this.id}"
            ))
            .await?;
        if other.is_some() {
            return Err(wrong("この番号は、別の書面に付いています。"));
        }
        let changed = unit
            .run(sql!(
                "UPDATE certification_enrolment SET tracking = {tracking}, version = version + 1 WHERE id = {this.id} AND version = {this.version}"
            ))
            .await?;
        if changed != 1 {
            return Err(Error::Changed);
        }
        let facts = json!({ "did": "tracking_registered", "tracking": tracking, "letter": this.letter });
        crate::note(unit, this.by(), Running::DEED, this.id.0, facts, now).await
    }
}

const fn operator(by: &Actor) -> Result<(), Refused> {
    match by {
        Actor::Operator(_) | Actor::System { .. } => Ok(()),
        Actor::Nobody => Err(Refused::NotSignedIn),
        Actor::Member(_) => Err(Refused::OperatorOnly),
    }
}

fn wrong(why: &'static str) -> Error {
    Error::BadEntry {
        field: "引受番号", why
    }
}

/// Eleven to thirteen digits, however they are typed; written like those on the slip.
fn tracking(typed: &str) -> Result<String, Error> {
    let digits: String = japan::fold(typed).chars().filter(char::is_ascii_digit).collect();
    let strange = japan::fold(typed)
        .chars()
        .any(|c| !(c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | 'ー' | '－' | '―')));
    if strange || !(11..=13).contains(&digits.len()) {
        return Err(wrong("引受番号は、受領証に印刷された11〜13桁の数字で入れてください。"));
    }
    let (start, rest) = digits.split_at(3);
    let (middle, end) = rest.split_at(4);
    Ok(format!("{start}-{middle}-{end}"))
}

#[cfg(test)]
mod tests {
    use super::tracking;

    #[test]
    fn a_tracking_number_is_read_however_it_is_typed() {
        for typed in ["12345678901", "123-4567-8901", "１２３－４５６７－８９０１", " 123 4567 8901 "] {
            assert_eq!(tracking(typed).unwrap(), "123-4567-8901", "{typed}");
        }
        for typed in ["", "1234567890", "abc-4567-8901", "12345678901234"] {
            assert!(tracking(typed).is_err(), "{typed}");
        }
    }
}
