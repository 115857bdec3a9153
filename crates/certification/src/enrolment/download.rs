//! The ダウンロードPIN: the one secret that travels by mail. It is made at sending time and kept nowhere but in the mail.

use foundation::{Actor, Authorized, Instant, Random};
use store::{Database, Unit, sql, unit};

use super::state::{Did, State, step};
use super::{Applying, Enrolment, EnrolmentId, Running};
use crate::{Error, Subject, Terms, pin};

const PIN_MAIL: &str = "certification.download_pin";

impl Enrolment {
    /// Asks for another ダウンロードPIN; the one before becomes void when the new one is made.
    ///
    /// # Errors
    /// The 申請PIN was not entered, the state does not allow it, or the database did not answer.
    pub async fn ask_download_pin(this: &Authorized<Self, Applying>, unit: &mut Unit, now: Instant) -> Result<State, Error> {
        this.web_open(this.by(), now)?;
        let (about, since) = (this.id.to_string(), now.plus_days(-1));
        let sent: i64 = unit
            .only(sql!(
                "SELECT COUNT(*) FROM mail_message WHERE about = {about} AND kind = {PIN_MAIL} AND written_at > {since}"
            ))
            .await?;
        if sent >= Terms::at(now).download_mails {
            return Err(Error::TooManyMails);
        }
        Self::moved(this, unit, Did::DownloadPinAsked, now).await
    }
}

/// Makes the PIN, stores its hash, sends the mail. If the program dies between, the job runs again and the new PIN voids the lost one.
pub(crate) async fn mail_pin(
    db: &Database,
    mailer: &mail::Mailer,
    by: &Actor,
    id: EnrolmentId,
    now: Instant,
    random: &dyn Random,
) -> Result<(), Error> {
    let pin = pin::download_pin(random);
    let hash = pin::hash(
        pin::read_download_pin(pin.reveal()).expect("a PIN of ours has eight characters"),
        random,
    )
    .await?;
    let found = unit!(db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
        if step(enrolment.state, Did::DownloadPinMade).is_err() {
            return Ok(None); // it went on without this mail
        }
        let until = now.plus_seconds(Terms::at(now).download);
        unit.one(sql!(
            "UPDATE certification_enrolment SET download_hash = {hash}, download_until = {until}, wrong_downloads = 0 WHERE id = {id}"
        ))
        .await?;
        Enrolment::moved(&enrolment, unit, Did::DownloadPinMade, now).await?;
        let subject = Subject::load(unit, enrolment.subject).await?;
        Ok::<_, Error>(Some((subject, enrolment.number.clone(), until)))
    })
    .await?;
    let Some((subject, number, until)) = found else { return Ok(()) };
    let body = format!(
        "{} {} 様\n\n発行申請番号 {number} のダウンロードPINをお知らせします。\n\n    ダウンロードPIN: {}\n\n\
         有効期限は {} です。申請PINを入力した画面で、このPINを入力してください。\n\
         このPINだけでは電子証明書を取得できません。心当たりのない場合は、このメールを破棄してください。\n\nCECSIGN認証局\n",
        subject.company_name,
        subject.name(),
        pin.reveal(),
        until.japanese(),
    );
    let message = mail::Message {
        to: subject.mail,
        subject: "【CECSIGN】ダウンロードPINのお知らせ".to_owned(),
        text: body,
        html: None,
        kind: PIN_MAIL.to_owned(),
        about: Some(id.to_string()),
    };
    mailer.send_now(&message).await.map_err(|failure| {
        Error::Mail(match failure {
            jobs::Failure::Again(why) | jobs::Failure::Never(why) => why,
        })
    })
}
