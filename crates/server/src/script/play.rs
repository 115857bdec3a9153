//! One run: the steps in order, what they hand on to each other, and the summary at the end.

use std::{collections::BTreeMap, path::Path, process::ExitCode, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    child::Server,
    client::{Act, Address, Client},
    failure::Failure,
    measure::Meter,
    record::{Record, Summary},
    screens,
    steps::{self, STEPS},
};
use crate::command::demo::{Credential, Key, Options};

/// What the steps share.
pub struct Play {
    /// The files and lines of this run.
    pub record: Record,
    /// Where the program answers.
    pub address: Address,
    /// How the parties sign.
    pub credential: Credential,
    /// Their keys.
    pub key: Key,
    /// Signed-in people by key (`sato`, `tanaka`, …).
    pub people: BTreeMap<String, Client>,
    /// Everybody, as `GET /demo/people` said.
    pub cast: Vec<Value>,
    /// The 署名の合言葉 of people with a server-held key, as shown to them once.
    pub secrets: BTreeMap<String, String>,
    /// Certificates by person.
    pub certificates: BTreeMap<String, String>,
    /// The partner that A registered.
    pub partner: String,
    /// The case from A to B.
    pub case: String,
    /// The case from B to A.
    pub reverse_case: String,
    /// Tokens of people whose key is on one.
    pub tokens: BTreeMap<String, steps::Token>,
    /// The deposit of the 原本保管サービス.
    pub own_deposit: String,
    mails: Vec<String>,
    server: Option<Server>,
}

/// Plays; ends with the exit status of outside.md §2.
pub async fn play(options: &Options, out: &Path) -> ExitCode {
    let record = match Record::begin(out) {
        Ok(record) => record,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(3);
        }
    };
    let bar = ProgressBar::new(STEPS.len() as u64);
    bar.set_style(ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(100));
    let address = Address {
        url: options.at.clone().unwrap_or_default().trim_end_matches('/').to_owned(),
        status_url: String::new(),
        patient: options.survive_restarts,
    };
    let mut play = Play {
        record,
        address,
        credential: options.credential,
        key: options.key,
        people: BTreeMap::new(),
        cast: Vec::new(),
        secrets: BTreeMap::new(),
        certificates: BTreeMap::new(),
        partner: String::new(),
        case: String::new(),
        reverse_case: String::new(),
        tokens: BTreeMap::new(),
        own_deposit: String::new(),
        mails: Vec::new(),
        server: None,
    };
    let mut done = Vec::new();
    let mut failed = None;
    let mut meter = options.measure.map(Meter::of);
    for step in STEPS {
        bar.set_message(step);
        play.record.enter(step);
        if let Some(meter) = &mut meter {
            meter.begin();
        }
        let mut played = steps::play(step, &mut play, options).await;
        if let Some(meter) = &mut meter {
            meter.end(step);
        }
        if played.is_ok() {
            played = play.gather_mails().await;
        }
        if let Err(failure) = played {
            failed = Some((step, failure));
            break;
        }
        done.push(step);
        bar.inc(1);
        if options.stop_after.as_deref() == Some(step) {
            break;
        }
    }
    bar.finish_and_clear();
    // The pictures are taken of the program as the journey left it.
    let screens = if failed.is_none() && done.len() == STEPS.len() && !options.no_screens && meter.is_none() && !options.survive_restarts {
        screens::take(&play.address.url, play.record.folder()).await
    } else {
        screens::LEFT_OUT.to_owned()
    };
    if let Some(server) = play.server.take()
        && let Err(failure) = server.end().await
    {
        failed.get_or_insert(("boot", failure));
    }
    let engine = if options.at.is_some() { "as served" } else { options.engine.word() };
    let summary = Summary {
        ok: failed.is_none(),
        steps: done,
        seconds: play.record.seconds(),
        version: env!("CARGO_PKG_VERSION"),
        commit: crate::ready::commit(),
        engine: engine.to_owned(),
        credential: options.credential.word(),
        key: options.key.word(),
        failed: failed.as_ref().map(|(step, _)| (*step).to_owned()),
        why: failed.as_ref().map(|(_, failure)| failure.to_string()),
        screens,
        cpu_seconds: meter.map(Meter::sum),
    };
    if let Err(error) = play.record.end(&summary) {
        eprintln!("summary.json を書けません：{}", crate::words::detail(&error));
        return ExitCode::from(1);
    }
    match failed {
        None => {
            println!(
                "できました：{}（{:.1}秒）→ {}",
                summary.steps.join(" "),
                summary.seconds,
                play.record.folder().display()
            );
            ExitCode::SUCCESS
        }
        Some((step, failure)) => {
            eprintln!("段階 {step} ができませんでした：{failure}");
            ExitCode::from(1)
        }
    }
}

impl Play {
    /// Plays single steps at a program that runs, with server-held keys; its files go to `out`.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn at(url: &str, status_url: &str, out: &Path) -> std::io::Result<Self> {
        Ok(Self {
            record: Record::begin(out)?,
            address: Address {
                url: url.to_owned(),
                status_url: status_url.to_owned(),
                patient: false,
            },
            credential: Credential::Server,
            key: Key::P256,
            people: BTreeMap::new(),
            cast: Vec::new(),
            secrets: BTreeMap::new(),
            certificates: BTreeMap::new(),
            partner: String::new(),
            case: String::new(),
            reverse_case: String::new(),
            tokens: BTreeMap::new(),
            own_deposit: String::new(),
            mails: Vec::new(),
            server: None,
        })
    }
    /// Asks who is there.
    ///
    /// # Errors
    /// The demo does not answer.
    pub async fn meet(&mut self) -> Result<(), Failure> {
        let nobody = self.nobody("tester")?;
        let people = Act::new(&nobody, "people", Method::GET, "/demo/people")
            .done(&mut self.record)
            .await?
            .json();
        self.cast = people.as_array().cloned().unwrap_or_default();
        Ok(())
    }
    /// A program that has just begun on an empty folder is still making its first cases: they come first.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn let_story_end(&self) -> Result<(), Failure> {
        let nobody = self.nobody("tester")?;
        for _ in 0..1200 {
            let told = nobody
                .send(Method::GET, "/demo/story", &super::client::Content::Nothing)
                .await?
                .json();
            if told["story"] != json!("playing") {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(Failure::new("story", "最初の案件の用意が終わりません"))
    }
    /// Starts the server of this run, unless it plays at one that runs already.
    ///
    /// # Errors
    /// It did not come up.
    pub async fn start_server(&mut self, options: &Options) -> Result<(), Failure> {
        if options.at.is_none() {
            let server = Server::start(&self.record.folder().join("data"), &options.engine).await?;
            self.address.url = server.ready.url.clone();
            self.address.status_url = server.ready.status_url.clone();
            self.server = Some(server);
        }
        Ok(())
    }
    /// A client of somebody who has not signed in.
    ///
    /// # Errors
    /// No client can be made.
    pub fn nobody(&self, name: &str) -> Result<Client, Failure> {
        Client::nobody(&self.address, name)
    }
    /// Signs a person in with what `GET /demo/people` said, if he is not yet.
    ///
    /// # Errors
    /// The sign-in was refused.
    pub async fn sign_in(&mut self, key: &str) -> Result<(), Failure> {
        if self.people.contains_key(key) {
            return Ok(());
        }
        let person = self.person(key)?.clone();
        let mut client = self.nobody(key)?;
        let mut entry = json!({ "sign_in": person["sign_in"], "password": person["secret"] });
        let id = if person["user_id"].is_string() {
            &person["user_id"]
        } else {
            &person["company_id"]
        };
        if id.is_string() {
            entry["id"] = id.clone();
        }
        let answer = Act::new(&client, "signIn", Method::POST, "/api/session")
            .json(entry)
            .done(&mut self.record)
            .await?
            .json();
        client.with_token(text(&answer, "token")?);
        self.people.insert(key.to_owned(), client);
        Ok(())
    }
    /// A person of the cast.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn person(&self, key: &str) -> Result<&Value, Failure> {
        self.cast
            .iter()
            .find(|person| person["key"] == key)
            .ok_or_else(|| Failure::new("people", format!("/demo/people に {key} がいません")))
    }
    /// Keeps a copy of all mails so far, with a line of its own.
    ///
    /// # Errors
    /// The outbox does not answer.
    pub async fn keep_mails(&mut self) -> Result<(), Failure> {
        let nobody = self.nobody("tester")?;
        let mails = Act::new(&nobody, "outbox", Method::GET, "/demo/outbox")
            .done(&mut self.record)
            .await?
            .json();
        self.keep_new(&mails)
    }
    /// The same without a line, after every step: the outbox is in memory, and a restart in between empties it.
    async fn gather_mails(&mut self) -> Result<(), Failure> {
        let nobody = self.nobody("tester")?;
        let mails = nobody
            .send(Method::GET, "/demo/outbox", &super::client::Content::Nothing)
            .await?
            .json();
        self.keep_new(&mails)
    }
    fn keep_new(&mut self, mails: &Value) -> Result<(), Failure> {
        for mail in mails.as_array().into_iter().flatten() {
            let raw = mail["raw"].as_str().unwrap_or_default();
            if !self.mails.iter().any(|kept| kept == raw) {
                self.mails.push(raw.to_owned());
                self.record.keep(&format!("mails/{:02}.eml", self.mails.len()), raw.as_bytes())?;
            }
        }
        Ok(())
    }
}

/// A text of an answer that must be there.
///
/// # Errors
/// It is not there.
pub fn text(answer: &Value, name: &str) -> Result<String, Failure> {
    answer[name]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("answer", format!("「{name}」がありません: {answer}")))
}
