//! The server's side, over HTTP (docs/agent-protocol.md).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, Url};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::failure::Failure;

/// A session with the server.
#[derive(Debug)]
pub struct Server {
    http: reqwest::Client,
    base: Url,
    session: Option<String>,
}

/// What the code stands for.
#[derive(Debug, Deserialize)]
pub struct Hello {
    session: String,
    pub kind: String,
    pub display: Display,
    pub enrol: Option<Enrolment>,
}

/// What is shown to the person before anything is done.
#[derive(Debug, Deserialize, Serialize)]
pub struct Display {
    #[serde(default)]
    pub person: String,
    #[serde(default)]
    pub company: String,
    #[serde(default)]
    pub what: String,
}

#[derive(Debug, Deserialize)]
pub struct Enrolment {
    pub application: String,
    pub state: String,
}

/// The answer to the question for the certificate.
#[derive(Debug, Deserialize)]
pub struct Issued {
    pub state: String,
    #[serde(default)]
    pub sentence: String,
    #[serde(default, with = "optional_bytes")]
    pub certificate: Option<Vec<u8>>,
    #[serde(default)]
    pub chain: Vec<String>,
    #[serde(default, with = "optional_bytes")]
    pub nonce: Option<Vec<u8>>,
}

/// What is to be signed.
#[derive(Debug, Deserialize)]
pub struct ToSign {
    pub documents: Vec<Document>,
}

#[derive(Debug, Deserialize)]
pub struct Document {
    pub id: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub parties: Vec<String>,
    pub file: String,
    pub byte_range: [u64; 4],
    pub digest_algorithm: String,
    #[serde(with = "bytes")]
    pub signed_attributes: Vec<u8>,
    pub certificate_sha256: String,
}

impl Server {
    /// A server by its address; without TLS only on this machine.
    pub fn at(address: &str) -> Result<Self, Failure> {
        let wrong = || {
            Failure::lacking(
                "server_address",
                format!("サーバのアドレスが正しくありません: {address}"),
                "https:// で始まるアドレスを指定してください。",
            )
        };
        let mut base = Url::parse(address).map_err(|_| wrong())?;
        let here = matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if base.scheme() != "https" && !(here && base.scheme() == "http") {
            return Err(wrong());
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("cecsign-agent/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(90))
            // What a redirect names was not configured by anybody.
            .redirect(reqwest::redirect::Policy::none());
        if here {
            builder = builder.no_proxy();
        }
        // Plain http needs no roots of this machine.
        if base.scheme() == "http" {
            builder = builder.tls_certs_only([]);
        }
        let http = builder
            .build()
            .map_err(|error| Failure::lacking("http", format!("通信の準備に失敗しました: {error}"), "もう一度お試しください。"))?;
        Ok(Self { http, base, session: None })
    }

    /// Uses the code.
    pub async fn hello(&mut self, code: &str) -> Result<Hello, Failure> {
        let body = json!({ "code": code.trim(), "agent": { "version": env!("CARGO_PKG_VERSION"), "os": std::env::consts::OS } });
        let hello: Hello = read(&self.send(Method::POST, "api/agent/hello", Some(body)).await?)?;
        self.session = Some(hello.session.clone());
        Ok(hello)
    }
    /// Hands in the request.
    pub async fn submit(&self, request: &[u8]) -> Result<(), Failure> {
        self.send(Method::POST, "api/agent/csr", Some(json!({ "csr": STANDARD.encode(request) })))
            .await
            .map(drop)
    }
    /// Asks for the certificate; the server may take up to `wait` seconds.
    pub async fn certificate(&self, wait: u64) -> Result<Issued, Failure> {
        read(&self.send(Method::GET, &format!("api/agent/certificate?wait={wait}"), None).await?)
    }
    /// Hands in the receipt's signature.
    pub async fn receipt(&self, signature: &[u8]) -> Result<(), Failure> {
        self.send(
            Method::POST,
            "api/agent/self-test",
            Some(json!({ "signature": STANDARD.encode(signature) })),
        )
        .await
        .map(drop)
    }
    /// Asks what is to be signed.
    pub async fn to_sign(&self) -> Result<ToSign, Failure> {
        read(&self.send(Method::GET, "api/agent/to-sign", None).await?)
    }
    /// The file as it will be, its hole still empty.
    pub async fn file(&self, path: &str) -> Result<Vec<u8>, Failure> {
        self.send(Method::GET, path.trim_start_matches('/'), None).await
    }
    /// Hands in a signature.
    pub async fn signature(&self, id: &str, signature: &[u8]) -> Result<String, Failure> {
        let body = json!({ "id": id, "signature": STANDARD.encode(signature) });
        let answer: Value = read(&self.send(Method::POST, "api/agent/signature", Some(body)).await?)?;
        Ok(answer["sentence"].as_str().unwrap_or("署名しました。").to_owned())
    }
    /// Does it answer at all?
    pub async fn is_alive(&self) -> Result<(), Failure> {
        self.send(Method::GET, "healthz", None).await.map(drop)
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Vec<u8>, Failure> {
        let unreachable = |error: &dyn std::fmt::Display| {
            Failure::lacking(
                "server_unreachable",
                format!("サーバに接続できません: {error}"),
                "ネットワークとサーバのアドレスを確かめて、もう一度お試しください。",
            )
        };
        let url = self.base.join(path).map_err(|error| unreachable(&error))?;
        // The session goes nowhere but to the configured server.
        if url.origin() != self.base.origin() {
            return Err(Failure::refused(
                "foreign_address",
                "サーバが別のサーバのアドレスを返しました。",
                "運営者に連絡してください。",
            ));
        }
        let mut request = self.http.request(method, url);
        if let Some(session) = &self.session {
            request = request.bearer_auth(session);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| unreachable(&error))?;
        if status.is_success() {
            return Ok(body.to_vec());
        }
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        let text = |key: &str, default: &str| problem[key].as_str().unwrap_or(default).to_owned();
        let code = text("code", &format!("http_{}", status.as_u16()));
        Err(Failure::refused(
            &code,
            text("detail", &format!("サーバが断りました（{status}）。")),
            text("next", "画面で状態を確かめ、新しいコードでもう一度お試しください。"),
        ))
    }
}

fn read<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|error| {
        Failure::refused(
            "answer_unreadable",
            format!("サーバの答えを読めません: {error}"),
            "cecsign-agent を新しい版にしてください。",
        )
    })
}

pub fn decode(text: &str) -> Result<Vec<u8>, Failure> {
    STANDARD.decode(text).map_err(|_| {
        Failure::refused(
            "answer_unreadable",
            "サーバの答えを読めません（base64）。",
            "cecsign-agent を新しい版にしてください。",
        )
    })
}

mod bytes {
    use base64::Engine as _;

    use super::{Deserialize, STANDARD};

    pub fn deserialize<'d, D: serde::Deserializer<'d>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

mod optional_bytes {
    use base64::Engine as _;

    use super::{Deserialize, STANDARD};

    pub fn deserialize<'d, D: serde::Deserializer<'d>>(from: D) -> Result<Option<Vec<u8>>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| STANDARD.decode(text).map_err(serde::de::Error::custom)).transpose()
    }
}
