//! A test mail, sent step by step, so that a person sees what the mail server said and what is wrong.

use std::error::Error as _;
use std::io::ErrorKind;
use std::time::Duration;

use base64::Engine as _;
use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension};
use lettre::transport::smtp::response::Response;

use crate::{Security, Smtp};

/// How long one step may take.
const STEP: Duration = Duration::from_secs(10);

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

/// What is wrong, if something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The name is not known.
    NoSuchServer,
    /// Nobody listens there.
    NobodyListens,
    /// No answer in time.
    NoAnswer,
    /// Who answers is no mail server, or one that expects TLS from the first byte.
    NoMailServer,
    /// The server offers no STARTTLS.
    NoStartTls,
    /// TLS could not be agreed: certificate or name.
    Tls,
    /// The server offers no sign-in that we know.
    NoSignIn,
    /// The name or the password is wrong.
    SignIn,
    /// The server wants a sign-in.
    SignInWanted,
    /// The sender's address is not accepted.
    Sender,
    /// The recipient's address is not accepted.
    Recipient,
    /// The server asks to come later (4xx).
    Later,
    /// The text was not accepted.
    Text,
    /// The server talks to other machines only.
    TurnedAway,
    /// The connection broke.
    Broken,
}

impl Wrong {
    /// The stable word, for the journal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoSuchServer => "no_such_server",
            Self::NobodyListens => "nobody_listens",
            Self::NoAnswer => "no_answer",
            Self::NoMailServer => "no_mail_server",
            Self::NoStartTls => "no_starttls",
            Self::Tls => "tls",
            Self::NoSignIn => "no_sign_in",
            Self::SignIn => "sign_in",
            Self::SignInWanted => "sign_in_wanted",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Later => "later",
            Self::Text => "text",
            Self::TurnedAway => "turned_away",
            Self::Broken => "broken",
        }
    }
    /// What happened.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NoSuchServer => "その名前のメールサーバーが見つかりません。",
            Self::NobodyListens => "サーバーに接続を断られました。そのポートでは、だれも待ち受けていません。",
            Self::NoAnswer => "10秒待っても、サーバーが答えません。",
            Self::NoMailServer => "つながった相手が、メールサーバーとして答えません。",
            Self::NoStartTls => "このサーバーは STARTTLS に対応していません。暗号化できないので、送りませんでした。",
            Self::Tls => "暗号化（TLS）の約束ができません。サーバーの証明書を確かめられないか、名前が違います。",
            Self::NoSignIn => "このサーバーは、利用者名とパスワードでのログインを受け付けていません。",
            Self::SignIn => "ログインできません。利用者名かパスワードが違います。",
            Self::SignInWanted => "サーバーが、ログインを求めています。",
            Self::Sender => "差出人のアドレスが受け付けられません。",
            Self::Recipient => "宛先のアドレスが受け付けられません。",
            Self::Later => "サーバーが「いまは受け付けられない」と答えました（一時的な理由です）。",
            Self::Text => "サーバーが、メールの中身を受け付けませんでした。",
            Self::TurnedAway => "サーバーが、この機械からの接続を受け付けません。",
            Self::Broken => "話の途中で、接続が切れました。",
        }
    }
    /// What to do.
    #[must_use]
    pub const fn next(self) -> &'static str {
        match self {
            Self::NoSuchServer => "サーバーの名前の打ち間違いを直すか、この機械の名前解決（DNS）を確かめてください。",
            Self::NobodyListens => {
                "ポートを確かめてください（STARTTLS は 587、TLS は 465、機械の中だけなら 25 が普通です）。サーバーが動いているかも確かめてください。"
            }
            Self::NoAnswer => "サーバーの名前とポート、間にあるファイアウォールを確かめてください。",
            Self::NoMailServer => "ポートと暗号化の組み合わせを確かめてください。465 なら「TLS」、587 なら「STARTTLS」です。",
            Self::NoStartTls => "暗号化を「TLS」（465）に変えるか、サーバーの管理者に STARTTLS を有効にするよう頼んでください。",
            Self::Tls => {
                "サーバーの名前を、証明書に書かれた名前と同じにしてください。社内の認証局の証明書なら、この機械に登録してください。"
            }
            Self::NoSignIn => {
                "利用者名とパスワードを空にするか、暗号化を有効にしてください（暗号化の後だけログインを受け付けるサーバーがあります）。"
            }
            Self::SignIn => "利用者名とパスワードを入れ直して、保存してください。サービスによっては「アプリ用のパスワード」が要ります。",
            Self::SignInWanted => "利用者名とパスワードを入れて、保存してください。",
            Self::Sender => "差出人を、このサーバーから送ってよいアドレスに変えてください。",
            Self::Recipient => "宛先の打ち間違いを直してください。社外あてだけ断られるときは、ログインか、中継の許可が要ります。",
            Self::Later => "数分待って、もう一度お試しください。本番のメールは、受け付けられるまで自動で送り直します。",
            Self::Text => "サーバーの答え（下のやりとり）を、サーバーの管理者に見せてください。",
            Self::TurnedAway => "サーバーの管理者に、この機械からの接続を許可するよう頼んでください。",
            Self::Broken => "もう一度お試しください。続くときは、サーバーの記録を確かめてください。",
        }
    }
}

/// A test mail and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What was said, secrets masked.
    pub lines: Vec<Line>,
    /// What is wrong; none: the server took the mail.
    pub wrong: Option<Wrong>,
}

type Stop = Result<(), Wrong>;

struct Talk<'a> {
    smtp: &'a Smtp,
    lines: Vec<Line>,
}

/// Sends `mail` to `to`, and writes down what both sides say.
pub(crate) async fn send(smtp: &Smtp, from: &Mailbox, to: &Address, mail: &[u8]) -> Trial {
    let mut talk = Talk { smtp, lines: Vec::new() };
    let wrong = talk.all(from, to, mail).await.err();
    Trial { lines: talk.lines, wrong }
}

impl Talk<'_> {
    async fn all(&mut self, from: &Mailbox, to: &Address, mail: &[u8]) -> Stop {
        let hello = ClientId::default();
        let mut connection = self.connect(&hello).await?;
        if self.smtp.security == Security::StartTls {
            self.start_tls(&mut connection, &hello).await?;
        }
        if self.smtp.user.is_some() {
            self.sign_in(&mut connection).await?;
        }
        self.we(format!("MAIL FROM:<{}>", from.email));
        let said = within(connection.command(Mail::new(Some(from.email.clone()), vec![]))).await;
        self.heard(said).map_err(|late| late.is(Wrong::Sender))?;
        self.we(format!("RCPT TO:<{to}>"));
        let said = within(connection.command(Rcpt::new(to.clone(), vec![]))).await;
        self.heard(said).map_err(|late| late.is(Wrong::Recipient))?;
        self.we("DATA".to_owned());
        let said = within(connection.command(Data)).await;
        self.heard(said).map_err(|late| late.is(Wrong::Text))?;
        self.we(format!("（テストメール {}バイト）", mail.len()));
        let said = within(connection.message(mail)).await;
        self.heard(said).map_err(|late| late.is(Wrong::Text))?;
        self.we("QUIT".to_owned());
        // The mail is taken: how they part does not matter any more.
        let said = within(connection.quit()).await;
        drop(self.heard(said));
        Ok(())
    }
    async fn connect(&mut self, hello: &ClientId) -> Result<AsyncSmtpConnection, Wrong> {
        let Smtp { host, port, security, .. } = self.smtp;
        let tls = match security {
            Security::Tls => Some(self.tls()?),
            Security::Plain | Security::StartTls => None,
        };
        let how = if tls.is_some() { "（TLS）" } else { "" };
        self.event(&format!("{host}:{port} へ接続します{how}"));
        let connected = AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), Some(STEP), hello, tls, None);
        match within(connected).await {
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
            return Err(Wrong::NoStartTls);
        }
        let tls = self.tls()?;
        self.we("STARTTLS".to_owned());
        match within(connection.starttls(tls, hello)).await {
            Ok(()) => {
                self.event("暗号化（TLS）に切り替わりました");
                self.we(format!("EHLO {hello}"));
                self.server(&offers(connection));
                Ok(())
            }
            Err(late) => {
                self.stopped(&late);
                Err(match &late {
                    Late::Said(error) if code(error).is_none() => Wrong::Tls,
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
            return Err(Wrong::NoSignIn);
        };
        self.we(format!("AUTH {way} ••••••（利用者名とパスワードは表示しません）"));
        let credentials = Credentials::new(name.clone(), password.reveal().clone());
        let said = within(connection.auth(&WAYS, &credentials)).await;
        self.heard(said).map_err(|late| late.is(Wrong::SignIn))
    }
    fn tls(&mut self) -> Result<TlsParameters, Wrong> {
        TlsParameters::new(self.smtp.host.clone()).map_err(|error| {
            self.event(event(&error));
            Wrong::Tls
        })
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
            Late::TooLate => self.event("10秒待っても答えがありません"),
            Late::Said(error) => match (error.status(), error.source()) {
                (Some(code), Some(text)) => self.server(&[format!("{code} {text}")]),
                (Some(code), None) => self.server(&[code.to_string()]),
                (None, _) => self.event(event(error)),
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
    fn is(&self, refusal: Wrong) -> Wrong {
        let Self::Said(error) = self else { return Wrong::NoAnswer };
        match (code(error), kind(error)) {
            (Some(530), _) => Wrong::SignInWanted,
            (Some(400..500), _) => Wrong::Later,
            (Some(_), _) => refusal,
            (None, Some(ErrorKind::ConnectionRefused)) => Wrong::NobodyListens,
            (None, Some(ErrorKind::TimedOut)) => Wrong::NoAnswer,
            (None, _) if is_about_certificate(error) => Wrong::Tls,
            (None, Some(ErrorKind::InvalidData)) => Wrong::NoMailServer,
            (None, _) if is_about_name(error) => Wrong::NoSuchServer,
            (None, _) if error.is_response() => Wrong::NoMailServer,
            (None, _) => Wrong::Broken,
        }
    }
}

async fn within<T>(step: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Late> {
    match tokio::time::timeout(STEP, step).await {
        Ok(said) => said.map_err(Late::Said),
        Err(_) => Err(Late::TooLate),
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
fn event(error: &SmtpError) -> &'static str {
    match kind(error) {
        Some(ErrorKind::ConnectionRefused) => "接続を断られました",
        Some(ErrorKind::TimedOut) => "10秒待っても答えがありません",
        _ if says(error, &["unknownissuer"]) => "サーバーの証明書の発行元を確かめられません",
        _ if says(error, &["notvalidforname"]) => "サーバーの証明書に書かれた名前が、設定の名前と違います",
        _ if says(error, &["expired"]) => "サーバーの証明書の期限が切れています",
        _ if is_about_certificate(error) => "暗号化（TLS）の約束ができませんでした",
        _ if is_about_name(error) => "その名前は見つかりません",
        Some(ErrorKind::InvalidData) => "相手の答えを、暗号化（TLS）として読めません",
        _ if error.is_response() => "相手の答えを、メールサーバーの答えとして読めません",
        _ => "接続が切れました",
    }
}
