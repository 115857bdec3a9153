//! A server that speaks docs/agent-protocol.md, one request a connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::{Certificate, DigestAlgorithm};
use serde_json::{Value, json};

use crate::authority::Authority;

/// The file to be signed.
pub const FILE: &[u8] = b"%PDF-1.7 all of it <00000000> and the rest\n";
const NONCE: [u8; 32] = [7; 32];

#[derive(Default)]
pub struct State {
    pub hellos: usize,
    pub request: Option<Vec<u8>>,
    pub certificate: Option<Vec<u8>>,
    /// How often the certificate is asked for before it is there.
    pub patience: usize,
    pub received: bool,
    pub signatures: usize,
    pub fault: &'static str,
}

pub struct Server {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub fn start(authority: Authority) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State {
            patience: 1,
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &shared, &authority);
            }
        });
        Self { port, state }
    }
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

fn serve(mut stream: TcpStream, state: &Mutex<State>, authority: &Authority) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut words = line.split_whitespace();
    let (method, path) = (
        words.next().unwrap_or_default().to_owned(),
        words.next().unwrap_or_default().to_owned(),
    );
    let (mut length, mut session) = (0, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        session |= header == "authorization: bearer session-1";
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let open = path.ends_with("/hello") || path == "/healthz";
    let (status, answer) = if open || session {
        answer(&method, &path, &asked, &mut state.lock().unwrap(), authority)
    } else {
        (401, json!({}))
    };
    let answer = answer
        .as_str()
        .map_or_else(|| answer.to_string().into_bytes(), |text| text.as_bytes().to_vec());
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&answer).unwrap();
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

fn answer(method: &str, path: &str, asked: &Value, state: &mut State, authority: &Authority) -> (u16, Value) {
    let path = path.split('?').next().unwrap();
    match (method, path) {
        ("GET", "/healthz") => (200, json!("ok")),
        ("POST", "/api/agent/hello") => {
            state.hellos += 1;
            let display = json!({ "person": "田中 一郎", "company": "あおば建設株式会社", "what": "A-000001" });
            match asked["code"].as_str().unwrap() {
                "enrol-code" => {
                    let at = if state.received {
                        "done"
                    } else if state.request.is_some() {
                        "download_pin"
                    } else {
                        "key"
                    };
                    let enrol = json!({ "application": "A-000001", "state": at });
                    (
                        200,
                        json!({ "session": "session-1", "kind": "enrol", "display": display, "enrol": enrol }),
                    )
                }
                "sign-code" => (200, json!({ "session": "session-1", "kind": "sign", "display": display })),
                _ => (
                    404,
                    json!({ "code": "agent_code_unknown", "detail": "コードが違うか、期限が切れています。", "next": "新しいコードを表示させてください。" }),
                ),
            }
        }
        ("POST", "/api/agent/csr") => {
            let request = bytes(&asked["csr"]);
            state.certificate = Some(if state.fault == "foreign" {
                authority.foreign()
            } else {
                authority.issue(&request)
            });
            state.request = Some(request);
            (200, json!({ "state": "download_pin" }))
        }
        ("GET", "/api/agent/certificate") if state.patience > 0 => {
            state.patience -= 1;
            (
                200,
                json!({ "state": "download_pin", "sentence": "ダウンロードPINを画面に入力してください。" }),
            )
        }
        ("GET", "/api/agent/certificate") => {
            let certificate = STANDARD.encode(state.certificate.as_ref().unwrap());
            let chain = [STANDARD.encode(authority.certificate())];
            (
                200,
                json!({ "state": "certificate", "certificate": certificate, "chain": chain, "nonce": STANDARD.encode(NONCE) }),
            )
        }
        ("POST", "/api/agent/self-test") => {
            let certificate = holder(state);
            let message = format!(
                "cectrust-self-test/1\n{}\n{}\n",
                hex::encode(NONCE),
                hex::encode(certificate.sha256())
            );
            verify(&certificate, message.as_bytes(), &bytes(&asked["signature"]));
            state.received = true;
            (200, json!({ "state": "done" }))
        }
        ("GET", "/api/agent/to-sign") => {
            let document = json!({
                "id": "act-1", "title": "工事請負契約書", "parties": ["甲", "乙"], "file": "/api/agent/document/act-1",
                "byte_range": if state.fault == "range" { [0, 19, 29, 13] } else { [0, 19, 29, 14] },
                "digest_algorithm": "sha256",
                "signed_attributes": STANDARD.encode(to_sign(state)),
                "certificate_sha256": if state.fault == "certificate" { "00".repeat(32) } else { hex::encode(holder(state).sha256()) },
            });
            (200, json!({ "documents": [document] }))
        }
        ("GET", "/api/agent/document/act-1") => (200, json!(std::str::from_utf8(FILE).unwrap())),
        ("POST", "/api/agent/signature") => {
            verify(&holder(state), &to_sign(state), &bytes(&asked["signature"]));
            state.signatures += 1;
            (200, json!({ "state": "signed", "sentence": "署名しました。" }))
        }
        _ => (404, json!({})),
    }
}

fn holder(state: &State) -> Certificate {
    Certificate::parse(state.certificate.as_ref().unwrap()).unwrap()
}

fn to_sign(state: &State) -> Vec<u8> {
    let mut file = [&FILE[..19], &FILE[29..]].concat();
    if state.fault == "digest" {
        file[3] ^= 1;
    }
    let digest = DigestAlgorithm::Sha256.digest(&file);
    let certificate = holder(state);
    let signing_time = (state.fault == "attributes").then_some(foundation::Instant(0));
    cms::SignedAttributes {
        content_type: cms::ID_DATA,
        message_digest: digest.as_ref(),
        certificate: &certificate,
        signing_time,
    }
    .to_sign()
}

fn verify(certificate: &Certificate, message: &[u8], signature: &[u8]) {
    let key = certificate.public_key().unwrap();
    key.verify(key.key_type().unwrap().signature_algorithm(), message, signature)
        .unwrap();
}
