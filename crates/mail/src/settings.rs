//! Where mails go, as the operator set it: one row, the password sealed.

use std::sync::Arc;

use foundation::{Actor, Instant, Random, Refused, Secret};
use keys::SealedText;
use lettre::message::Mailbox;
use serde_json::json;
use store::{Database, Record, Unit, sql, unit};

use crate::{Error, Security, Smtp};

store::column_as!(Security { Plain = "plain", StartTls = "starttls", Tls = "tls" });

/// What seals the password: the installation's unlock secret.
#[derive(Clone)]
pub struct Seal {
    secret: Arc<Secret<Vec<u8>>>,
    random: Arc<dyn Random>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

/// Bound into every sealed password.
const ABOUT: &[u8] = b"mail_settings.password";

impl Seal {
    /// With this secret.
    #[must_use]
    pub fn new(secret: Secret<Vec<u8>>, random: Arc<dyn Random>) -> Self {
        Self {
            secret: Arc::new(secret),
            random,
        }
    }
    async fn seal(&self, password: Secret<String>) -> Vec<u8> {
        let Self { secret, random } = self.clone();
        jobs::work(move || SealedText::seal(&password, secret.reveal(), ABOUT, &*random).as_bytes().to_vec()).await
    }
    async fn open(&self, sealed: Vec<u8>) -> Result<Secret<String>, Error> {
        let secret = self.secret.clone();
        jobs::work(move || SealedText::from_bytes(sealed).open(secret.reveal(), ABOUT))
            .await
            .map_err(|_| Error::Password)
    }
}

/// The settings as a page may show them: whether there is a password, never which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way is protected.
    pub security: Security,
    /// The name at sign-in, if it wants one.
    pub login: Option<String>,
    /// The sender.
    pub sender: String,
    /// Raised at every change.
    pub version: i64,
    /// When it was changed last.
    pub changed: Option<Instant>,
}

/// What is to be set.
#[derive(Debug)]
pub struct NewSettings {
    /// The mail server.
    pub host: String,
    /// Its port.
    pub port: String,
    /// How the way is protected: the word of [`Security`].
    pub security: String,
    /// The name at sign-in; empty: none.
    pub login: String,
    /// The password; empty: the one that is kept stays.
    pub password: Secret<String>,
    /// The sender, a mail address.
    pub sender: String,
}

#[derive(Record)]
struct Row {
    host: String,
    port: i64,
    security: Security,
    login: Option<String>,
    password: Option<Vec<u8>>,
    sender: String,
    version: i64,
    changed_at: Instant,
}

/// People of the operator.
pub(crate) const fn operator(by: &Actor) -> Result<(), Refused> {
    match by {
        Actor::Operator(_) | Actor::System { .. } => Ok(()),
        Actor::Nobody => Err(Refused::NotSignedIn),
        Actor::Member(_) => Err(Refused::OperatorOnly),
    }
}

async fn row(db: &Database) -> Result<Option<Row>, store::Error> {
    db.find(sql!(
        "SELECT host, port, security, login, password, sender, version, changed_at FROM mail_settings WHERE one = 1"
    ))
    .await
}

/// What is set in the database.
pub(crate) async fn read(db: &Database) -> Result<Option<Settings>, store::Error> {
    Ok(row(db).await?.map(Row::shown))
}

/// The version of what is set; none: nothing.
pub(crate) async fn version(db: &Database) -> Result<Option<i64>, store::Error> {
    db.find(sql!("SELECT version FROM mail_settings WHERE one = 1")).await
}

/// What is set, with its password, as a mail server and a sender.
pub(crate) async fn opened(db: &Database, seal: &Seal) -> Result<Option<(i64, Smtp, String)>, Error> {
    let Some(row) = row(db).await? else { return Ok(None) };
    let user = match (row.login.clone(), row.password.clone()) {
        (Some(login), Some(sealed)) => Some((login, seal.open(sealed).await?)),
        _ => None,
    };
    let sender = row.sender.clone();
    let version = row.version;
    let shown = row.shown();
    let smtp = Smtp {
        host: shown.host,
        port: shown.port,
        security: shown.security,
        user,
    };
    Ok(Some((version, smtp, sender)))
}

/// Sets it, with its journal entry (never the password).
pub(crate) async fn change(db: &Database, seal: &Seal, by: &Actor, new: NewSettings, now: Instant) -> Result<(), Error> {
    operator(by)?;
    let wrong = |field, why| Error::Bad { field, why };
    let host = new.host.trim().to_owned();
    if host.is_empty() || host.len() > 253 || !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte)) {
        return Err(wrong(
            "サーバー",
            "は、mail.example.jp のような名前か、IPアドレスで入れてください。",
        ));
    }
    let port: u16 = match new.port.trim().parse() {
        Ok(port) if port > 0 => port,
        _ => return Err(wrong("ポート", "は、1〜65535 の数字で入れてください。")),
    };
    let security = Security::from_word(new.security.trim()).ok_or_else(|| wrong("暗号化", "が選ばれていません。"))?;
    let sender = new.sender.trim().to_owned();
    if sender.parse::<Mailbox>().is_err() {
        return Err(wrong("差出人", "は、no-reply@example.jp のようなメールアドレスで入れてください。"));
    }
    let login = Some(new.login.trim().to_owned()).filter(|login| !login.is_empty());
    let given = !new.password.reveal().is_empty();
    if security == Security::Plain && login.is_some() && !is_here(&host) {
        return Err(wrong(
            "暗号化",
            "なしでは、パスワードがだれにでも読める形で流れます。STARTTLS か TLS を選んでください。",
        ));
    }
    let sealed = if login.is_some() && given {
        Some(seal.seal(new.password).await)
    } else {
        None
    };
    let (login, sealed) = (&login, &sealed);
    unit!(db, |unit| {
        let before: Option<(i64, Option<Vec<u8>>)> = unit.find(sql!("SELECT version, password FROM mail_settings WHERE one = 1")).await?;
        let (version, kept) = before.map_or((0, None), |(version, kept)| (version, kept));
        let password = match (login, sealed) {
            (None, _) => None,
            (Some(_), Some(sealed)) => Some(sealed.clone()),
            (Some(_), None) => kept,
        };
        if login.is_some() && password.is_none() {
            return Err(wrong("パスワード", "が入っていません。利用者名を入れるときは、パスワードも入れてください。"));
        }
        let next = version + 1;
        let port = i64::from(port);
        unit.one(sql!(
            "INSERT INTO mail_settings (one, host, port, security, login, password, sender, version, changed_at)
             VALUES (1, {host}, {port}, {security}, {login}, {password}, {sender}, {next}, {now})
             ON CONFLICT (one) DO UPDATE SET host = {host}, port = {port}, security = {security}, login = {login}, password = {password},
               sender = {sender}, version = {next}, changed_at = {now}"
        ))
        .await?;
        let said = match (login, given) {
            (None, _) => "none",
            (Some(_), true) => "changed",
            (Some(_), false) => "kept",
        };
        let facts = json!({ "host": host, "port": port, "security": security.word(), "login": login, "password": said, "sender": sender, "version": next });
        note(unit, by, "mail.settings.change", facts, now).await?;
        crate::again::all_waiting(unit, now).await
    })
    .await
}

/// A name that does not leave this machine.
fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "::1") || host.starts_with("127.")
}

pub(crate) async fn note(unit: &mut Unit, by: &Actor, deed: &str, facts: serde_json::Value, now: Instant) -> Result<(), store::Error> {
    journal::note(
        unit,
        journal::Entry {
            actor: by,
            deed,
            subject: &"mail.settings",
            facts,
            at: now,
        },
    )
    .await
}

impl Row {
    fn shown(self) -> Settings {
        Settings {
            host: self.host,
            port: u16::try_from(self.port).unwrap_or(25),
            security: self.security,
            login: self.login,
            sender: self.sender,
            version: self.version,
            changed: Some(self.changed_at),
        }
    }
}
