//! Issue in three steps: the intent with the bytes to sign (unit) → the signature (no unit) → the certificate (unit).
//! An open intent is presumed to have happened: the resolver finishes it, it never forgets it.

use foundation::{Actor, CertificateId, Instant, Random, Secret};
use pki::Serial;
use store::{Database, Record, sql, unit};

use super::state::{Did, step};
use super::{Applying, Enrolment, EnrolmentId, Running};
use crate::certificate::Certificate;
use crate::certificate::state::State as CertificateState;
use crate::{Error, Hierarchy, Subject, Terms, pin, publication};

const BY: Actor = Actor::System {
    cause: "certification.issue",
};

/// What was to be signed; its id becomes the certificate's.
#[derive(Record)]
struct Intent {
    id: CertificateId,
    enrolment: EnrolmentId,
    tbs: Vec<u8>,
}

/// Enters the ダウンロードPIN; a right one issues the certificate at once. Three-step act.
///
/// # Errors
/// 申請PIN not entered, a slip, wrong or void PIN, a request that the profile refuses, a signer that does not sign (the resolver then goes on).
pub async fn confirm_download_pin(
    db: &Database,
    authority: &Hierarchy,
    by: &Actor,
    id: EnrolmentId,
    typed: &Secret<String>,
    now: Instant,
    random: &dyn Random,
) -> Result<Certificate, Error> {
    let typed = pin::read_download_pin(typed.reveal())?;
    let terms = Terms::at(now);
    let booked = unit!(db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
        enrolment.web_open(by, now)?;
        step(enrolment.state, Did::DownloadPinAccepted)?;
        let Some(hash) = enrolment.download_hash.clone() else { return Ok(Err(Error::PinOver)) };
        if enrolment.download_until.is_none_or(|until| now >= until) {
            Enrolment::moved(&enrolment, unit, Did::DownloadPinVoided, now).await?;
            return Ok(Err(Error::PinOver));
        }
        // Tries that are still being checked count too: many at once must not be more than five.
        if enrolment.wrong_downloads >= terms.wrong_downloads {
            return Ok(Err(Error::PinLocked));
        }
        unit.one(sql!(
            "UPDATE certification_enrolment SET wrong_downloads = wrong_downloads + 1, tried = {now}, version = version + 1 WHERE id = {id} AND version = {enrolment.version}"
        ))
        .await?;
        let subject = Subject::load(unit, enrolment.subject).await?;
        Ok::<_, Error>(Ok((enrolment.into_inner(), subject, hash)))
    })
    .await?;
    let (enrolment, subject, hash) = booked?;
    let right = pin::matches(typed, hash.clone()).await;
    let key = enrolment.public_key.clone().ok_or(Error::RequestUnreadable)?;
    let serial = Serial::random(random);
    let built = authority.subscriber(&subject, enrolment.credential, &key, &serial, now);
    let intent = CertificateId(foundation::uuid_v7(now, random));
    let settled = unit!(db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
        if enrolment.download_hash.as_ref() != Some(&hash) {
            return Ok(Err(Error::PinOver)); // another mail came between
        }
        if !right {
            let left = terms.wrong_downloads - enrolment.wrong_downloads;
            if left <= 0 {
                unit.one(sql!("UPDATE certification_enrolment SET download_hash = NULL WHERE id = {id}")).await?;
                Enrolment::moved(&enrolment, unit, Did::DownloadPinVoided, now).await?;
                return Ok(Err(Error::PinLocked));
            }
            crate::note(unit, by, "enrolment.wrong_download_pin", id.0, serde_json::json!({ "left": left }), now).await?;
            return Ok(Err(Error::PinWrong { left }));
        }
        let tbs = match &built {
            Ok(built) => &built.tbs,
            Err(Error::Lint(found)) => {
                unit.one(sql!("UPDATE certification_enrolment SET wrong_downloads = wrong_downloads - 1 WHERE id = {id}")).await?;
                return Ok(Err(Error::Lint(found.clone())));
            }
            Err(_) => return Ok(Err(Error::Lint(vec!["profile".to_owned()]))),
        };
        let (lease, content) = (now.plus_seconds(terms.lease), serial.content());
        unit.one(sql!("INSERT INTO certification_intent (id, enrolment, serial, tbs, opened, lease) VALUES ({intent}, {id}, {content}, {tbs}, {now}, {lease})")).await?;
        unit.one(sql!("UPDATE certification_enrolment SET download_hash = NULL WHERE id = {id}")).await?;
        let tbs_sha256 = hex::encode(pki::DigestAlgorithm::Sha256.digest(tbs));
        crate::note(unit, by, "certificate.sign_intent", intent.0, serde_json::json!({ "enrolment": id, "serial": serial.to_string(), "tbs_sha256": tbs_sha256 }), now).await?;
        Enrolment::moved(&enrolment, unit, Did::DownloadPinAccepted, now).await?;
        Ok::<_, Error>(Ok(()))
    })
    .await?;
    settled?;
    finish(
        db,
        authority,
        Intent {
            id: intent,
            enrolment: id,
            tbs: built?.tbs,
        },
        now,
        random,
    )
    .await
}

/// The resolver of tries of a ダウンロードPIN, as [`super::pin_entry::exhausted`]: only another mail helps.
pub(crate) async fn exhausted(db: &Database, by: &Actor, id: EnrolmentId, now: Instant) -> Result<(), Error> {
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
        let used_up = enrolment.download_hash.is_some() && enrolment.wrong_downloads >= Terms::at(now).wrong_downloads;
        if used_up && step(enrolment.state, Did::DownloadPinVoided).is_ok() {
            unit.one(sql!("UPDATE certification_enrolment SET download_hash = NULL WHERE id = {id}"))
                .await?;
            Enrolment::moved(&enrolment, unit, Did::DownloadPinVoided, now).await?;
        }
        Ok::<_, Error>(())
    })
    .await
}

/// Steps two and three; may run more than once.
async fn finish(db: &Database, authority: &Hierarchy, intent: Intent, now: Instant, random: &dyn Random) -> Result<Certificate, Error> {
    let signer = authority.issuing_signer().clone();
    let (tbs, algorithm) = (intent.tbs.clone(), signer.algorithm());
    let signature = jobs::work(move || signer.sign(&tbs)).await?;
    let x509 = pki::Certificate::parse(&pki::assemble(&intent.tbs, algorithm, &signature))
        .map_err(|_| Error::Lint(vec!["unreadable".to_owned()]))?;
    // The signed bytes are those of the intent, and the signature is the authority's.
    let issuer = authority.issuing().public_key().map_err(|_| keys::KeyError::SelfTestFailed)?;
    if x509.tbs() != intent.tbs || x509.verify_signature(&issuer).is_err() {
        return Err(keys::KeyError::SelfTestFailed.into());
    }
    let mut nonce = [0u8; 32];
    random.fill(&mut nonce);
    let id = intent.id;
    unit!(db, |unit| {
        let closed = unit.run(sql!("UPDATE certification_intent SET closed = {now} WHERE id = {id} AND closed IS NULL")).await?;
        if closed == 1 {
            let enrolment = Enrolment::open::<Running>(unit, &BY, intent.enrolment).await?;
            let subject = Subject::load(unit, enrolment.subject).await?;
            let (serial, der, sha256, state) = (x509.serial().content(), x509.der(), x509.sha256(), CertificateState::Issued);
            let (not_before, not_after, name) = (x509.not_before(), x509.not_after(), subject.name());
            unit.one(sql!(
                "INSERT INTO certification_certificate
                   (id, serial, subject, enrolment, person, company, credential, name, der, sha256, not_before, not_after, state, version, issued, sealed, wrong_secrets)
                 VALUES ({id}, {serial}, {subject.id}, {enrolment.id}, {enrolment.person}, {enrolment.company}, {enrolment.credential}, {name}, {der}, {sha256},
                         {not_before}, {not_after}, {state}, 1, {now}, {enrolment.sealed}, 0)"
            ))
            .await?;
            publication::issued(unit, serial, not_after).await?;
            // The sealed key lives beside its certificate from now on, once.
            unit.one(sql!("UPDATE certification_enrolment SET certificate = {id}, nonce = {nonce}, sealed = NULL WHERE id = {enrolment.id}")).await?;
            let facts = serde_json::json!({ "serial": x509.serial().to_string(), "sha256": hex::encode(&sha256), "enrolment": enrolment.id });
            crate::note(unit, &BY, "certificate.issued", id.0, facts, now).await?;
            Enrolment::moved(&enrolment, unit, Did::Signed, now).await?;
        }
        Ok::<_, Error>(Certificate::open::<crate::certificate::Viewing>(unit, &BY, id).await?.into_inner())
    })
    .await
}

/// Finishes every intent whose lease is over; runs at boot and every minute. Says how many.
///
/// # Errors
/// The signer does not sign, or the database did not answer.
pub async fn resolve_open(db: &Database, authority: &Hierarchy, now: Instant, random: &dyn Random) -> Result<usize, Error> {
    let open: Vec<Intent> = db
        .all(sql!(
            "SELECT id, enrolment, tbs FROM certification_intent WHERE closed IS NULL AND lease <= {now} ORDER BY id"
        ))
        .await?;
    let count = open.len();
    let mut first = None;
    for intent in open {
        // One that cannot be finished must not keep the others open; the schedule fails with it and says so.
        if let Err(error) = finish(db, authority, intent, now, random).await {
            first.get_or_insert(error);
        }
    }
    first.map_or(Ok(count), Err)
}
