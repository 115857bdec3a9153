//! Signing in: a try is booked (unit), checked (no unit), settled (unit). Ten wrong ones lock.

use foundation::{Actor, Instant, Member, PersonId, Random, Refused, Seat, Secret, SessionId};
use store::{Database, Unit, sql, unit};

use crate::{Error, Limits, Person, SeatCard, Token, password, session, stranger};

/// What a person types.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// His sign-in ID.
    pub sign_in: String,
    /// His password.
    pub password: Secret<String>,
    /// The number of the 企業ID or ユーザID to sit on; may be left out by who has only one seat.
    pub seat: Option<String>,
}

/// A session that has begun.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// To be sent back with every request (cookie or bearer). Shown once.
    pub token: Token,
    /// Who is signed in.
    pub person: PersonId,
    /// His name.
    pub name: String,
    /// The seat; none for people of the operator.
    pub seat: Option<SeatCard>,
    /// After this the session is over whatever happens.
    pub until: Instant,
}

/// Signs a person in. Opens its own units: call it outside any.
///
/// # Errors
/// `WrongSignIn`, `Locked`, `ChooseSeat`, `NoSuchSeat`, or the database did not answer.
pub async fn sign_in(db: &Database, random: &dyn Random, now: Instant, entry: &SignIn) -> Result<SignedIn, Error> {
    let (token, id) = (Token::new(random), SessionId::new(now, random));
    let limits = Limits::at(now);
    let wanted = &entry.sign_in;
    let booked = unit!(db, |unit| book(unit, wanted, limits, now).await).await?;
    let kept = match &booked {
        Booked::Person(person) => person.password.clone(),
        Booked::Stranger { .. } => None,
    };
    // An unknown person costs the same work, answers the same, and locks the same.
    let right = password::check(entry.password.clone(), kept).await?;
    let person = match booked {
        Booked::Person(person) => person,
        Booked::Stranger { failures } => {
            let mut drawn = [0u8; 1];
            random.fill(&mut drawn);
            if drawn[0] == 0 {
                stranger::forget_strangers(db, limits.strangers).await?;
            }
            return Err(wrong(failures, limits));
        }
    };
    let (token, person, seat) = (&token, &person, entry.seat.as_deref());
    // A wrong try must be written too, so the unit answers Ok and the refusal is told afterwards.
    let settled = unit!(db, |unit| settle(unit, person, right, seat, id, token, limits, now).await).await?;
    let seat = settled?;
    Ok(SignedIn {
        token: token.clone(),
        person: person.id,
        name: person.name.clone(),
        seat,
        until: now.plus_seconds(limits.session_whole),
    })
}

/// A try that counts as wrong until it is settled.
enum Booked {
    Person(Person),
    Stranger {
        /// This one included.
        failures: i64,
    },
}

const fn wrong(failures: i64, limits: Limits) -> Error {
    if failures < limits.wrong_passwords {
        Error::WrongSignIn
    } else {
        Error::Locked
    }
}

async fn book(unit: &mut Unit, sign_in: &String, limits: Limits, now: Instant) -> Result<Booked, Error> {
    let person: Option<Person> = unit
        .find(sql!(
            "SELECT id, company, name, kana, mail, sign_in, role, password, failures, locked FROM accounts_person WHERE sign_in = {sign_in}"
        ))
        .await?;
    let Some(person) = person else {
        let failures = stranger::book(unit, sign_in, limits, now).await?;
        return Ok(Booked::Stranger { failures });
    };
    if person.locked.is_some() || person.failures >= limits.wrong_passwords {
        return Err(Error::Locked);
    }
    unit.one(sql!("UPDATE accounts_person SET failures = failures + 1 WHERE id = {person.id}"))
        .await?;
    Ok(Booked::Person(Person {
        failures: person.failures + 1,
        ..person
    }))
}

#[expect(clippy::too_many_arguments, reason = "one private step of one act")]
async fn settle(
    unit: &mut Unit,
    person: &Person,
    right: bool,
    wanted: Option<&str>,
    id: SessionId,
    token: &Token,
    limits: Limits,
    now: Instant,
) -> Result<Result<Option<SeatCard>, Error>, Error> {
    let nobody = Actor::Nobody;
    if !right {
        let refused = wrong(person.failures, limits);
        if matches!(refused, Error::WrongSignIn) {
            return Ok(Err(refused));
        }
        unit.run(sql!(
            "UPDATE accounts_person SET locked = {now} WHERE id = {person.id} AND locked IS NULL"
        ))
        .await?;
        crate::note(
            unit,
            &nobody,
            "person.locked",
            person.id.0,
            serde_json::json!({ "wrong_passwords": person.failures }),
            now,
        )
        .await?;
        return Ok(Err(refused));
    }
    unit.run(sql!("UPDATE accounts_person SET failures = 0 WHERE id = {person.id}"))
        .await?;
    let seat = if person.role.is_some() {
        None
    } else {
        match choose(seats(unit, person.id).await?, wanted) {
            Ok(seat) => Some(seat),
            Err(refused) => return Ok(Err(refused)),
        }
    };
    session::begin(unit, id, token, person.id, seat.as_ref().map(|seat| seat.id), now).await?;
    let facts = serde_json::json!({ "session": id, "seat": seat.as_ref().map(|seat| &seat.number) });
    let by = Actor::System { cause: "sign-in" };
    crate::note(unit, &by, "session.begin", person.id.0, facts, now).await?;
    Ok(Ok(seat))
}

fn choose(mut seats: Vec<SeatCard>, wanted: Option<&str>) -> Result<SeatCard, Error> {
    match wanted {
        Some(number) => seats.into_iter().find(|seat| seat.number == number).ok_or(Error::NoSuchSeat),
        None if seats.len() > 1 => Err(Error::ChooseSeat(seats.into_iter().map(|seat| seat.number).collect())),
        None => seats.pop().ok_or(Error::NoSuchSeat),
    }
}

/// The seats of a person, by number.
async fn seats(unit: &mut Unit, person: PersonId) -> Result<Vec<SeatCard>, Error> {
    Ok(unit
        .all(sql!(
            "SELECT e.id AS id, e.person AS person, e.department AS department, e.desk AS desk, COALESCE(k.number, d.number) AS number,
                    e.registers AS registers, e.signs AS signs, COALESCE(k.contracts, d.contracts) AS contracts, COALESCE(k.custody, d.custody) AS custody
             FROM accounts_seat e JOIN accounts_department d ON d.id = e.department LEFT JOIN accounts_desk k ON k.id = e.desk
             WHERE e.person = {person} ORDER BY number"
        ))
        .await?)
}

/// Who stands behind a session token, asked at every request. Opens its own unit when it writes the sign of life.
///
/// # Errors
/// `Refused(NotSignedIn)` for an unknown, ended or expired token.
pub async fn actor(db: &Database, token: &str, now: Instant) -> Result<Actor, Error> {
    let row = session::Row::of_token(db, token).await?.ok_or(Refused::NotSignedIn)?;
    let id = row.session();
    if row.is_over(now, Limits::at(now)) {
        return Err(Refused::NotSignedIn.into());
    }
    if row.wants_a_sign_of_life(now) {
        unit!(db, |unit| {
            unit.run(sql!("UPDATE accounts_session SET seen = {now} WHERE id = {id} AND seen < {now}"))
                .await?;
            Ok::<_, Error>(())
        })
        .await?;
    }
    Ok(row.actor()?)
}

/// Ends the session of `older`, whose place `newer` takes in the same client; with `newer` only if it is the same person's on the same
/// seat, for clients that act for several. A token that opens nothing is no error.
///
/// # Errors
/// The database did not answer.
pub async fn supersede(db: &Database, older: &str, newer: Option<&SignedIn>, now: Instant) -> Result<(), Error> {
    let by = match actor(db, older, now).await {
        Ok(by) => by,
        Err(Error::Refused(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let is_same = newer.is_none_or(|newer| {
        let seat = newer.seat.as_ref();
        by.person() == Some(newer.person)
            && match &by {
                Actor::Member(member) => seat.is_some_and(|seat| {
                    seat.department == member.department
                        && seat.desk
                            == match member.seat {
                                Seat::Desk { desk, .. } => Some(desk),
                                Seat::Department => None,
                            }
                }),
                _ => true,
            }
    });
    if is_same {
        let by = &by;
        unit!(db, |unit| session::sign_out(unit, by, now).await).await?;
    }
    Ok(())
}

/// Unlocks a person: by his company's 企業ID, or by the operator.
///
/// # Errors
/// `Unknown` for a person of another company, or the database did not answer.
pub async fn unlock(unit: &mut Unit, by: &Actor, person: PersonId, now: Instant) -> Result<(), Error> {
    let done = match by {
        Actor::Operator(_) | Actor::System { .. } => {
            unit.run(sql!("UPDATE accounts_person SET locked = NULL, failures = 0 WHERE id = {person}"))
                .await?
        }
        Actor::Member(Member {
            seat: Seat::Department,
            company,
            ..
        }) => {
            unit.run(sql!(
                "UPDATE accounts_person SET locked = NULL, failures = 0 WHERE id = {person} AND company = {*company}"
            ))
            .await?
        }
        Actor::Member(_) => return Err(Refused::OperatorOnly.into()),
        Actor::Nobody => return Err(Refused::NotSignedIn.into()),
    };
    if done == 0 {
        return Err(Error::Unknown);
    }
    crate::note(unit, by, "person.unlock", person.0, serde_json::json!({}), now).await
}
