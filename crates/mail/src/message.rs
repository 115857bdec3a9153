//! Messages and their rows.

use foundation::Instant;
use jobs::Job;
use serde::{Deserialize, Serialize};
use store::{Database, Record, Result, Unit, sql};

foundation::id!(
    /// One mail; also its Message-ID.
    pub MailId
);
store::column_as!(MailId(uuid::Uuid));

/// A mail to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The address.
    pub to: String,
    /// The subject, Japanese as it is.
    pub subject: String,
    /// The text, lines of any length.
    pub text: String,
    /// The same as HTML; without it, it is made of the text.
    pub html: Option<String>,
    /// What kind of mail, e.g. `"contracts.sent"`.
    pub kind: String,
    /// What it is about: the id of a case, an enrolment.
    pub about: Option<String>,
}

/// How a mail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is sent as soon as the server takes it.
    Waiting,
    /// The server took it.
    Sent,
    /// The server, or the address, refused it for good.
    Refused,
}
store::column_as!(State { Waiting = "waiting", Sent = "sent", Refused = "refused" });

/// A mail without its text.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Listed {
    /// Which.
    pub id: MailId,
    /// What kind.
    pub kind: String,
    /// What it is about.
    pub about: Option<String>,
    /// To whom.
    pub recipient: String,
    /// Its subject.
    pub subject: String,
    /// How it ended.
    pub state: State,
    /// How often it was tried.
    pub attempts: u32,
    /// What the server said last.
    pub last_error: Option<String>,
    /// When it was written.
    pub written_at: Instant,
    /// When it was sent or refused.
    pub ended_at: Option<Instant>,
}

/// The job that sends a mail.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Send {
    pub(crate) mail: MailId,
}
impl Job for Send {
    const KIND: &'static str = "mail.send";
    // 2 s, 4 s … then each hour: a server that is down for a day delays mails, it loses none
    const TRIES: u32 = 36;
}

/// Writes a mail in the caller's unit; it is sent after the unit has committed.
///
/// # Errors
/// The database refuses.
pub async fn enqueue(unit: &mut Unit, now: Instant, message: &Message) -> Result<MailId> {
    let mail = insert(unit, now, message, Some(&message.text)).await?;
    jobs::enqueue(unit, now, &Send { mail }).await?;
    Ok(mail)
}

pub(crate) async fn insert(unit: &mut Unit, now: Instant, message: &Message, body: Option<&str>) -> Result<MailId> {
    // nothing points to a mail; a rerun may draw another id
    let id = MailId(uuid::Uuid::now_v7());
    let Message {
        to,
        subject,
        html,
        kind,
        about,
        ..
    } = message;
    let html = html.as_deref().filter(|_| body.is_some());
    unit.one(sql!(
        "INSERT INTO mail_message (id, kind, about, recipient, subject, body, html, state, attempts, written_at)
         VALUES ({id}, {kind}, {about}, {to}, {subject}, {body}, {html}, {State::Waiting}, 0, {now})"
    ))
    .await?;
    Ok(id)
}

/// The mails about one thing, the oldest first. Whoever shows them has asked for the right on the thing.
///
/// # Errors
/// The database refuses.
pub async fn about(db: &Database, about: &str) -> Result<Vec<Listed>> {
    db.all(sql!(
        "SELECT id, kind, about, recipient, subject, state, attempts, last_error, written_at, ended_at
         FROM mail_message WHERE about = {about} ORDER BY written_at, id LIMIT 200"
    ))
    .await
}
