//! `GET /operator/mail`: where mails go, a test mail with what the server said, and the mails that did not arrive.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use foundation::Actor;
use mail::{Line, Listed, MailId, NewSettings, Security, Settings, Standing, Text, Trial, Wrong};
use serde::Deserialize;

use crate::{
    Entries, House, SignedIn, Sorry, Visit,
    layout::{onward, page_with},
    paging::{self, ONE_MORE, older},
    words,
};

/// Which part of the list is wanted, and whether the settings have just been saved.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(flatten)]
    part: paging::Asked,
    #[serde(default)]
    saved: String,
}

/// A mail that did not arrive.
struct Late {
    id: String,
    subject: String,
    recipient: String,
    is_refused: bool,
    state: &'static str,
    word: &'static str,
    attempts: u32,
    written: String,
    /// The word of its cause, none before the first try.
    cause: Option<&'static str>,
    why: &'static str,
    next: Option<&'static str>,
    said: String,
    /// Only a text that is kept can be sent again.
    text: Text,
}

/// What stands in the form.
struct Form {
    host: String,
    port: String,
    security: String,
    login: String,
    sender: String,
    has_login: bool,
}

/// How a test went.
struct Tried<'a> {
    to: &'a str,
    trial: Trial,
}

#[derive(Template)]
#[template(path = "operator/mail.html")]
struct Page<'a> {
    visit: &'a Visit,
    /// `given`, `memory` or `settings`.
    standing: &'static str,
    given: Option<Settings>,
    is_set: bool,
    changed: Option<String>,
    form: Form,
    failed: Option<&'a Sorry>,
    saved: bool,
    tried: Option<Tried<'a>>,
    /// What was typed for the test mail.
    to: &'a str,
    late: Vec<Late>,
    older: Option<String>,
    is_first: bool,
}

impl Page<'_> {
    /// Whether there is anything a test mail could be sent by.
    const fn can_try(&self) -> bool {
        self.given.is_some() || self.is_set
    }
}

const fn security_word(security: Security) -> &'static str {
    match security {
        Security::Plain => "暗号化しない",
        Security::StartTls => "STARTTLS（つないでから暗号化）",
        Security::Tls => "TLS（はじめから暗号化）",
    }
}

fn late(mail: Listed) -> Late {
    let is_refused = mail.state == mail::State::Refused;
    let why = match (mail.wrong, mail.attempts) {
        (Some(wrong), _) => wrong.sentence(),
        (None, 0) => "まもなく送ります。",
        (None, _) => Wrong::Unknown.sentence(),
    };
    Late {
        id: mail.id.to_string(),
        cause: mail.wrong.map(Wrong::word),
        why,
        next: mail.wrong.map(Wrong::next),
        text: mail.text(),
        subject: mail.subject,
        recipient: mail.recipient,
        is_refused,
        state: if is_refused { "refused" } else { "waiting" },
        word: if is_refused { "届きませんでした" } else { "送信待ち" },
        attempts: mail.attempts,
        written: words::moment(mail.written_at),
        said: mail.last_error.unwrap_or_default(),
    }
}

fn operator(by: &Actor) -> Result<(), Sorry> {
    match by {
        Actor::Operator(_) => Ok(()),
        _ => Err(foundation::Refused::OperatorOnly.into()),
    }
}

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    operator(visit.actor())?;
    drawn(&house, &visit, &asked, Done::default()).await
}

/// `POST /operator/mail`: sets it.
pub async fn set(State(house): State<House>, SignedIn(visit): SignedIn, entries: Entries) -> Result<Response, Sorry> {
    operator(visit.actor())?;
    let new = NewSettings {
        host: entries.text("host").to_owned(),
        port: entries.text("port").to_owned(),
        security: entries.text("security").to_owned(),
        login: entries.text("login").to_owned(),
        password: entries.secret("password"),
        sender: entries.text("sender").to_owned(),
    };
    match house.mailer.change(visit.actor(), new).await.map_err(Sorry::from) {
        Ok(()) => Ok(onward("/operator/mail?saved=1")),
        Err(sorry) if sorry.status == StatusCode::UNPROCESSABLE_ENTITY => {
            let form = Form {
                host: entries.text("host").to_owned(),
                port: entries.text("port").to_owned(),
                security: entries.text("security").to_owned(),
                login: entries.text("login").to_owned(),
                sender: entries.text("sender").to_owned(),
                has_login: false,
            };
            let done = Done {
                form: Some(form),
                failed: Some(&sorry),
                ..Done::default()
            };
            drawn(&house, &visit, &Asked::default(), done).await
        }
        Err(sorry) => Err(sorry.with_way("/operator/mail", "メールの設定に戻る")),
    }
}

/// `POST /operator/mail/test`: a real mail, and what the server said.
pub async fn try_out(State(house): State<House>, SignedIn(visit): SignedIn, entries: Entries) -> Result<Response, Sorry> {
    operator(visit.actor())?;
    let to = entries.text("to");
    match house.mailer.try_out(visit.actor(), to).await.map_err(Sorry::from) {
        Ok(trial) => {
            let done = Done {
                tried: Some(Tried { to, trial }),
                to,
                ..Done::default()
            };
            drawn(&house, &visit, &Asked::default(), done).await
        }
        Err(sorry) if sorry.status.is_server_error() => Err(sorry),
        Err(sorry) => {
            let done = Done {
                failed: Some(&sorry),
                to,
                ..Done::default()
            };
            drawn(&house, &visit, &Asked::default(), done).await
        }
    }
}

/// `POST /operator/mail/{id}/again`: a refused mail is sent again.
pub async fn again(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    mail::again(&house.db, visit.actor(), MailId(id), house.now()).await.map_err(back)?;
    Ok(onward("/operator/mail#late"))
}

/// `POST /operator/mail/{id}/done`: somebody told the recipient otherwise.
pub async fn done(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    mail::take_up(&house.db, visit.actor(), MailId(id), house.now())
        .await
        .map_err(back)?;
    Ok(onward("/operator/mail#late"))
}

fn back(error: mail::Error) -> Sorry {
    Sorry::from(error).with_way("/operator/mail", "メールの設定に戻る")
}

/// What was just done on the page.
#[derive(Default)]
struct Done<'a> {
    form: Option<Form>,
    failed: Option<&'a Sorry>,
    tried: Option<Tried<'a>>,
    /// What was typed for the test mail.
    to: &'a str,
}

async fn drawn(house: &House, visit: &Visit, asked: &Asked, done: Done<'_>) -> Result<Response, Sorry> {
    let Done { form, failed, tried, to } = done;
    let by = visit.actor();
    let kept = house.mailer.settings(by).await?;
    let (standing, given) = match house.mailer.standing() {
        Standing::Given(settings) => ("given", Some(settings)),
        Standing::InMemory => ("memory", None),
        Standing::Settings => ("settings", None),
    };
    let mut listed = mail::troubled_page(&house.db, by, asked.part.before.map(MailId), ONE_MORE).await?;
    let older = older(&mut listed, |mail| mail.id.to_string());
    let (is_set, changed) = (kept.is_some(), kept.as_ref().and_then(|kept| kept.changed).map(words::moment));
    let form = form.unwrap_or_else(|| kept.map_or_else(Form::empty, Form::of));
    let status = failed.map_or(StatusCode::OK, |failed| failed.status);
    Ok(page_with(
        status,
        &Page {
            visit,
            standing,
            given,
            is_set,
            changed,
            form,
            failed,
            saved: !asked.saved.is_empty(),
            tried,
            to,
            late: listed.into_iter().map(late).collect(),
            older,
            is_first: asked.part.before.is_none(),
        },
    ))
}

impl Form {
    fn empty() -> Self {
        Self {
            host: String::new(),
            port: "587".to_owned(),
            security: Security::StartTls.word().to_owned(),
            login: String::new(),
            sender: String::new(),
            has_login: false,
        }
    }
    fn of(kept: Settings) -> Self {
        Self {
            host: kept.host,
            port: kept.port.to_string(),
            security: kept.security.word().to_owned(),
            has_login: kept.login.is_some(),
            login: kept.login.unwrap_or_default(),
            sender: kept.sender,
        }
    }
}
