//! A status server of some hundred lines: TSA, OCSP, CRLs over HTTP, with faults.

use super::world::Authority;
use cms::tsp::{Reply, TimeStampUnit, prepare_reply};
use foundation::{Instant, OsRandom, Random};
use pki::{OcspAnswer, OcspDraft, OcspRequest, OcspStatus, Serial};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub struct Status {
    pub authority: Mutex<Option<Arc<Authority>>>,
    pub now: AtomicI64,
    pub tsa_down: AtomicBool,
    pub tsa_wrong_time: AtomicBool,
    /// Tokens bring the whole chain along.
    pub tsa_long: AtomicBool,
    pub revoked: Mutex<Vec<(Serial, Instant)>>,
}

/// Starts it on a free port; the authority is put in afterwards, because its certificates name the port.
pub async fn start(now: Instant) -> (Arc<Status>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let status = Arc::new(Status {
        authority: Mutex::new(None),
        now: AtomicI64::new(now.0),
        tsa_down: AtomicBool::new(false),
        tsa_wrong_time: AtomicBool::new(false),
        tsa_long: AtomicBool::new(false),
        revoked: Mutex::new(Vec::new()),
    });
    let serving = status.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let status = serving.clone();
            tokio::spawn(async move { serve(stream, &status).await });
        }
    });
    (status, url)
}

async fn serve(mut stream: TcpStream, status: &Status) {
    let mut bytes = Vec::new();
    let (path, body) = loop {
        let mut chunk = [0; 8192];
        let read = stream.read(&mut chunk).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        bytes.extend_from_slice(&chunk[..read]);
        let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .map_or(0, |value| value.trim().parse().unwrap());
        if bytes.len() >= head + 4 + length {
            break (
                text.split(' ').nth(1).unwrap().to_owned(),
                bytes[head + 4..head + 4 + length].to_vec(),
            );
        }
    };
    let (code, answer) = status
        .answer(&path, &body)
        .map_or(("503 Down", Vec::new()), |answer| ("200 OK", answer));
    let head = format!("HTTP/1.1 {code}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
    let _ = stream.write_all(&[head.as_bytes(), &answer].concat()).await;
    let _ = stream.shutdown().await;
}

impl Status {
    fn answer(&self, path: &str, body: &[u8]) -> Option<Vec<u8>> {
        let authority = self.authority.lock().unwrap().clone()?;
        let now = Instant(self.now.load(Ordering::SeqCst));
        let revoked = self.revoked.lock().unwrap().clone();
        match path {
            "/g1/tsa" if self.tsa_down.load(Ordering::SeqCst) => None,
            "/g1/tsa" => {
                let chain = if self.tsa_long.load(Ordering::SeqCst) {
                    vec![authority.root.certificate.clone()]
                } else {
                    vec![]
                };
                let unit = TimeStampUnit {
                    certificate: authority.tsu.certificate.clone(),
                    chain,
                    algorithm: authority.tsu.key.algorithm(),
                    policy: asn1::Oid::of("2.999.2.1"),
                    accuracy_seconds: 1,
                };
                let mut serial = [0; 16];
                OsRandom.fill(&mut serial);
                let at = if self.tsa_wrong_time.load(Ordering::SeqCst) {
                    now.plus_days(2)
                } else {
                    now
                };
                match prepare_reply(body, &unit, &serial, at) {
                    Reply::Sign(reply) => Some(reply.complete(&authority.tsu.key.sign(&reply.to_sign).unwrap())),
                    Reply::Reject(answer) => Some(answer),
                }
            }
            "/g1/ocsp" => {
                let request = OcspRequest::parse(body).unwrap();
                let id = &request.ids[0];
                let status = match revoked.iter().find(|(serial, _)| *serial == id.serial) {
                    Some((_, at)) => OcspStatus::Revoked { at: *at, reason: None },
                    None => OcspStatus::Good,
                };
                let answers = [OcspAnswer {
                    id,
                    status,
                    this_update: now,
                    next_update: Some(now.plus_days(1)),
                }];
                let responder = &authority.ocsp.certificate;
                let draft = OcspDraft {
                    responder,
                    produced_at: now,
                    answers: &answers,
                    nonce: request.nonce.as_deref(),
                    archive_cutoff: None,
                };
                let prepared = pki::ocsp_response::prepare(&draft).unwrap();
                let signature = authority.ocsp.key.sign(&prepared.tbs).unwrap();
                Some(prepared.assemble(&signature))
            }
            "/g1/root.crl" => Some(authority.crl(&authority.root, now)),
            "/g1/ca.crl" => Some(authority.crl(&authority.issuing, now)),
            _ => None,
        }
    }
}
