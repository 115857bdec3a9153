//! One enrolment: from the approved subject to the confirmed certificate.

pub(crate) mod download;
pub(crate) mod fate;
pub(crate) mod issue;
pub(crate) mod key;
pub(crate) mod letter;
pub(crate) mod pin_entry;
pub(crate) mod receipt;
pub mod state;

use foundation::{Action, Actor, Authorized, CertificateId, CompanyId, Instant, PersonId, Refused, SessionId};
use store::{Database, Record, Unit, sql};
use uuid::Uuid;

use crate::{Credential, Error, SubjectId, Terms};
use state::{Did, Effect, State, step};

foundation::id!(
    /// One enrolment.
    pub EnrolmentId
);
store::column_as!(EnrolmentId(Uuid));

/// An enrolment as rows hold it. Hashes and the sealed key stay inside this room.
#[derive(Clone, Record)]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// 発行申請番号, as in the letter.
    pub number: String,
    /// Whom it certifies.
    pub subject: SubjectId,
    /// The person.
    pub person: PersonId,
    /// His company.
    pub company: CompanyId,
    /// Kind of credential.
    pub credential: Credential,
    /// Where it stands.
    pub state: State,
    /// Raised at every change.
    pub version: i64,
    /// Since when.
    pub opened: Instant,
    /// How many letters were made.
    pub letter: i64,
    pub(crate) pin_hash: Option<String>,
    /// Wrong 申請PIN of this letter so far.
    pub wrong_pins: i64,
    /// Tracking number of the letter.
    pub tracking: Option<String>,
    /// Until when the post office keeps it.
    pub custody_until: Option<Instant>,
    /// Until when the 申請PIN is good.
    pub pin_until: Option<Instant>,
    pub(crate) web_session: Option<SessionId>,
    pub(crate) web_until: Option<Instant>,
    /// The request (PKCS#10), DER.
    pub request: Option<Vec<u8>>,
    pub(crate) public_key: Option<Vec<u8>>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) download_hash: Option<String>,
    /// Until when the ダウンロードPIN is good.
    pub download_until: Option<Instant>,
    pub(crate) wrong_downloads: i64,
    pub(crate) nonce: Option<Vec<u8>>,
    /// The certificate, once issued.
    pub certificate: Option<CertificateId>,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enrolment")
            .field("id", &self.id)
            .field("number", &self.number)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The right to look at an enrolment: its person, the 企業ID of his company, the operator, the program.
#[derive(Debug)]
pub struct Viewing;
impl Action<Enrolment> for Viewing {
    const DEED: &'static str = "enrolment.view";
    fn allowed(actor: &Actor, enrolment: &Enrolment) -> Result<(), Refused> {
        match actor {
            Actor::Nobody => Err(Refused::NotSignedIn),
            Actor::Operator(_) | Actor::System { .. } => Ok(()),
            Actor::Member(member) if member.person == enrolment.person => Ok(()),
            Actor::Member(member) if member.company == enrolment.company && matches!(member.seat, foundation::Seat::Department) => Ok(()),
            Actor::Member(_) => Err(Refused::NotYours),
        }
    }
}

/// The right to apply for the certificate: the person himself, nobody else.
#[derive(Debug)]
pub struct Applying;
impl Action<Enrolment> for Applying {
    const DEED: &'static str = "enrolment.apply";
    fn allowed(actor: &Actor, enrolment: &Enrolment) -> Result<(), Refused> {
        match actor {
            Actor::Nobody => Err(Refused::NotSignedIn),
            Actor::Member(member) if member.person == enrolment.person => Ok(()),
            Actor::Member(_) | Actor::Operator(_) | Actor::System { .. } => Err(Refused::NotYours),
        }
    }
}

/// The right to run the letter's affairs: people of the operator, and the program (post, jobs).
#[derive(Debug)]
pub struct Running;
impl Action<Enrolment> for Running {
    const DEED: &'static str = "enrolment.run";
    fn allowed(actor: &Actor, _: &Enrolment) -> Result<(), Refused> {
        match actor {
            Actor::Operator(_) | Actor::System { .. } => Ok(()),
            Actor::Nobody => Err(Refused::NotSignedIn),
            Actor::Member(_) => Err(Refused::OperatorOnly),
        }
    }
}

impl Enrolment {
    /// Opens the enrolment of that id.
    ///
    /// # Errors
    /// `Unknown`, a missing right, or the database did not answer.
    pub async fn open<A: Action<Self>>(unit: &mut Unit, by: &Actor, id: EnrolmentId) -> Result<Authorized<Self, A>, Error> {
        let found: Option<Self> = unit
            .find(sql!(
                "SELECT id, number, subject, person, company, credential, state, version, opened, letter, pin_hash, wrong_pins, tracking, custody_until, pin_until,
                        web_session, web_until, request, public_key, sealed, download_hash, download_until, wrong_downloads, nonce, certificate
                 FROM certification_enrolment WHERE id = {id}"
            ))
            .await?;
        Ok(Authorized::ask(by, found.ok_or(Error::Unknown)?)?)
    }

    /// Opens the enrolment with this 発行申請番号.
    ///
    /// # Errors
    /// `Unknown`, a missing right, or the database did not answer.
    pub async fn open_by_number<A: Action<Self>>(unit: &mut Unit, by: &Actor, number: &str) -> Result<Authorized<Self, A>, Error> {
        let number = number.trim().to_ascii_uppercase();
        let found: Option<EnrolmentId> = unit
            .find(sql!("SELECT id FROM certification_enrolment WHERE number = {number}"))
            .await?;
        Self::open(unit, by, found.ok_or(Error::Unknown)?).await
    }

    /// Opens the enrolment whose letter has this tracking number.
    ///
    /// # Errors
    /// `Unknown`, a missing right, or the database did not answer.
    pub async fn open_by_tracking<A: Action<Self>>(unit: &mut Unit, by: &Actor, tracking: &str) -> Result<Authorized<Self, A>, Error> {
        let found: Option<EnrolmentId> = unit
            .find(sql!("SELECT id FROM certification_enrolment WHERE tracking = {tracking}"))
            .await?;
        Self::open(unit, by, found.ok_or(Error::Unknown)?).await
    }

    /// The enrolments this actor may see, newest first, at most `size`: a person his own, a 企業ID its company's, the operator all;
    /// `before` is the last of the page before.
    ///
    /// # Errors
    /// Nobody is signed in, or the database did not answer.
    pub async fn list(db: &Database, by: &Actor, before: Option<EnrolmentId>, size: i64) -> Result<Vec<Self>, Error> {
        let seen = match by {
            Actor::Nobody => return Err(Refused::NotSignedIn.into()),
            Actor::Operator(_) | Actor::System { .. } => sql!("1 = 1"),
            Actor::Member(member) if matches!(member.seat, foundation::Seat::Department) => sql!("company = {member.company}"),
            Actor::Member(member) => sql!("person = {member.person}"),
        };
        let page = before.map_or_else(|| sql!("1 = 1"), |id| sql!("id < {id}"));
        Ok(db
            .all(sql!(
                "SELECT id, number, subject, person, company, credential, state, version, opened, letter, pin_hash, wrong_pins, tracking, custody_until, pin_until,
                        web_session, web_until, request, public_key, sealed, download_hash, download_until, wrong_downloads, nonce, certificate
                 FROM certification_enrolment WHERE {+seen} AND {+page} ORDER BY id DESC LIMIT {size}"
            ))
            .await?)
    }

    #[expect(clippy::too_many_arguments, reason = "a row is written once, with all its columns")]
    pub(crate) async fn begin(
        unit: &mut Unit,
        by: &Actor,
        id: EnrolmentId,
        number: &str,
        subject: SubjectId,
        person: PersonId,
        company: CompanyId,
        credential: Credential,
        now: Instant,
    ) -> Result<(), Error> {
        let state = State::Approved;
        unit.one(sql!(
            "INSERT INTO certification_enrolment (id, number, subject, person, company, credential, state, version, opened, letter, wrong_pins, wrong_downloads)
             VALUES ({id}, {number}, {subject}, {person}, {company}, {credential}, {state}, 1, {now}, 0, 0, 0)"
        ))
        .await?;
        crate::note(
            unit,
            by,
            "enrolment.begin",
            id.0,
            serde_json::json!({ "number": number, "credential": credential }),
            now,
        )
        .await?;
        effect(unit, id, Effect::PrintLetter, now).await
    }

    /// Whether the web application is open for this actor's sign-in.
    #[must_use]
    pub fn is_web_open(&self, by: &Actor, now: Instant) -> bool {
        matches!(by, Actor::Member(member) if self.web_session == Some(member.session)) && self.web_until.is_some_and(|until| now < until)
    }

    pub(crate) fn web_open(&self, by: &Actor, now: Instant) -> Result<(), Error> {
        if self.is_web_open(by, now) { Ok(()) } else { Err(Error::PinNeeded) }
    }

    /// Writes the new state by version, the journal entry and the effects. Every verb ends here.
    pub(crate) async fn moved<A: Action<Self>>(
        this: &Authorized<Self, A>,
        unit: &mut Unit,
        did: Did,
        now: Instant,
    ) -> Result<State, Error> {
        let (next, effects) = step(this.state, did)?;
        let changed = unit
            .run(sql!(
                "UPDATE certification_enrolment SET state = {next}, version = version + 1 WHERE id = {this.id} AND version = {this.version}"
            ))
            .await?;
        if changed != 1 {
            return Err(Error::Changed);
        }
        crate::note(
            unit,
            this.by(),
            A::DEED,
            this.id.0,
            serde_json::json!({ "did": did.word(), "from": this.state.word(), "to": next.word() }),
            now,
        )
        .await?;
        for one in effects {
            effect(unit, this.id, *one, now).await?;
        }
        Ok(next)
    }
}

async fn effect(unit: &mut Unit, enrolment: EnrolmentId, effect: Effect, now: Instant) -> Result<(), Error> {
    use crate::work::{AwaitReceipt, MailDownloadPin, PrintLetter, SendReceipt, TellNewLetterNeeded};
    let terms = Terms::at(now);
    match effect {
        Effect::PrintLetter => drop(jobs::enqueue(unit, now, &PrintLetter { enrolment }).await?),
        Effect::MailDownloadPin => drop(jobs::enqueue(unit, now, &MailDownloadPin { enrolment }).await?),
        Effect::TellNewLetterNeeded => drop(jobs::enqueue(unit, now, &TellNewLetterNeeded { enrolment }).await?),
        Effect::SendReceipt => drop(jobs::enqueue(unit, now, &SendReceipt { enrolment }).await?),
        // The sweep looks at custody_until and pin_until every minute; nothing to order.
        Effect::WatchCustody => {}
        Effect::AwaitReceipt => {
            for days in terms.reminders.into_iter().chain([terms.unconfirmed]) {
                jobs::enqueue(unit, now.plus_days(days), &AwaitReceipt { enrolment, days }).await?;
            }
        }
    }
    Ok(())
}
