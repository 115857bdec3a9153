//! Sends what was written, and writes down how it ended.

use std::sync::Arc;

use foundation::{Clock, Instant};
use jobs::{Failure, Job, Registry};
use lettre::message::Mailbox;
use store::{Database, Record, Result, sql, unit};

use crate::letter::build;
use crate::message::{Send, insert};
use crate::{MailId, Message, SendError, State, Transport};

/// Sends mails; cloning it is cheap.
#[derive(Clone)]
pub struct Mailer(Arc<Inside>);

struct Inside {
    db: Database,
    clock: Arc<dyn Clock>,
    from: Mailbox,
    transport: Transport,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").field("from", &self.0.from).finish_non_exhaustive()
    }
}

#[derive(Record)]
struct Written {
    recipient: String,
    subject: String,
    body: Option<String>,
    html: Option<String>,
    kind: String,
    about: Option<String>,
    state: State,
}

impl Mailer {
    /// A mailer that sends from `from`, e.g. `CECTRUST <noreply@example.jp>`.
    ///
    /// # Errors
    /// `from` is no address.
    pub fn new(db: Database, clock: Arc<dyn Clock>, from: &str, transport: Transport) -> Result<Self, SendError> {
        let from = from.parse().map_err(|error| SendError {
            permanent: true,
            why: format!("{from} is no address: {error}"),
        })?;
        Ok(Self(Arc::new(Inside {
            db,
            clock,
            from,
            transport,
        })))
    }
    /// The job that sends runs here.
    pub fn register(&self, registry: &mut Registry) {
        let mailer = self.clone();
        registry.on(move |run, job: Send| {
            let mailer = mailer.clone();
            async move { mailer.send_written(job.mail, run.attempt >= Send::TRIES).await }
        });
    }
    /// Sends at once, outside any unit, for a mail whose text carries a secret: who, what and how it ended is written, the text never.
    ///
    /// # Errors
    /// The mail was not taken; make a new secret before the next try.
    pub async fn send_now(&self, message: &Message) -> Result<(), Failure> {
        let Inside { db, clock, .. } = &*self.0;
        let now = clock.now();
        let mail = unit!(db, |unit| insert(unit, now, message, None).await).await?;
        let sent = self.send(mail, message, now).await;
        // nobody can send this text again: what was not taken is over
        self.settle(mail, &sent, true).await?;
        sent.map_err(as_failure)
    }
    async fn send_written(&self, mail: MailId, last: bool) -> Result<(), Failure> {
        let Inside { db, clock, .. } = &*self.0;
        let found = db
            .find::<Written>(sql!(
                "SELECT recipient, subject, body, html, kind, about, state FROM mail_message WHERE id = {mail}"
            ))
            .await?;
        let Some(Written {
            recipient,
            subject,
            body: Some(text),
            html,
            kind,
            about,
            state: State::Waiting,
        }) = found
        else {
            return Ok(());
        };
        let message = Message {
            to: recipient,
            subject,
            text,
            html,
            kind,
            about,
        };
        let sent = self.send(mail, &message, clock.now()).await;
        self.settle(mail, &sent, last).await?;
        sent.map_err(as_failure)
    }
    async fn send(&self, mail: MailId, message: &Message, now: Instant) -> Result<(), SendError> {
        store::outside_any_unit();
        let built = build(&self.0.from, mail, message, now)?;
        self.0.transport.send(message, built).await
    }
    async fn settle(&self, mail: MailId, sent: &Result<(), SendError>, last: bool) -> Result<()> {
        let Inside { db, clock, .. } = &*self.0;
        let now = clock.now();
        let error = sent.as_ref().err().map(|error| error.why.as_str());
        let state = match sent {
            Ok(()) => State::Sent,
            Err(error) if last || error.permanent => State::Refused,
            Err(_) => State::Waiting,
        };
        let ended = (state != State::Waiting).then_some(now);
        unit!(db, |unit| {
            unit.one(sql!(
                "UPDATE mail_message SET state = {state}, attempts = attempts + 1, last_error = {error}, ended_at = {ended} WHERE id = {mail}"
            ))
            .await
        })
        .await
    }
}

fn as_failure(error: SendError) -> Failure {
    if error.permanent {
        Failure::never(error.why)
    } else {
        Failure::again(error.why)
    }
}
