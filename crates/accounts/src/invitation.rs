//! Invitations: how a person sets his first password. The code is shown once and good for 24 hours.

use foundation::{Actor, Instant, Member, PersonId, Random, Refused, Seat, Secret};
use store::{Database, Record, Unit, sql, unit};
use uuid::Uuid;

use crate::{Error, Limits, Token, directory, password, session};

foundation::id!(
    /// One invitation.
    pub InvitationId
);
store::column_as!(InvitationId(Uuid));

/// Invites a person to set his password: by the program (operator's command), an operator person, or the company's 企業ID.
/// `id` and `code` are drawn before the unit; the caller hands the code over.
///
/// # Errors
/// The right is missing, or the database did not answer.
pub async fn invite(unit: &mut Unit, by: &Actor, id: InvitationId, code: &Token, person: PersonId, now: Instant) -> Result<(), Error> {
    match by {
        Actor::System { .. } => {}
        Actor::Operator(_)
        | Actor::Member(Member {
            seat: Seat::Department, ..
        }) => drop(directory::person(unit, by, person).await?),
        Actor::Member(_) => return Err(Refused::OperatorOnly.into()),
        Actor::Nobody => return Err(Refused::NotSignedIn.into()),
    }
    let (hash, until) = (code.hash(), now.plus_seconds(Limits::at(now).invitation));
    unit.run(sql!(
        "UPDATE accounts_invitation SET replaced = {now} WHERE person = {person} AND used IS NULL AND replaced IS NULL"
    ))
    .await?;
    unit.one(sql!(
        "INSERT INTO accounts_invitation (id, person, code_hash, made, until) VALUES ({id}, {person}, {hash}, {now}, {until})"
    ))
    .await?;
    crate::note(
        unit,
        by,
        "person.invite",
        person.0,
        serde_json::json!({ "until": until.rfc3339() }),
        now,
    )
    .await
}

#[derive(Record)]
struct Open {
    id: InvitationId,
    person: PersonId,
    until: Instant,
    used: Option<Instant>,
    replaced: Option<Instant>,
}

/// Sets the password with the code of an invitation, unlocks the person and ends his sessions. Opens its own unit.
///
/// # Errors
/// `InvitationUnknown`, `InvitationUsed`, `InvitationReplaced`, `InvitationLapsed`, `WeakPassword`, or the database did not answer.
pub async fn accept_invitation(
    db: &Database,
    random: &dyn Random,
    now: Instant,
    code: &str,
    password: Secret<String>,
) -> Result<PersonId, Error> {
    let text = password.reveal();
    let distinct: std::collections::BTreeSet<char> = text.chars().collect();
    if text.chars().count() < Limits::at(now).password_length || distinct.len() < 5 {
        return Err(Error::WeakPassword);
    }
    let (code, kept) = (session::hash(code), password::hash(password, random).await?);
    unit!(db, |unit| {
        let open: Option<Open> = unit
            .find(sql!(
                "SELECT id, person, until, used, replaced FROM accounts_invitation WHERE code_hash = {&code}"
            ))
            .await?;
        let open = open.ok_or(Error::InvitationUnknown)?;
        if open.used.is_some() {
            return Err(Error::InvitationUsed);
        }
        if open.replaced.is_some() {
            return Err(Error::InvitationReplaced);
        }
        if open.until <= now {
            return Err(Error::InvitationLapsed);
        }
        unit.one(sql!(
            "UPDATE accounts_invitation SET used = {now} WHERE id = {open.id} AND used IS NULL AND replaced IS NULL"
        ))
        .await?;
        unit.one(sql!(
            "UPDATE accounts_person SET password = {&kept}, failures = 0, locked = NULL WHERE id = {open.person}"
        ))
        .await?;
        unit.run(sql!(
            "UPDATE accounts_session SET ended = {now} WHERE person = {open.person} AND ended IS NULL"
        ))
        .await?;
        let by = Actor::System { cause: "invitation" };
        let facts = serde_json::json!({ "password": journal::fingerprint(&kept) });
        crate::note(unit, &by, "person.set_password", open.person.0, facts, now).await?;
        Ok::<_, Error>(open.person)
    })
    .await
}
