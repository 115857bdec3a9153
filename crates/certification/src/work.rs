//! The jobs of this room, and who runs them.

use std::sync::Arc;

use foundation::{Actor, CertificateId, Clock, Instant, Random};
use jobs::{Failure, Job, Registry, Run};
use serde::{Deserialize, Serialize};
use store::{Database, Record, Unit, sql, unit};

use crate::certificate::revoke::Reason;
use crate::certificate::state::{Did as CertificateDid, State as CertificateState};
use crate::certificate::{Certificate, Keeping, Revoking};
use crate::enrolment::letter::{LetterFailure, Sender};
use crate::enrolment::state::{Did, State};
use crate::enrolment::{Enrolment, EnrolmentId, Running, download, issue, letter, pin_entry};
use crate::post::PostOffice;
use crate::{Error, Hierarchy, Subject, Terms, publication};

/// What the jobs of this room need. Made once by `server`.
pub struct Workshop {
    /// The database.
    pub db: Database,
    /// The authority with its signers.
    pub authority: Arc<Hierarchy>,
    /// Who takes letters.
    pub post: Arc<dyn PostOffice>,
    /// Who sends mails.
    pub mailer: mail::Mailer,
    /// What stands in the letters beside the PIN.
    pub sender: Sender,
    /// Where random bytes come from.
    pub random: Arc<dyn Random>,
    /// Where the present comes from.
    pub clock: Arc<dyn Clock>,
}

macro_rules! job {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),* } = $word:literal) => {
        $(#[$doc])*
        #[derive(Debug, Serialize, Deserialize)]
        pub(crate) struct $name { $(pub(crate) $field: $kind),* }
        impl Job for $name {
            const KIND: &'static str = $word;
        }
    };
}

job!(/// Make and post the letter.
    PrintLetter { enrolment: EnrolmentId } = "certification.print_letter");
job!(/// Make and mail the ダウンロードPIN.
    MailDownloadPin { enrolment: EnrolmentId } = "certification.mail_download_pin");
job!(/// Only a new letter helps.
    TellNewLetterNeeded { enrolment: EnrolmentId } = "certification.tell_new_letter");
job!(/// Remind of the receipt; revoke at last.
    AwaitReceipt { enrolment: EnrolmentId, days: i64 } = "certification.await_receipt");
job!(/// The receipt to the holder.
    SendReceipt { enrolment: EnrolmentId } = "certification.send_receipt");
job!(/// Record a revocation.
    Revoke { certificate: CertificateId } = "certification.revoke");
job!(/// Tell the holder of the revocation.
    TellRevoked { certificate: CertificateId } = "certification.tell_revoked");
job!(/// Sign and publish a new list.
    PublishList {} = "certification.publish_list");

/// Puts the jobs and schedules of this room into the registry.
pub fn register(registry: &mut Registry, workshop: &Arc<Workshop>) {
    fn on<J: Job, F: Future<Output = Result<(), Failure>> + Send + 'static>(
        registry: &mut Registry,
        workshop: &Arc<Workshop>,
        act: impl Fn(Arc<Workshop>, Run, J) -> F + Send + Sync + 'static,
    ) {
        let workshop = Arc::clone(workshop);
        registry.on(move |run: Run, job: J| act(Arc::clone(&workshop), run, job));
    }
    on(registry, workshop, |shop, run, job: PrintLetter| async move {
        let printed = letter::print(
            &shop.db,
            &shop.post,
            &shop.sender,
            &run.actor(),
            job.enrolment,
            run.now,
            shop.random.as_ref(),
        )
        .await;
        quiet_if_gone_on(printed)
    });
    on(registry, workshop, |shop, run, job: MailDownloadPin| async move {
        let mailed = download::mail_pin(&shop.db, &shop.mailer, &run.actor(), job.enrolment, run.now, shop.random.as_ref()).await;
        quiet_if_gone_on(mailed)
    });
    on(registry, workshop, |shop, run, job: TellNewLetterNeeded| async move {
        Ok(tell_new_letter(&shop.db, &run, job.enrolment).await?)
    });
    on(registry, workshop, |shop, run, job: AwaitReceipt| async move {
        Ok(await_receipt(&shop.db, &run, &job).await?)
    });
    on(registry, workshop, |shop, run, job: SendReceipt| async move {
        Ok(send_receipt(&shop, &run, job.enrolment).await?)
    });
    on(registry, workshop, |shop, run, job: Revoke| async move {
        Ok(crate::certificate::revoke::revoke(&shop.db, &run.actor(), job.certificate, run.now).await?)
    });
    on(registry, workshop, |shop, run, job: TellRevoked| async move {
        Ok(tell_revoked(&shop.db, &run, job.certificate).await?)
    });
    on(registry, workshop, |shop, run, _: PublishList| async move {
        Ok(publication::publish_list(&shop.db, &shop.authority, run.now).await?)
    });

    let shop = Arc::clone(workshop);
    registry.every("certification.sweep", 60, move |run| {
        let shop = Arc::clone(&shop);
        async move { Ok(sweep(&shop, &run).await?) }
    });
    let shop = Arc::clone(workshop);
    registry.every("certification.lists", 600, move |run| {
        let shop = Arc::clone(&shop);
        async move { Ok(publication::refresh_list(&shop.db, &shop.authority, run.now).await?) }
    });
}

/// A letter or mail for an enrolment that went on meanwhile is no failure.
fn quiet_if_gone_on(done: Result<(), Error>) -> Result<(), Failure> {
    match done {
        Err(Error::Enrolment(_)) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[derive(Record)]
struct Due {
    id: EnrolmentId,
}
#[derive(Record)]
struct DueCertificate {
    id: CertificateId,
}

/// Every minute: open intents, letters that never reached the post, custody that is over, PINs that lapsed or were tried to their end,
/// certificates that ran out. Each row in a unit of its own; one that fails keeps no other waiting, and the schedule tells of the first.
async fn sweep(shop: &Workshop, run: &Run) -> Result<(), Error> {
    let (db, by, now) = (&shop.db, &run.actor(), run.now);
    let terms = Terms::at(now);
    let tried = now.plus_seconds(-terms.lease);
    let mut swept = issue::resolve_open(db, &shop.authority, now, shop.random.as_ref()).await.map(drop);
    let printing = State::Printing;
    let letters: Vec<Due> = db
        .all(sql!(
            "SELECT id FROM certification_enrolment WHERE state = {printing} AND letter_lease <= {now}"
        ))
        .await?;
    for due in letters {
        swept = swept.and(letter::break_off(db, by, due.id, now).await);
    }
    let pins: Vec<Due> = db
        .all(sql!(
            "SELECT id FROM certification_enrolment WHERE pin_hash IS NOT NULL AND wrong_pins >= {terms.wrong_pins} AND (tried IS NULL OR tried <= {tried})"
        ))
        .await?;
    for due in pins {
        swept = swept.and(pin_entry::exhausted(db, by, due.id, now).await);
    }
    let pins: Vec<Due> = db
        .all(sql!(
            "SELECT id FROM certification_enrolment
             WHERE download_hash IS NOT NULL AND wrong_downloads >= {terms.wrong_downloads} AND (tried IS NULL OR tried <= {tried})"
        ))
        .await?;
    for due in pins {
        swept = swept.and(issue::exhausted(db, by, due.id, now).await);
    }
    let at_post = State::AtPost;
    let over: Vec<Due> = db
        .all(sql!(
            "SELECT id FROM certification_enrolment WHERE state = {at_post} AND custody_until <= {now}"
        ))
        .await?;
    for due in over {
        swept = swept.and(came_back(db, by, due.id, now).await);
    }
    let (mailed, picked_up, entered) = (State::Mailed, State::PickedUp, State::PinEntered);
    let lapsed: Vec<Due> = db
        .all(sql!(
            "SELECT id FROM certification_enrolment WHERE state IN ({mailed}, {picked_up}, {entered}) AND pin_until <= {now}"
        ))
        .await?;
    for due in lapsed {
        swept = swept.and(lapse(db, by, due.id, now).await);
    }
    let (issued, active) = (CertificateState::Issued, CertificateState::Active);
    let ended: Vec<DueCertificate> = db
        .all(sql!(
            "SELECT id FROM certification_certificate WHERE state IN ({issued}, {active}) AND not_after <= {now}"
        ))
        .await?;
    for due in ended {
        swept = swept.and(run_out(db, by, due.id, now).await);
    }
    swept
}

async fn came_back(db: &Database, by: &Actor, id: EnrolmentId, now: Instant) -> Result<(), Error> {
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
        if enrolment.state == State::AtPost && enrolment.custody_until.is_some_and(|until| until <= now) {
            Enrolment::letter_failed(&enrolment, unit, LetterFailure::Returned, now).await?;
        }
        Ok::<_, Error>(())
    })
    .await
}

async fn lapse(db: &Database, by: &Actor, id: EnrolmentId, now: Instant) -> Result<(), Error> {
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
        if matches!(enrolment.state, State::Mailed | State::PickedUp | State::PinEntered)
            && enrolment.pin_until.is_some_and(|until| until <= now)
        {
            letter::void(&enrolment, unit).await?;
            Enrolment::moved(&enrolment, unit, Did::Lapsed, now).await?;
        }
        Ok::<_, Error>(())
    })
    .await
}

async fn run_out(db: &Database, by: &Actor, id: CertificateId, now: Instant) -> Result<(), Error> {
    unit!(db, |unit| {
        let certificate = Certificate::open::<Keeping>(unit, by, id).await?;
        if matches!(certificate.state, CertificateState::Issued | CertificateState::Active) {
            Certificate::moved(&certificate, unit, CertificateDid::RanOut, now).await?;
        }
        Ok::<_, Error>(())
    })
    .await
}

async fn mail_about(
    unit: &mut Unit,
    to: &str,
    subject: &str,
    text: String,
    kind: &str,
    about: EnrolmentId,
    now: Instant,
) -> Result<(), Error> {
    let message = mail::Message {
        to: to.to_owned(),
        subject: subject.to_owned(),
        text,
        html: None,
        kind: kind.to_owned(),
        about: Some(about.to_string()),
    };
    mail::enqueue(unit, now, &message).await?;
    Ok(())
}

async fn tell_new_letter(db: &Database, run: &Run, id: EnrolmentId) -> Result<(), Error> {
    let by = run.actor();
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, &by, id).await?;
        let subject = Subject::load(unit, enrolment.subject).await?;
        let text = format!(
            "{} {} 様\n\n発行申請番号 {} は「{}」になりました。\n{}\n\nCECSIGN認証局\n",
            subject.company_name,
            subject.name(),
            enrolment.number,
            enrolment.state.japanese(),
            enrolment.state.what_next()
        );
        mail_about(
            unit,
            &subject.mail,
            "【CECSIGN】承認通知書について",
            text,
            "certification.new_letter",
            id,
            run.now,
        )
        .await
    })
    .await
}

async fn await_receipt(db: &Database, run: &Run, job: &AwaitReceipt) -> Result<(), Error> {
    let (by, now, id) = (run.actor(), run.now, job.enrolment);
    let last = job.days >= Terms::at(now).unconfirmed;
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, &by, id).await?;
        if enrolment.state != State::Issued {
            return Ok(());
        }
        let subject = Subject::load(unit, enrolment.subject).await?;
        if !last {
            let text = format!(
                "{} {} 様\n\n発行申請番号 {} の電子証明書の受領確認がまだ済んでいません（発行から{}日）。\n{}\n発行から{}日までに確認がないときは、電子証明書を失効します。\n\nCECSIGN認証局\n",
                subject.company_name,
                subject.name(),
                enrolment.number,
                job.days,
                enrolment.state.what_next(),
                Terms::at(now).unconfirmed
            );
            return mail_about(unit, &subject.mail, "【CECSIGN】電子証明書の受領確認のお願い", text, "certification.reminder", id, now).await;
        }
        if let Some(certificate) = enrolment.certificate {
            let certificate = Certificate::open::<Revoking>(unit, &by, certificate).await?;
            if certificate.state == CertificateState::Issued {
                Certificate::request_revocation(&certificate, unit, Reason::CessationOfOperation, now).await?;
            }
        }
        Enrolment::moved(&enrolment, unit, Did::NotReceived, now).await?;
        Ok::<_, Error>(())
    })
    .await
}

async fn send_receipt(shop: &Workshop, run: &Run, id: EnrolmentId) -> Result<(), Error> {
    let (db, by, now) = (&shop.db, run.actor(), run.now);
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, &by, id).await?;
        let subject = Subject::load(unit, enrolment.subject).await?;
        let certificate = Certificate::open::<crate::certificate::Viewing>(unit, &by, enrolment.certificate.ok_or(Error::Unknown)?).await?;
        let receipt = papers::certificate_receipt(&papers::CertificateReceipt {
            number: enrolment.number.clone(),
            company: subject.company_name.clone(),
            name: subject.name(),
            certificate_serial: hex::encode(&certificate.serial),
            certificate_sha256: hex::encode(&certificate.sha256),
            received: certificate.confirmed.unwrap_or(now),
            demo: shop.sender.demo,
        });
        mail_about(
            unit,
            &subject.mail,
            "【CECSIGN】電子証明書の受領確認",
            receipt.text(),
            "certification.receipt",
            id,
            now,
        )
        .await
    })
    .await
}

async fn tell_revoked(db: &Database, run: &Run, id: CertificateId) -> Result<(), Error> {
    let (by, now): (Actor, _) = (run.actor(), run.now);
    unit!(db, |unit| {
        let certificate = Certificate::open::<crate::certificate::Viewing>(unit, &by, id).await?;
        let subject = Subject::load(unit, certificate.subject).await?;
        let text = format!(
            "{} {} 様\n\n次の電子証明書を失効しました。\n\n    シリアル番号: {}\n    失効日時: {}\n\n失効より前に行い、タイムスタンプのある署名は、引き続き有効です。\nお心当たりのないときは、直ちに運営者の窓口へご連絡ください。\n\nCECSIGN認証局\n",
            subject.company_name,
            subject.name(),
            hex::encode(&certificate.serial),
            certificate.revoked.unwrap_or(now).japanese(),
        );
        mail_about(unit, &subject.mail, "【CECSIGN】電子証明書を失効しました", text, "certification.revoked", certificate.enrolment, now).await
    })
    .await
}
