//! Messages and their rows.

use foundation::Instant;
use jobs::Job;
use serde::{Deserialize, Serialize};
use store::{Database, Record, Result, Unit, sql};

use crate::Wrong;

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

/// What became of a mail's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// It is kept: the mail can be sent again as it is.
    Kept,
    /// It was kept, and cleared after its time.
    Cleared,
    /// It carries a secret: it never was kept, and nobody is shown it.
    Secret,
}

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
    /// Why it was not taken at the last try; none: it was, or there was no try yet.
    pub wrong: Option<Wrong>,
    /// What the server said then.
    pub last_error: Option<String>,
    /// It carries a secret.
    pub is_secret: bool,
    /// Its text is kept.
    pub has_text: bool,
    /// When it was written.
    pub written_at: Instant,
    /// When it was sent or refused.
    pub ended_at: Option<Instant>,
}

impl Listed {
    /// What became of its text.
    #[must_use]
    pub const fn text(&self) -> Text {
        match (self.is_secret, self.has_text) {
            (true, _) => Text::Secret,
            (false, true) => Text::Kept,
            (false, false) => Text::Cleared,
        }
    }
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
    let is_secret = body.is_none();
    unit.one(sql!(
        "INSERT INTO mail_message (id, kind, about, recipient, subject, body, html, is_secret, state, attempts, written_at)
         VALUES ({id}, {kind}, {about}, {to}, {subject}, {body}, {html}, {is_secret}, {State::Waiting}, 0, {now})"
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
        "SELECT id, kind, about, recipient, subject, state, attempts, wrong, last_error, is_secret,
                body IS NOT NULL AS has_text, written_at, ended_at
         FROM mail_message WHERE about = {about} ORDER BY written_at, id LIMIT 200"
    ))
    .await
}
