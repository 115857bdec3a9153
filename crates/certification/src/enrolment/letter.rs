//! The letter with the 申請PIN and its way through the post.

use std::sync::Arc;

use foundation::{Action, Actor, Authorized, Instant, Random};
use store::{Database, Unit, sql, unit};

use super::state::{Did, State};
use super::{Enrolment, EnrolmentId, Running};
use crate::post::{Parcel, PostOffice};
use crate::{Error, Subject, Terms, pin};

/// What the letter says beside the PIN.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Where to apply.
    pub apply_at: String,
    /// 「デモ環境」.
    pub demo: bool,
}

/// Makes a 申請PIN, stores its hash (intent), hands the letter to the post, books that it went. The PIN exists in the letter alone, so a
/// letter of which nobody can say whether the post has it is as good as lost: [`break_off`] voids it, and a new one is offered.
///
/// # Errors
/// Letters cannot be printed here (it waits); the state does not allow a letter, or the database did not answer.
pub(crate) async fn print(
    db: &Database,
    post: &Arc<dyn PostOffice>,
    sender: &Sender,
    by: &Actor,
    id: EnrolmentId,
    now: Instant,
    random: &dyn Random,
) -> Result<(), Error> {
    let office = post.clone();
    jobs::work(move || office.ready()).await?;
    let pin = pin::application_pin(random);
    let hash = pin::hash(
        pin::read_application_pin(pin.reveal()).expect("a PIN of ours has its check character"),
        random,
    )
    .await?;
    let tracking = &tracking_number(random);
    let terms = Terms::at(now);
    let (until, lease) = (
        pin_until(terms, now.plus_days(terms.custody_days)),
        now.plus_seconds(terms.letter_lease),
    );
    let (subject, enrolment) = unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
        unit.one(sql!(
            "UPDATE certification_enrolment
             SET letter = letter + 1, letter_lease = {lease}, pin_hash = {hash}, wrong_pins = 0, tried = NULL, tracking = {tracking}, custody_until = NULL,
                 pin_until = {until}, web_session = NULL, web_until = NULL
             WHERE id = {id}"
        ))
        .await?;
        Enrolment::moved(&enrolment, unit, Did::PrintBegan, now).await?;
        let subject = Subject::load(unit, enrolment.subject).await?;
        Ok::<_, Error>((subject, enrolment.into_inner()))
    })
    .await?;
    let paper = papers::approval_notice(&papers::ApprovalNotice {
        number: format!("{}-{}", enrolment.number, enrolment.letter + 1),
        date: now.date_in_japan(),
        company: subject.company_name.clone(),
        address: subject.address.clone(),
        name: subject.name(),
        enrolment: enrolment.number.clone(),
        application_pin: pin,
        url: sender.apply_at.clone(),
        credential: enrolment.credential.japanese().to_owned(),
        demo: sender.demo,
    });
    let parcel = Parcel {
        tracking: tracking.clone(),
        enrolment: id,
        to_person: subject.person,
        to_name: subject.name(),
        to_address: subject.address,
        paper,
    };
    let office = post.clone();
    let taken = jobs::work(move || office.hand_over(parcel, now)).await;
    if let Err(why) = &taken {
        tracing::error!(%why, enrolment = %id, "a letter could not be handed over; it counts as lost");
    }
    let taken = taken.is_ok();
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
        // Later than its lease, it was broken off meanwhile; there may be another letter already.
        if enrolment.state != State::Printing || enrolment.tracking.as_ref() != Some(tracking) {
            return Ok(());
        }
        if taken {
            Enrolment::moved(&enrolment, unit, Did::Mailed, now).await.map(drop)
        } else {
            // Law 3: nobody has this letter, so nobody is to wait for it. A state that people see, and the holder is told.
            void(&enrolment, unit).await?;
            Enrolment::moved(&enrolment, unit, Did::PrintBroken, now).await.map(drop)
        }
    })
    .await
}

/// The resolver of letters: the program died, or the database was away, between the PIN and the word that the post has it. Whether it
/// has, nobody knows; its PIN is void, and the holder is told.
pub(crate) async fn break_off(db: &Database, by: &Actor, id: EnrolmentId, now: Instant) -> Result<(), Error> {
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
        if enrolment.state == State::Printing {
            void(&enrolment, unit).await?;
            Enrolment::moved(&enrolment, unit, Did::PrintBroken, now).await?;
        }
        Ok::<_, Error>(())
    })
    .await
}

/// Three months after pick-up; while that day is unknown, after the last day of custody.
fn pin_until(terms: Terms, from: Instant) -> Instant {
    Instant::japan_midnight(japan::last_day_of_months(from.date_in_japan(), terms.pin_months)).plus_days(1)
}

/// Eleven digits like those of 本人限定受取郵便.
fn tracking_number(random: &dyn Random) -> String {
    let mut bytes = [0u8; 8];
    random.fill(&mut bytes);
    let digits = format!("{:011}", u64::from_be_bytes(bytes) % 100_000_000_000);
    format!("{}-{}-{}", &digits[..3], &digits[3..7], &digits[7..])
}

impl Enrolment {
    /// The letter is at the post office (again): seven days from today.
    ///
    /// # Errors
    /// The state does not allow it, or the database did not answer.
    pub async fn reached_post(this: &Authorized<Self, Running>, unit: &mut Unit, now: Instant) -> Result<(), Error> {
        let did = if this.state == State::AtPost {
            Did::Forwarded
        } else {
            Did::ReachedPost
        };
        let terms = Terms::at(now);
        // The last day of custody counts whole.
        let until = Instant::japan_midnight(now.date_in_japan()).plus_days(terms.custody_days + 1);
        let pin = pin_until(terms, until.plus_seconds(-1));
        unit.one(sql!(
            "UPDATE certification_enrolment SET custody_until = {until}, pin_until = {pin} WHERE id = {this.id}"
        ))
        .await?;
        Self::moved(this, unit, did, now).await.map(drop)
    }

    /// The holder has the letter.
    ///
    /// # Errors
    /// The state does not allow it, or the database did not answer.
    pub async fn picked_up(this: &Authorized<Self, Running>, unit: &mut Unit, now: Instant) -> Result<(), Error> {
        let until = pin_until(Terms::at(now), now);
        unit.one(sql!(
            "UPDATE certification_enrolment SET custody_until = NULL, pin_until = {until} WHERE id = {this.id}"
        ))
        .await?;
        Self::moved(this, unit, Did::PickedUp, now).await.map(drop)
    }

    /// The letter came back, was lost or damaged: its PIN is void.
    ///
    /// # Errors
    /// The state does not allow it, or the database did not answer.
    pub async fn letter_failed(this: &Authorized<Self, Running>, unit: &mut Unit, how: LetterFailure, now: Instant) -> Result<(), Error> {
        let did = match how {
            LetterFailure::Returned => Did::CameBack,
            LetterFailure::Lost => Did::WentMissing,
            LetterFailure::Damaged => Did::WasDamaged,
        };
        void(this, unit).await?;
        Self::moved(this, unit, did, now).await.map(drop)
    }

    /// Orders a new letter with a new PIN; whatever was reached before begins again at the PIN.
    ///
    /// # Errors
    /// The state does not ask for one, or the database did not answer.
    pub async fn order_letter(this: &Authorized<Self, Running>, unit: &mut Unit, now: Instant) -> Result<(), Error> {
        unit.one(sql!(
            "UPDATE certification_enrolment
             SET request = NULL, public_key = NULL, sealed = NULL, download_hash = NULL, download_until = NULL, wrong_downloads = 0 WHERE id = {this.id}"
        ))
        .await?;
        Self::moved(this, unit, Did::NewLetterOrdered, now).await.map(drop)
    }
}

/// How a letter can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterFailure {
    /// Not picked up.
    Returned,
    /// Lost.
    Lost,
    /// Damaged.
    Damaged,
}

pub(crate) async fn void<A: Action<Enrolment>>(this: &Authorized<Enrolment, A>, unit: &mut Unit) -> Result<(), Error> {
    unit.one(sql!("UPDATE certification_enrolment SET pin_hash = NULL, custody_until = NULL, web_session = NULL, web_until = NULL WHERE id = {this.id}")).await?;
    Ok(())
}
