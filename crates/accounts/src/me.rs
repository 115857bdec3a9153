//! Who is signed in, for the head of a page; and who uses the IDs under a 企業ID.

use foundation::{Actor, DeskId, Member, PersonId, Refused, Seat};
use store::{Database, Record, sql};

use crate::{Error, person::Role};

/// The signed-in person as pages name him.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Me {
    /// His name.
    pub name: String,
    /// His company; none for people of the operator.
    pub company: Option<String>,
    /// What he types to sign in.
    pub sign_in: String,
    /// His role at the operator.
    pub role: Option<Role>,
    /// The 企業ID or ユーザID he sits on.
    pub seat: Option<String>,
    /// Its name.
    pub seat_name: Option<String>,
}

/// The signed-in person himself.
///
/// # Errors
/// Nobody is signed in, or the database did not answer.
pub async fn me(db: &Database, by: &Actor) -> Result<Me, Error> {
    let (person, session) = match by {
        Actor::Member(member) => (member.person, member.session),
        Actor::Operator(operator) => (operator.person, operator.session),
        Actor::Nobody | Actor::System { .. } => return Err(Refused::NotSignedIn.into()),
    };
    let found: Vec<Me> = db
        .all(sql!(
            "SELECT p.name AS name, c.name AS company, p.sign_in AS sign_in, p.role AS role, COALESCE(k.number, d.number) AS seat,
                    COALESCE(k.name, d.name) AS seat_name
             FROM accounts_session s JOIN accounts_person p ON p.id = s.person
             LEFT JOIN accounts_company c ON c.id = p.company
             LEFT JOIN accounts_seat e ON e.id = s.seat
             LEFT JOIN accounts_department d ON d.id = e.department
             LEFT JOIN accounts_desk k ON k.id = e.desk
             WHERE s.id = {session} AND p.id = {person}"
        ))
        .await?;
    found.into_iter().next().ok_or(Error::Refused(Refused::NotSignedIn))
}

/// One person on one ユーザID.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct UserLine {
    /// The desk.
    pub desk: DeskId,
    /// ユーザID.
    pub number: String,
    /// Name of the desk.
    pub desk_name: String,
    /// The person; none: nobody sits there yet.
    pub person: Option<PersonId>,
    /// His name.
    pub name: Option<String>,
    /// Registers and sends (事務).
    pub registers: bool,
    /// May be named as signer (署名者).
    pub signs: bool,
}

/// The ユーザID under the 企業ID on which this person sits, with who uses them.
///
/// # Errors
/// He does not sit on a 企業ID, or the database did not answer.
pub async fn users(db: &Database, by: &Actor) -> Result<Vec<UserLine>, Error> {
    let Actor::Member(Member {
        seat: Seat::Department,
        department,
        ..
    }) = by
    else {
        return Err(Refused::NotYours.into());
    };
    Ok(db
        .all(sql!(
            "SELECT k.id AS desk, k.number AS number, k.name AS desk_name, p.id AS person, p.name AS name,
                    COALESCE(e.registers, FALSE) AS registers, COALESCE(e.signs, FALSE) AS signs
             FROM accounts_desk k LEFT JOIN accounts_seat e ON e.desk = k.id LEFT JOIN accounts_person p ON p.id = e.person
             WHERE k.department = {department} ORDER BY k.number, p.name"
        ))
        .await?)
}
