//! One person with a session of his own, speaking HTTP like anybody else.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::{
    failure::Failure,
    record::{Kept, Line, Record},
};

/// Where the program answers.
#[derive(Clone, Debug)]
pub struct Address {
    /// Pages and API, without a slash at the end.
    pub url: String,
    /// CRL, OCSP, TSA, repository.
    pub status_url: String,
    /// Asks again when the program is just being restarted.
    pub patient: bool,
}

/// One person (or nobody) at one client.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    address: Address,
    /// His name in `journey.jsonl`.
    pub name: String,
    token: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The bytes.
    pub body: Vec<u8>,
    /// How long it took.
    pub ms: u128,
    /// The request was sent more than once because the program went away.
    pub repeated: bool,
}

impl Answer {
    /// The body as JSON; `null` if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
    /// The body, if the answer is a success.
    ///
    /// # Errors
    /// What the problem document says.
    pub fn success(&self, act: &str) -> Result<Value, Failure> {
        let json = self.json();
        if (200..300).contains(&self.status) {
            Ok(json)
        } else {
            Err(Failure::new(act, format!("{} {} {}", self.status, json["code"], json["detail"])))
        }
    }
    /// The stable code of a problem document, if it is one.
    #[must_use]
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// What is sent.
#[derive(Debug)]
pub enum Content<'a> {
    /// Nothing.
    Nothing,
    /// A JSON body.
    Json(Value),
    /// A JSON body, and the media type that is wanted back.
    JsonFor(Value, &'a str),
    /// Bytes of a type.
    Bytes(&'a str, Vec<u8>),
}

impl Client {
    /// Somebody who has not signed in.
    ///
    /// # Errors
    /// A machine on which no HTTP client can be made.
    pub fn nobody(address: &Address, name: &str) -> Result<Self, Failure> {
        let mut http = reqwest::Client::builder().timeout(Duration::from_secs(60)).no_proxy();
        // Everybody in the journey is a client of his own; each would read the roots of this machine, and plain http needs none.
        if address.url.starts_with("http://") && !address.status_url.starts_with("https://") {
            http = http.tls_certs_only([]);
        }
        let http = http
            .build()
            .map_err(|error| Failure::new("boot", format!("通信の用意ができません。{}", crate::words::detail(&error))))?;
        Ok(Self {
            http,
            address: address.clone(),
            name: name.to_owned(),
            token: None,
        })
    }
    /// From now on requests carry this session.
    pub fn with_token(&mut self, token: String) {
        self.token = Some(token);
    }
    /// Sends one request and waits for the whole answer. A path that is a whole address is taken as it is.
    ///
    /// # Errors
    /// Nobody answers.
    pub async fn send(&self, method: Method, path: &str, content: &Content<'_>) -> Result<Answer, Failure> {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.address.url)
        };
        let begun = Instant::now();
        let mut repeated = false;
        loop {
            let mut request = self.http.request(method.clone(), &url);
            if let Some(token) = &self.token {
                request = request.bearer_auth(token);
            }
            request = match content {
                Content::Nothing => request,
                Content::Json(value) => request.json(value),
                Content::JsonFor(value, wanted) => request.header("accept", *wanted).json(value),
                Content::Bytes(kind, bytes) => request.header("content-type", *kind).body(bytes.clone()),
            };
            let done = async {
                let response = request.send().await?;
                let status = response.status();
                Ok::<_, reqwest::Error>((status, response.bytes().await?))
            }
            .await;
            match done {
                Ok((status, _))
                    if self.address.patient && status == StatusCode::SERVICE_UNAVAILABLE && begun.elapsed() < Duration::from_secs(60) =>
                {
                    repeated = true;
                }
                Ok((status, body)) => {
                    return Ok(Answer {
                        status: status.as_u16(),
                        body: body.to_vec(),
                        ms: begun.elapsed().as_millis(),
                        repeated,
                    });
                }
                Err(_) if self.address.patient && begun.elapsed() < Duration::from_secs(60) => repeated = true,
                Err(error) => return Err(Failure::new("http", format!("{method} {url}：返事がありません（{error}）"))),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// One act as the script tells it: who, which operation, on what, and what must come back.
#[derive(Debug)]
pub struct Act<'a> {
    /// Who does it.
    pub who: &'a Client,
    /// The operationId.
    pub act: &'a str,
    /// HTTP method.
    pub method: Method,
    /// Path.
    pub path: String,
    /// What is sent.
    pub content: Content<'a>,
    /// The thing it is done to.
    pub object: Option<String>,
    /// Where the bytes of the answer are kept.
    pub keep: Option<&'a str>,
    /// Codes of problems that count as done when the request had to be sent again.
    pub done_already: &'a [&'a str],
}

impl<'a> Act<'a> {
    /// An act without content.
    #[must_use]
    pub fn new(who: &'a Client, act: &'a str, method: Method, path: impl Into<String>) -> Self {
        Self {
            who,
            act,
            method,
            path: path.into(),
            content: Content::Nothing,
            object: None,
            keep: None,
            done_already: &[],
        }
    }
    /// With a JSON body.
    #[must_use]
    pub fn json(mut self, value: Value) -> Self {
        self.content = Content::Json(value);
        self
    }
    /// With a JSON body; the answer is wanted as `media`.
    #[must_use]
    pub fn json_for(mut self, value: Value, media: &'a str) -> Self {
        self.content = Content::JsonFor(value, media);
        self
    }
    /// With bytes.
    #[must_use]
    pub fn bytes(mut self, kind: &'a str, bytes: Vec<u8>) -> Self {
        self.content = Content::Bytes(kind, bytes);
        self
    }
    /// On a thing.
    #[must_use]
    pub fn on(mut self, object: impl Into<String>) -> Self {
        self.object = Some(object.into());
        self
    }
    /// Keeping the answer as a file.
    #[must_use]
    pub const fn keeping(mut self, path: &'a str) -> Self {
        self.keep = Some(path);
        self
    }
    /// Codes that mean "done already" when the request had to be sent again because the program went away.
    #[must_use]
    pub const fn done_already(mut self, codes: &'a [&'a str]) -> Self {
        self.done_already = codes;
        self
    }
    /// Does it, writes the line, and demands success (2xx).
    ///
    /// # Errors
    /// Nobody answers, or the answer is a problem.
    pub async fn done(self, record: &mut Record) -> Result<Answer, Failure> {
        let act = self.act.to_owned();
        let (who, path, already) = (self.who.name.clone(), self.path.clone(), self.done_already);
        let answer = self.tried(record).await?;
        if (200..300).contains(&answer.status) || (answer.repeated && already.contains(&answer.code().as_str())) {
            return Ok(answer);
        }
        let problem = answer.json();
        let said = problem["detail"]
            .as_str()
            .map_or_else(|| String::from_utf8_lossy(&answer.body).into_owned(), str::to_owned);
        Err(Failure::new(
            &act,
            format!(
                "{who}: {path}: {} {}: {said}",
                answer.status,
                problem["code"].as_str().unwrap_or("")
            ),
        ))
    }
    /// Does it and writes the line, whatever the answer is.
    ///
    /// # Errors
    /// Nobody answers.
    pub async fn tried(self, record: &mut Record) -> Result<Answer, Failure> {
        let answer = self.who.send(self.method.clone(), &self.path, &self.content).await?;
        let mut files: Vec<Kept> = Vec::new();
        if let Some(path) = self.keep
            && (200..300).contains(&answer.status)
        {
            files.push(record.keep(path, &answer.body)?);
        }
        let json = answer.json();
        let word = |key: &str| json[key].as_str().map(str::to_owned);
        record.note(Line {
            actor: self.who.name.clone(),
            act: self.act.to_owned(),
            method: self.method.to_string(),
            path: self.path,
            status: answer.status,
            object: self.object,
            from: word("from"),
            to: word("state"),
            files,
            ms: answer.ms,
            ..Line::default()
        })?;
        Ok(answer)
    }
}
