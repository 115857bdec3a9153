//! The web application opens with the 申請PIN: a try is booked, checked, settled.

use foundation::{Actor, Instant, Secret};
use store::{Database, sql, unit};

use super::letter::void;
use super::state::{Did, State, step};
use super::{Applying, Enrolment, EnrolmentId, Running};
use crate::{Error, Terms, pin};

/// What the booked try found.
enum Booked {
    /// The hash to check outside.
    Check(EnrolmentId, String),
    /// Too late or locked; the state says so already.
    Stop(Error),
}

/// Enters the 申請PIN of the enrolment `number`. A right one opens the web application for this sign-in; a wrong one is counted, five in all.
///
/// # Errors
/// A slip (not counted), wrong, locked, lapsed, not this person's, or the database did not answer.
pub async fn enter_application_pin(
    db: &Database,
    by: &Actor,
    number: &str,
    typed: &Secret<String>,
    now: Instant,
) -> Result<Enrolment, Error> {
    let Actor::Member(member) = by else {
        return Err(foundation::Refused::NotSignedIn.into());
    };
    let typed = pin::read_application_pin(typed.reveal())?;
    let terms = Terms::at(now);
    let booked = unit!(db, |unit| {
        let enrolment = Enrolment::open_by_number::<Applying>(unit, by, number).await?;
        if enrolment.state == State::PinLocked {
            return Ok(Booked::Stop(Error::PinLocked));
        }
        step(enrolment.state, Did::PinAccepted)?;
        let Some(hash) = enrolment.pin_hash.clone() else { return Ok(Booked::Stop(Error::PinOver)) };
        // The last try is being checked; if its program died, `exhausted` settles it.
        if enrolment.wrong_pins >= terms.wrong_pins {
            return Ok(Booked::Stop(Error::PinLocked));
        }
        if enrolment.pin_until.is_some_and(|until| now >= until) && step(enrolment.state, Did::Lapsed).is_ok() {
            void(&enrolment, unit).await?;
            Enrolment::moved(&enrolment, unit, Did::Lapsed, now).await?;
            return Ok(Booked::Stop(Error::PinOver));
        }
        // Booked as wrong before it is checked: who pulls the plug has used up his try.
        unit.one(sql!("UPDATE certification_enrolment SET wrong_pins = wrong_pins + 1, tried = {now}, version = version + 1 WHERE id = {enrolment.id} AND version = {enrolment.version}"))
            .await?;
        Ok::<_, Error>(Booked::Check(enrolment.id, hash))
    })
    .await?;
    let (id, hash) = match booked {
        Booked::Check(id, hash) => (id, hash),
        Booked::Stop(error) => return Err(error),
    };
    let right = pin::matches(typed, hash.clone()).await;
    let settled = unit!(db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
        if enrolment.pin_hash.as_ref() != Some(&hash) {
            return Ok(Err(Error::PinOver)); // a new letter came between
        }
        if right {
            let until = now.plus_seconds(terms.web);
            unit.one(sql!(
                "UPDATE certification_enrolment SET wrong_pins = wrong_pins - 1, tried = NULL, web_session = {member.session}, web_until = {until} WHERE id = {id}"
            ))
            .await?;
            Enrolment::moved(&enrolment, unit, Did::PinAccepted, now).await?;
            return Ok::<_, Error>(Ok(()));
        }
        let left = terms.wrong_pins - enrolment.wrong_pins;
        if left <= 0 {
            void(&enrolment, unit).await?;
            Enrolment::moved(&enrolment, unit, Did::PinExhausted, now).await?;
            return Ok(Err(Error::PinLocked));
        }
        crate::note(unit, by, "enrolment.wrong_pin", id.0, serde_json::json!({ "left": left }), now).await?;
        Ok(Err(Error::PinWrong { left }))
    })
    .await?;
    settled?;
    unit!(db, |unit| Ok::<_, Error>(
        Enrolment::open::<Applying>(unit, by, id).await?.into_inner()
    ))
    .await
}

/// The resolver of tries: the last one was booked, and whoever checked it died before he said how it ended. It counts as wrong.
pub(crate) async fn exhausted(db: &Database, by: &Actor, id: EnrolmentId, now: Instant) -> Result<(), Error> {
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
        let used_up = enrolment.pin_hash.is_some() && enrolment.wrong_pins >= Terms::at(now).wrong_pins;
        if used_up && step(enrolment.state, Did::PinExhausted).is_ok() {
            void(&enrolment, unit).await?;
            Enrolment::moved(&enrolment, unit, Did::PinExhausted, now).await?;
        }
        Ok::<_, Error>(())
    })
    .await
}
