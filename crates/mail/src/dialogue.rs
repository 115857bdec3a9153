//! The talk with a mail server, step by step: whatever ends it, the step is known, so what is wrong is a fact. A test mail and a real
//! one go the same way.

use std::error::Error as _;
use std::io::ErrorKind;
use std::time::Duration;

use base64::Engine as _;
use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;

use crate::{Security, SendError, Smtp, Wrong};

/// One line of what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What the program said.
    We(String),
    /// What the mail server said.
    Server(String),
    /// What happened on the line.
    Event(String),
}

/// Why a step failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) wrong: Wrong,
    /// The server said that it stays so (5xx).
    is_lasting: bool,
}

impl From<Wrong> for Fault {
    fn from(wrong: Wrong) -> Self {
        Self { wrong, is_lasting: false }
    }
}

type Stop = Result<(), Fault>;

/// A talk with one mail server, secrets masked.
pub(crate) struct Talk<'a> {
    smtp: &'a Smtp,
    /// How long one step may take.
    patience: Duration,
    lines: Vec<Line>,
}

impl<'a> Talk<'a> {
    pub(crate) const fn new(smtp: &'a Smtp, patience: Duration) -> Self {
        Self {
            smtp,
            patience,
            lines: Vec::new(),
        }
    }
    /// What was said.
    pub(crate) fn lines(self) -> Vec<Line> {
        self.lines
    }
    /// Why the mail was not taken, with the last word of the other side.
    pub(crate) fn failed(self, fault: Fault) -> SendError {
        let last = self.lines.into_iter().rev().find_map(|line| match line {
            Line::Server(text) | Line::Event(text) => Some(text),
            Line::We(_) => None,
        });
        SendError {
            permanent: fault.is_lasting && fault.wrong.is_about_the_mail(),
            wrong: fault.wrong,
            why: last.unwrap_or_default(),
        }
    }
    /// A connection on which mails can be delivered.
    pub(crate) async fn open(&mut self) -> Result<AsyncSmtpConnection, Fault> {
        let hello = ClientId::default();
        let mut connection = self.connect(&hello).await?;
        if self.smtp.security == Security::StartTls {
            self.start_tls(&mut connection, &hello).await?;
        }
        if self.smtp.user.is_some() {
            self.sign_in(&mut connection).await?;
        }
        Ok(connection)
    }
    /// One mail. After a failure the connection is of no more use.
    pub(crate) async fn deliver(&mut self, connection: &mut AsyncSmtpConnection, from: &Address, to: &Address, mail: &[u8]) -> Stop {
        let mut options = Vec::new();
        let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        if !(is_ascii(from) && is_ascii(to)) {
            // RFC 6531 §3.2: without the extension such an address must not be sent.
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                self.event("サーバーは、英数字でないアドレス（SMTPUTF8）に対応していません");
                let wrong = if is_ascii(to) { Wrong::Sender } else { Wrong::Recipient };
                return Err(Fault { wrong, is_lasting: true });
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        self.we(format!("MAIL FROM:<{from}>"));
        let said = self.within(connection.command(Mail::new(Some(from.clone()), options))).await;
        self.heard(said).map_err(|late| late.is(Wrong::Sender))?;
        self.we(format!("RCPT TO:<{to}>"));
        let said = self.within(connection.command(Rcpt::new(to.clone(), vec![]))).await;
        self.heard(said).map_err(|late| late.is(Wrong::Recipient))?;
        self.we("DATA".to_owned());
        let said = self.within(connection.command(Data)).await;
        self.heard(said).map_err(|late| late.is(Wrong::Text))?;
        self.we(format!("（メール {}バイト）", mail.len()));
        let said = self.within(connection.message(mail)).await;
        self.heard(said).map_err(|late| late.is(Wrong::Text))
    }
    /// The mail is taken: how they part does not matter any more.
    pub(crate) async fn part(&mut self, mut connection: AsyncSmtpConnection) {
        self.we("QUIT".to_owned());
        let said = self.within(connection.quit()).await;
        drop(self.heard(said));
    }
    async fn connect(&mut self, hello: &ClientId) -> Result<AsyncSmtpConnection, Fault> {
        let Smtp { host, port, security, .. } = self.smtp;
        let tls = match security {
            Security::Tls => Some(self.tls()?),
            Security::Plain | Security::StartTls => None,
        };
        let how = if tls.is_some() { "（TLS）" } else { "" };
        self.event(&format!("{host}:{port} へ接続します{how}"));
        let connected = AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), Some(self.patience), hello, tls, None);
        match self.within(connected).await {
            Ok(connection) => {
                self.event("接続できました");
                self.we(format!("EHLO {hello}"));
                self.server(&offers(&connection));
                Ok(connection)
            }
            Err(late) => {
                self.stopped(&late);
                Err(late.is(Wrong::TurnedAway))
            }
        }
    }
    async fn start_tls(&mut self, connection: &mut AsyncSmtpConnection, hello: &ClientId) -> Stop {
        if !connection.can_starttls() {
            self.event("サーバーは STARTTLS を挙げていません");
            return Err(Wrong::NoStartTls.into());
        }
        let tls = self.tls()?;
        self.we("STARTTLS".to_owned());
        match self.within(connection.starttls(tls, hello)).await {
            Ok(()) => {
                self.event("暗号化（TLS）に切り替わりました");
                self.we(format!("EHLO {hello}"));
                self.server(&offers(connection));
                Ok(())
            }
            Err(late) => {
                self.stopped(&late);
                Err(match &late {
                    Late::Said(error) if code(error).is_none() => Wrong::Tls.into(),
                    _ => late.is(Wrong::NoStartTls),
                })
            }
        }
    }
    async fn sign_in(&mut self, connection: &mut AsyncSmtpConnection) -> Stop {
        const WAYS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
        let Some((name, password)) = &self.smtp.user else { return Ok(()) };
        let Some(way) = connection.server_info().get_auth_mechanism(&WAYS) else {
            self.event("サーバーは AUTH PLAIN も AUTH LOGIN も挙げていません");
            return Err(Wrong::NoSignIn.into());
        };
        self.we(format!("AUTH {way} ••••••（利用者名とパスワードは表示しません）"));
        let credentials = Credentials::new(name.clone(), password.reveal().clone());
        let said = self.within(connection.auth(&WAYS, &credentials)).await;
        self.heard(said).map_err(|late| late.is(Wrong::SignIn))
    }
    fn tls(&mut self) -> Result<TlsParameters, Fault> {
        TlsParameters::new(self.smtp.host.clone()).map_err(|error| {
            self.event(&event(&error, self.patience));
            Wrong::Tls.into()
        })
    }
    async fn within<T>(&self, step: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Late> {
        match tokio::time::timeout(self.patience, step).await {
            Ok(said) => said.map_err(Late::Said),
            Err(_) => Err(Late::TooLate),
        }
    }
    fn heard(&mut self, said: Result<Response, Late>) -> Result<(), Late> {
        match said {
            Ok(response) => {
                let code = response.code();
                let lines: Vec<String> = response.message().map(|line| format!("{code} {line}")).collect();
                self.server(&lines);
                Ok(())
            }
            Err(late) => {
                self.stopped(&late);
                Err(late)
            }
        }
    }
    /// What ended the step.
    fn stopped(&mut self, late: &Late) {
        match late {
            Late::TooLate => self.event(&too_late(self.patience)),
            Late::Said(error) => match (error.status(), error.source()) {
                (Some(code), Some(text)) => self.server(&[format!("{code} {text}")]),
                (Some(code), None) => self.server(&[code.to_string()]),
                (None, _) => self.event(&event(error, self.patience)),
            },
        }
    }
    fn we(&mut self, text: String) {
        self.lines.push(Line::We(text));
    }
    fn event(&mut self, text: &str) {
        let text = self.masked(text);
        self.lines.push(Line::Event(text));
    }
    fn server(&mut self, lines: &[String]) {
        for line in lines {
            let line = self.masked(line);
            self.lines.push(Line::Server(line));
        }
    }
    /// A server may repeat what it was told.
    fn masked(&self, text: &str) -> String {
        let Some((name, password)) = &self.smtp.user else {
            return text.to_owned();
        };
        let password = password.reveal();
        let coded = |bytes: &str| base64::engine::general_purpose::STANDARD.encode(bytes);
        let secrets = [coded(&format!("\0{name}\0{password}")), coded(password), password.clone()];
        let mut text = text.to_owned();
        for secret in secrets.iter().filter(|secret| secret.len() >= 3) {
            text = text.replace(secret.as_str(), "••••••");
        }
        text
    }
}

enum Late {
    TooLate,
    Said(SmtpError),
}

impl Late {
    /// What is wrong, where a lasting refusal of the server means `refusal`.
    fn is(&self, refusal: Wrong) -> Fault {
        let Self::Said(error) = self else {
            return Wrong::NoAnswer.into();
        };
        let Some(code) = code(error) else {
            return without_code(error).into();
        };
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        Fault {
            wrong: meant(code, enhanced(&said), refusal),
            is_lasting: code >= 500,
        }
    }
}

/// What a refusal means: its code (RFC 5321 §4.2), the enhanced one if the server gives it (RFC 3463 §3), and the step that it ended.
fn meant(code: u16, enhanced: Option<(u16, u16)>, step: Wrong) -> Wrong {
    let is_of_mail = matches!(step, Wrong::Sender | Wrong::Recipient | Wrong::Text);
    match (code, enhanced) {
        (530, _) => Wrong::SignInWanted,
        (_, Some((2, 2))) if is_of_mail => Wrong::MailboxFull,
        (400..500, _) => Wrong::Later,
        (_, Some((1, 7 | 8))) if is_of_mail => Wrong::Sender,
        (_, Some((1, _) | (2, 1))) if step == Wrong::Text => Wrong::Recipient,
        (_, Some((7, _))) if matches!(step, Wrong::Recipient | Wrong::Text) => Wrong::Forbidden,
        (552, None) if step == Wrong::Recipient => Wrong::MailboxFull,
        _ => step,
    }
}

/// Subject and detail of an enhanced status code at the beginning of what was said, e.g. `(1, 1)` of `5.1.1 nobody here`.
fn enhanced(said: &str) -> Option<(u16, u16)> {
    let mut parts = said.split_whitespace().next()?.split('.');
    let class = parts.next()?;
    let (subject, detail) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (matches!(class, "2" | "4" | "5") && parts.next().is_none()).then_some((subject, detail))
}

/// What broke below SMTP.
fn without_code(error: &SmtpError) -> Wrong {
    match kind(error) {
        Some(ErrorKind::ConnectionRefused) => Wrong::NobodyListens,
        Some(ErrorKind::TimedOut) => Wrong::NoAnswer,
        _ if is_about_certificate(error) => Wrong::Tls,
        Some(ErrorKind::InvalidData) => Wrong::NoMailServer,
        _ if is_about_name(error) => Wrong::NoSuchServer,
        _ if error.is_response() => Wrong::NoMailServer,
        _ => Wrong::Broken,
    }
}

/// What the server offers, as far as it matters here.
fn offers(connection: &AsyncSmtpConnection) -> Vec<String> {
    let info = connection.server_info();
    let mut lines = vec![format!("250 {}", info.name())];
    for (extension, word) in [
        (Extension::StartTls, "STARTTLS"),
        (Extension::EightBitMime, "8BITMIME"),
        (Extension::SmtpUtfEight, "SMTPUTF8"),
        (Extension::Authentication(Mechanism::Plain), "AUTH PLAIN"),
        (Extension::Authentication(Mechanism::Login), "AUTH LOGIN"),
    ] {
        if info.supports_feature(extension) {
            lines.push(format!("250 {word}"));
        }
    }
    lines
}

fn code(error: &SmtpError) -> Option<u16> {
    error.status().map(u16::from)
}

/// Of a failure below SMTP.
fn kind(error: &SmtpError) -> Option<ErrorKind> {
    let mut cause = error.source();
    while let Some(one) = cause {
        if let Some(io) = one.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        cause = one.source();
    }
    None
}

/// The libraries tell some causes in words only.
fn says(error: &SmtpError, words: &[&str]) -> bool {
    let text = error.to_string().to_lowercase();
    words.iter().any(|word| text.contains(word))
}
fn is_about_certificate(error: &SmtpError) -> bool {
    says(error, &["certificate", "handshake", "alert"])
}
fn is_about_name(error: &SmtpError) -> bool {
    says(error, &["lookup", "resolve"])
}

/// What happened on the line, for the transcript.
fn event(error: &SmtpError, patience: Duration) -> String {
    let told = match kind(error) {
        Some(ErrorKind::ConnectionRefused) => "接続を断られました",
        Some(ErrorKind::TimedOut) => return too_late(patience),
        _ if says(error, &["unknownissuer"]) => "サーバーの証明書の発行元を確かめられません",
        _ if says(error, &["notvalidforname"]) => "サーバーの証明書に書かれた名前が、設定の名前と違います",
        _ if says(error, &["expired"]) => "サーバーの証明書の期限が切れています",
        _ if is_about_certificate(error) => "暗号化（TLS）の約束ができませんでした",
        _ if is_about_name(error) => "その名前は見つかりません",
        Some(ErrorKind::InvalidData) => "相手の答えを、暗号化（TLS）として読めません",
        _ if error.is_response() => "相手の答えを、メールサーバーの答えとして読めません",
        _ => "接続が切れました",
    };
    told.to_owned()
}

fn too_late(patience: Duration) -> String {
    format!("{}秒待っても答えがありません", patience.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_means_what_its_codes_and_its_step_say() {
        for (said, step, wrong) in [
            ("550 nobody of that name here", Wrong::Recipient, Wrong::Recipient),
            ("550 5.1.1 nobody here", Wrong::Recipient, Wrong::Recipient),
            ("550 5.7.1 relaying denied", Wrong::Recipient, Wrong::Forbidden),
            ("550 5.1.8 sender's domain is unknown", Wrong::Recipient, Wrong::Sender),
            ("550 not you", Wrong::Sender, Wrong::Sender),
            ("552 5.2.2 over quota", Wrong::Recipient, Wrong::MailboxFull),
            ("452 4.2.2 over quota", Wrong::Recipient, Wrong::MailboxFull),
            ("552 over quota", Wrong::Recipient, Wrong::MailboxFull),
            ("552 5.3.4 too big", Wrong::Text, Wrong::Text),
            ("550 5.1.1 nobody here, said late", Wrong::Text, Wrong::Recipient),
            ("554 5.7.1 looks like spam", Wrong::Text, Wrong::Forbidden),
            ("451 4.7.1 greylisted", Wrong::Recipient, Wrong::Later),
            ("530 5.7.0 sign in first", Wrong::Sender, Wrong::SignInWanted),
            ("535 5.7.8 wrong password", Wrong::SignIn, Wrong::SignIn),
            ("554 5.7.1 go away", Wrong::TurnedAway, Wrong::TurnedAway),
        ] {
            let (code, text) = said.split_once(' ').unwrap();
            assert_eq!(meant(code.parse().unwrap(), enhanced(text), step), wrong, "{said} at {step:?}");
        }
    }
}
