//! Sends what was written, and writes down how it ended.

use std::sync::{Arc, Mutex, PoisonError};

use foundation::{Actor, Clock, Instant};
use jobs::{Failure, Job, Registry};
use lettre::Address;
use lettre::message::Mailbox;
use serde_json::json;
use store::{Database, Record, sql, unit};

use crate::letter::build;
use crate::message::{Send, insert};
use crate::settings;
use crate::{Error, MailId, Message, NewSettings, Seal, SendError, Settings, State, Transport, Trial, Wrong, again};

/// Sends mails; cloning it is cheap.
#[derive(Clone)]
pub struct Mailer(Arc<Inside>);

struct Inside {
    db: Database,
    clock: Arc<dyn Clock>,
    /// Given at the start; it wins over what is set in the database.
    given: Option<Way>,
    /// Opens what is set in the database.
    seal: Option<Seal>,
    /// What was opened, with the version of the settings: they change on any node.
    opened: Mutex<Option<(i64, Way)>>,
}

/// A way out, with its sender.
#[derive(Clone)]
struct Way {
    from: Mailbox,
    transport: Transport,
}

/// What stands, for the operator's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A mail server was given at the start (command line or environment); it wins.
    Given(Settings),
    /// The demo keeps its mails in memory.
    InMemory,
    /// The settings of the page decide.
    Settings,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").finish_non_exhaustive()
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
        let way = Way::new(from, transport)?;
        Ok(Self(Arc::new(Inside {
            db,
            clock,
            given: Some(way),
            seal: None,
            opened: Mutex::default(),
        })))
    }
    /// A mailer with settings in the database, sealed by `seal`: they decide, unless something is `given`.
    ///
    /// # Errors
    /// The sender that is given is no address.
    pub fn with_settings(db: Database, clock: Arc<dyn Clock>, given: Option<(&str, Transport)>, seal: Seal) -> Result<Self, SendError> {
        let given = given.map(|(from, transport)| Way::new(from, transport)).transpose()?;
        Ok(Self(Arc::new(Inside {
            db,
            clock,
            given,
            seal: Some(seal),
            opened: Mutex::default(),
        })))
    }
    /// What decides where mails go.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match &self.0.given {
            Some(Way {
                from,
                transport: Transport::Smtp(smtp, _),
            }) => Standing::Given(Settings {
                host: smtp.host.clone(),
                port: smtp.port,
                security: smtp.security,
                login: smtp.user.as_ref().map(|(name, _)| name.clone()),
                sender: from.to_string(),
                version: 0,
                changed: None,
            }),
            Some(_) => Standing::InMemory,
            None => Standing::Settings,
        }
    }
    /// What is set in the database.
    ///
    /// # Errors
    /// The actor is not of the operator, or the database refuses.
    pub async fn settings(&self, by: &Actor) -> Result<Option<Settings>, Error> {
        settings::operator(by)?;
        Ok(settings::read(&self.0.db).await?)
    }
    /// Sets it; mails that wait are tried at once.
    ///
    /// # Errors
    /// The actor is not of the operator, an entry is wrong, or the database refuses.
    pub async fn change(&self, by: &Actor, new: NewSettings) -> Result<(), Error> {
        let seal = self.0.seal.as_ref().ok_or(Error::NothingSet)?;
        settings::change(&self.0.db, seal, by, new, self.0.clock.now()).await
    }
    /// Sends a test mail to `to` by what is given, else by what is set, and tells what was said. The journal keeps that it was tried.
    ///
    /// # Errors
    /// The actor is not of the operator, `to` is no address, nothing is set, or the database refuses.
    pub async fn try_out(&self, by: &Actor, to: &str) -> Result<Trial, Error> {
        settings::operator(by)?;
        let Inside {
            db, clock, given, seal, ..
        } = &*self.0;
        let (now, bad) = (clock.now(), |field, why| Error::Bad { field, why });
        let (smtp, from) = match (given, seal) {
            (
                Some(Way {
                    from,
                    transport: Transport::Smtp(smtp, _),
                }),
                _,
            ) => (smtp.as_ref().clone(), from.clone()),
            (_, Some(seal)) => {
                let (_, smtp, from) = settings::opened(db, seal).await?.ok_or(Error::NothingSet)?;
                (
                    smtp,
                    from.parse()
                        .map_err(|_| bad("差出人", "を読めません。入れ直して保存してください。"))?,
                )
            }
            (_, None) => return Err(Error::NothingSet),
        };
        let to: Address = to
            .trim()
            .parse()
            .map_err(|_| bad("宛先", "は、tanto@example.jp のようなメールアドレスで入れてください。"))?;
        let message = Message {
            to: to.to_string(),
            subject: "【CECTRUST】メール設定の確認".to_owned(),
            text: format!(
                "CECTRUST の運営者の画面から送った、設定を確かめるためのメールです。\n届いていれば、設定は正しく働いています。\n\n送った時刻　{}\nこのメールに返信しないでください。\n",
                now.japanese()
            ),
            html: None,
            kind: "mail.trial".to_owned(),
            about: None,
        };
        let built = build(&from, MailId(uuid::Uuid::now_v7()), &message, now).map_err(|_| bad("宛先", "へのメールを作れません。"))?;
        store::outside_any_unit();
        let trial = crate::trial::send(&smtp, &from, &to, &built.formatted()).await;
        let facts = json!({ "host": smtp.host, "port": smtp.port, "outcome": trial.wrong.map_or("taken", Wrong::word) });
        let facts = &facts;
        unit!(db, |unit| settings::note(unit, by, "mail.settings.try", facts.clone(), now).await).await?;
        Ok(trial)
    }
    async fn way(&self) -> Result<Way, SendError> {
        let Inside {
            db, given, seal, opened, ..
        } = &*self.0;
        if let Some(way) = given {
            return Ok(way.clone());
        }
        let not_set = || SendError::later(Wrong::NotSet, "");
        let database = |error: store::Error| SendError::later(Wrong::Inside, error.to_string());
        let version = settings::version(db).await.map_err(database)?.ok_or_else(not_set)?;
        if let Some((_, way)) = self.lock(opened).as_ref().filter(|(known, _)| *known == version) {
            return Ok(way.clone());
        }
        let seal = seal.as_ref().ok_or_else(not_set)?;
        let read = settings::opened(db, seal).await.map_err(|error| match error {
            Error::Store(error) => database(error),
            _ => SendError::later(Wrong::Password, ""),
        })?;
        let (version, smtp, from) = read.ok_or_else(not_set)?;
        let way = Way::new(&from, Transport::smtp(&smtp)?)?;
        *self.lock(opened) = Some((version, way.clone()));
        Ok(way)
    }
    fn lock<'a>(&self, opened: &'a Mutex<Option<(i64, Way)>>) -> std::sync::MutexGuard<'a, Option<(i64, Way)>> {
        opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// The job that sends runs here.
    pub fn register(&self, registry: &mut Registry) {
        let mailer = self.clone();
        registry.on(move |run, job: Send| {
            let mailer = mailer.clone();
            async move { mailer.send_written(job.mail, run.attempt >= Send::TRIES).await }
        });
        let db = self.0.db.clone();
        registry.every("mail.settle", 60, move |run| {
            let db = db.clone();
            async move { Ok(again::settle_broken_off(&db, run.now).await.map(drop)?) }
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
        sent.map_err(|error| as_failure(&error))
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
        sent.map_err(|error| as_failure(&error))
    }
    async fn send(&self, mail: MailId, message: &Message, now: Instant) -> Result<(), SendError> {
        store::outside_any_unit();
        let way = self.way().await?;
        let built = build(&way.from, mail, message, now)?;
        way.transport.send(message, built, now).await
    }
    async fn settle(&self, mail: MailId, sent: &Result<(), SendError>, last: bool) -> store::Result<()> {
        let Inside { db, clock, .. } = &*self.0;
        let now = clock.now();
        let error = sent.as_ref().err();
        let (wrong, error) = (error.map(|error| error.wrong), error.map(|error| error.why.as_str()));
        let state = match sent {
            Ok(()) => State::Sent,
            Err(error) if last || error.permanent => State::Refused,
            Err(_) => State::Waiting,
        };
        let ended = (state != State::Waiting).then_some(now);
        unit!(db, |unit| {
            unit.one(sql!(
                "UPDATE mail_message SET state = {state}, attempts = attempts + 1, wrong = {wrong}, last_error = {error}, ended_at = {ended} WHERE id = {mail}"
            ))
            .await
        })
        .await
    }
}

impl Way {
    fn new(from: &str, transport: Transport) -> Result<Self, SendError> {
        let from = from.parse().map_err(|_| SendError::later(Wrong::Sender, from))?;
        Ok(Self { from, transport })
    }
}

fn as_failure(error: &SendError) -> Failure {
    if error.permanent {
        Failure::never(error.to_string())
    } else {
        Failure::again(error.to_string())
    }
}
