//! Certificates of natural persons, as the product keeps them: looked up, used, revoked.

pub(crate) mod revoke;
pub(crate) mod secret;
pub mod state;

use foundation::{Action, Actor, Authorized, CertificateId, CompanyId, Instant, Member, PersonId, Refused, Seat};
use store::{Database, Record, Statement, Unit, sql};

use crate::enrolment::EnrolmentId;
use crate::{Credential, Error, SubjectId};
use state::{Did, Effect, State, step};

/// A certificate as rows hold it. The sealed key stays inside this room.
#[derive(Clone, Record)]
pub struct Certificate {
    /// Its id.
    pub id: CertificateId,
    /// Content octets of the serial number.
    pub serial: Vec<u8>,
    /// Whom it certifies.
    pub subject: SubjectId,
    /// From which enrolment.
    pub enrolment: EnrolmentId,
    /// The holder.
    pub person: PersonId,
    /// His company.
    pub company: CompanyId,
    /// Where the key lives.
    pub credential: Credential,
    /// 「氏 名」 as inside the certificate.
    pub name: String,
    /// The certificate itself, byte for byte as signed.
    pub der: Vec<u8>,
    /// SHA-256 of it.
    pub sha256: Vec<u8>,
    /// notBefore.
    pub not_before: Instant,
    /// notAfter.
    pub not_after: Instant,
    /// Where it stands.
    pub state: State,
    /// Raised at every change.
    pub version: i64,
    /// When it was signed.
    pub issued: Instant,
    /// When the holder confirmed it.
    pub confirmed: Option<Instant>,
    /// When revocation was asked for.
    pub asked: Option<Instant>,
    /// When it was revoked.
    pub revoked: Option<Instant>,
    /// Why (RFC 5280 §5.3.1).
    pub reason: Option<i64>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) wrong_secrets: i64,
    pub(crate) locked_until: Option<Instant>,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate")
            .field("id", &self.id)
            .field("serial", &hex::encode(&self.serial))
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The right to look at a certificate: everybody of the company, the operator, the program. (It travels inside every signed contract anyway.)
#[derive(Debug)]
pub struct Viewing;
impl Action<Certificate> for Viewing {
    const DEED: &'static str = "certificate.view";
    fn allowed(actor: &Actor, certificate: &Certificate) -> Result<(), Refused> {
        match actor {
            Actor::Nobody => Err(Refused::NotSignedIn),
            Actor::Operator(_) | Actor::System { .. } => Ok(()),
            Actor::Member(member) if member.company == certificate.company => Ok(()),
            Actor::Member(_) => Err(Refused::NotYours),
        }
    }
}

/// The right to sign with it: the holder alone, on a seat that signs.
#[derive(Debug)]
pub struct Using;
impl Action<Certificate> for Using {
    const DEED: &'static str = "certificate.use";
    fn allowed(actor: &Actor, certificate: &Certificate) -> Result<(), Refused> {
        match actor {
            Actor::Nobody => Err(Refused::NotSignedIn),
            Actor::Member(Member {
                seat: Seat::Department, ..
            }) => Err(Refused::CompanyIdCannotContract),
            Actor::Member(member) if member.person != certificate.person => Err(if member.company == certificate.company {
                Refused::NotTheSigner
            } else {
                Refused::NotYours
            }),
            Actor::Member(Member {
                seat: Seat::Desk { signs: true, .. },
                ..
            }) => Ok(()),
            Actor::Member(_) => Err(Refused::NotTheSigner),
            Actor::Operator(_) | Actor::System { .. } => Err(Refused::NotTheSigner),
        }
    }
}

/// The right to ask for revocation: the holder, his company through its 企業ID, the operator, the program (45 days without receipt).
#[derive(Debug)]
pub struct Revoking;
impl Action<Certificate> for Revoking {
    const DEED: &'static str = "certificate.revoke";
    fn allowed(actor: &Actor, certificate: &Certificate) -> Result<(), Refused> {
        match actor {
            Actor::Nobody => Err(Refused::NotSignedIn),
            Actor::Operator(_) | Actor::System { .. } => Ok(()),
            Actor::Member(member) if member.person == certificate.person => Ok(()),
            Actor::Member(member) if member.company == certificate.company => {
                if matches!(member.seat, Seat::Department) {
                    Ok(())
                } else {
                    Err(Refused::NotTheSigner)
                }
            }
            Actor::Member(_) => Err(Refused::NotYours),
        }
    }
}

impl Certificate {
    /// Opens the certificate of that id.
    ///
    /// # Errors
    /// `Unknown`, a missing right, or the database did not answer.
    pub async fn open<A: Action<Self>>(unit: &mut Unit, by: &Actor, id: CertificateId) -> Result<Authorized<Self, A>, Error> {
        let found: Option<Self> = unit
            .find(sql!(
                "SELECT id, serial, subject, enrolment, person, company, credential, name, der, sha256, not_before, not_after, state, version, issued, confirmed,
                        asked, revoked, reason, sealed, wrong_secrets, locked_until
                 FROM certification_certificate WHERE id = {id}"
            ))
            .await?;
        Ok(Authorized::ask(by, found.ok_or(Error::Unknown)?)?)
    }

    /// The certificates this actor may see, newest first, at most `size`: his company's, or all for the operator; `before` is the last
    /// of the page before.
    ///
    /// # Errors
    /// Nobody is signed in, or the database did not answer.
    pub async fn list(db: &Database, by: &Actor, before: Option<CertificateId>, size: i64) -> Result<Vec<Self>, Error> {
        Self::some_of(db, by, sql!("1 = 1"), before, size).await
    }

    /// Likewise his own.
    ///
    /// # Errors
    /// Nobody is signed in, or the database did not answer.
    pub async fn own(db: &Database, by: &Actor, before: Option<CertificateId>, size: i64) -> Result<Vec<Self>, Error> {
        let person = by.person().ok_or(Refused::NotSignedIn)?;
        Self::some_of(db, by, sql!("person = {person}"), before, size).await
    }

    /// Those of his company that are issued and neither revoked nor over, at most `size`.
    ///
    /// # Errors
    /// Nobody is signed in, or the database did not answer.
    pub async fn in_use(db: &Database, by: &Actor, now: Instant, size: i64) -> Result<Vec<Self>, Error> {
        let wanted = sql!("state IN ({State::Issued}, {State::Active}) AND not_after > {now}");
        Self::some_of(db, by, wanted, None, size).await
    }

    async fn some_of(db: &Database, by: &Actor, wanted: Statement, before: Option<CertificateId>, size: i64) -> Result<Vec<Self>, Error> {
        let seen = match by {
            Actor::Nobody => return Err(Refused::NotSignedIn.into()),
            Actor::Operator(_) | Actor::System { .. } => sql!("1 = 1"),
            Actor::Member(member) => sql!("company = {member.company}"),
        };
        let page = before.map_or_else(|| sql!("1 = 1"), |id| sql!("id < {id}"));
        Ok(db
            .all(sql!(
                "SELECT id, serial, subject, enrolment, person, company, credential, name, der, sha256, not_before, not_after, state, version, issued, confirmed,
                        asked, revoked, reason, sealed, wrong_secrets, locked_until
                 FROM certification_certificate WHERE {+seen} AND {+wanted} AND {+page} ORDER BY id DESC LIMIT {size}"
            ))
            .await?)
    }

    /// The certificates with which this actor himself can sign now, newest first.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn usable_by(unit: &mut Unit, by: &Actor, now: Instant) -> Result<Vec<Authorized<Self, Using>>, Error> {
        let Some(person) = by.person() else {
            return Err(Refused::NotSignedIn.into());
        };
        let state = State::Active;
        let found: Vec<Self> = unit
            .all(sql!(
                "SELECT id, serial, subject, enrolment, person, company, credential, name, der, sha256, not_before, not_after, state, version, issued, confirmed,
                        asked, revoked, reason, sealed, wrong_secrets, locked_until
                 FROM certification_certificate WHERE person = {person} AND state = {state} AND not_before <= {now} AND not_after > {now} ORDER BY id DESC"
            ))
            .await?;
        found.into_iter().map(|one| Authorized::ask(by, one).map_err(Error::from)).collect()
    }

    /// Whether a person holds a certificate that signs; asked when he is to be named as signer.
    ///
    /// # Errors
    /// Nobody is signed in, or the database did not answer.
    pub async fn has_usable(unit: &mut Unit, by: &Actor, person: PersonId, now: Instant) -> Result<bool, Error> {
        if matches!(by, Actor::Nobody) {
            return Err(Refused::NotSignedIn.into());
        }
        let state = State::Active;
        let found: Option<Found> = unit
            .find(sql!("SELECT id FROM certification_certificate WHERE person = {person} AND state = {state} AND not_before <= {now} AND not_after > {now} LIMIT 1"))
            .await?;
        Ok(found.is_some())
    }

    /// The certificate with exactly these bytes, if this authority issued it; for what was signed outside.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn by_der(unit: &mut Unit, by: &Actor, der: &[u8]) -> Result<Option<Self>, Error> {
        if matches!(by, Actor::Nobody) {
            return Err(Refused::NotSignedIn.into());
        }
        let sha256 = pki::DigestAlgorithm::Sha256.digest(der);
        Ok(unit
            .find(sql!(
                "SELECT id, serial, subject, enrolment, person, company, credential, name, der, sha256, not_before, not_after, state, version, issued, confirmed,
                        asked, revoked, reason, sealed, wrong_secrets, locked_until
                 FROM certification_certificate WHERE sha256 = {sha256}"
            ))
            .await?)
    }

    /// The certificate as X.509.
    #[must_use]
    pub fn x509(&self) -> pki::Certificate {
        pki::Certificate::parse(&self.der).expect("it was parsed before it was stored")
    }

    /// Says no unless it signs at `now`.
    ///
    /// # Errors
    /// Not confirmed, being revoked, revoked, not yet or no longer in its time.
    pub fn usable(&self, now: Instant) -> Result<(), Error> {
        if self.state != State::Active {
            return Err(Error::NotUsable { state: self.state });
        }
        if now < self.not_before || now >= self.not_after {
            return Err(Error::NotUsable { state: State::Expired });
        }
        Ok(())
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
            .run(sql!("UPDATE certification_certificate SET state = {next}, version = version + 1 WHERE id = {this.id} AND version = {this.version}"))
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
        for effect in effects {
            match effect {
                Effect::Revoke => drop(jobs::enqueue(unit, now, &crate::work::Revoke { certificate: this.id }).await?),
                Effect::Publish => {
                    jobs::enqueue(unit, now, &crate::work::PublishList {}).await?;
                    jobs::enqueue(unit, now, &crate::work::TellRevoked { certificate: this.id }).await?;
                }
            }
        }
        Ok(next)
    }
}

#[derive(Record)]
struct Found {
    #[expect(dead_code, reason = "only whether there is a row")]
    id: CertificateId,
}

/// The program confirms, revokes and lets run out.
#[derive(Debug)]
pub(crate) struct Keeping;
impl Action<Certificate> for Keeping {
    const DEED: &'static str = "certificate.keep";
    fn allowed(actor: &Actor, certificate: &Certificate) -> Result<(), Refused> {
        match actor {
            Actor::System { .. } => Ok(()),
            Actor::Member(member) if member.person == certificate.person => Ok(()),
            Actor::Nobody => Err(Refused::NotSignedIn),
            Actor::Member(_) | Actor::Operator(_) => Err(Refused::NotYours),
        }
    }
}
