//! Enrolment: key on the token, request, certificate, receipt. Every step may be repeated with a new code.

use std::time::{Duration, Instant};

use pki::{Certificate, NameBuilder};
use serde_json::json;

use crate::command::{Command, Enrol};
use crate::deed;
use crate::failure::Failure;
use crate::say::Say;
use crate::server::{Server, decode};
use crate::settings::{Settings, code};
use crate::token::{Key, Token};

pub async fn run(command: &Command, act: &Enrol, say: &Say) -> Result<(), Failure> {
    let settings = Settings::of(command);
    let code = code(command)?;
    let mut server = Server::at(settings.server()?)?;
    // The token comes first: a code works once and is not to be wasted on a missing token.
    let token = deed::open(&settings, command)?;
    let hello = deed::hello(&mut server, code, "enrol", *say).await?;
    let Some(enrolment) = hello.enrol else {
        return Err(Failure::refused(
            "answer_unreadable",
            "サーバの答えに申請がありません。",
            "運営者に連絡してください。",
        ));
    };
    let label = &enrolment.application;
    let known = token.keys()?.into_iter().find(|key| key.label == *label);
    let key = match (enrolment.state.as_str(), known) {
        ("done", _) => {
            say.event("done", "この申請の証明書は受領済みです。", json!({ "state": "done" }));
            return Ok(());
        }
        ("over", _) => return Err(over()),
        ("key", known) => {
            let key = match known {
                Some(key) if key.certificate.is_none() => key,
                _ => token.generate(act.key.key_type(), label)?,
            };
            let facts = json!({ "key_type": key.key_type.name(), "spki_sha256": hex::encode(key.public.spki_sha256()) });
            say.event("key", &format!("トークンに鍵（{}）を作りました。", key.key_type), facts);
            let request = request(&token, &key, label)?;
            server.submit(&request).await?;
            say.event(
                "csr",
                "証明書を申請しました。メールでダウンロードPINが届きます。",
                json!({ "bytes": request.len() }),
            );
            key
        }
        (_, Some(key)) => key,
        (_, None) => {
            return Err(Failure::refused(
                "key_not_here",
                "この申請の鍵は、このトークンにありません。",
                "申請したときのトークンを使うか、認証局に連絡してください。",
            ));
        }
    };
    let Some((certificate, chain, nonce)) = await_certificate(&server, act.wait, *say).await? else {
        say.event(
            "done",
            "申請を送りました。証明書の受取りは、新しいコードで続けてください。",
            json!({ "state": "waiting" }),
        );
        return Ok(());
    };
    let root = check(&key, &certificate, &chain)?;
    token.write_certificate(&key, &certificate)?;
    let facts = json!({ "sha256": hex::encode(certificate.sha256()), "serial": hex::encode(certificate.serial().content()), "root_sha256": hex::encode(root) });
    say.event(
        "certificate",
        &format!("証明書（{}）をトークンに書き込みました。", certificate.subject().short()),
        facts,
    );
    let receipt = format!(
        "cectrust-self-test/1\n{}\n{}\n",
        hex::encode(&nonce),
        hex::encode(certificate.sha256())
    );
    let signature = token.sign(&key, receipt.as_bytes())?;
    server.receipt(&signature).await?;
    say.event("self_test", "自己署名試験に合格しました。", json!({ "ok": true }));
    say.event("done", "証明書を受け取りました。署名に使えます。", json!({ "state": "done" }));
    Ok(())
}

fn over() -> Failure {
    Failure::refused(
        "enrolment_over",
        "この申請は続けられません。",
        "画面で申請の状態を確かめてください。",
    )
}

/// The request means nothing but "I hold this key": names come from the approved subject.
fn request(token: &Token, key: &Key, application: &str) -> Result<Vec<u8>, Failure> {
    let wrong = || Failure::refused("answer_unreadable", "申請番号が正しくありません。", "運営者に連絡してください。");
    let subject = NameBuilder::default().common_name(application).build().map_err(|_| wrong())?;
    let draft = pki::csr::prepare(&subject, &key.public);
    let signature = token.sign(key, &draft.tbs)?;
    draft.complete(&key.public, &signature).map_err(|_| wrong())
}

type Issued = (Certificate, Vec<Certificate>, Vec<u8>);

async fn await_certificate(server: &Server, seconds: u64, say: Say) -> Result<Option<Issued>, Failure> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut told = String::new();
    loop {
        let left = until.saturating_duration_since(Instant::now()).as_secs();
        let issued = server.certificate(left.min(20)).await?;
        if issued.state == "certificate" {
            let unreadable = || Failure::refused("answer_unreadable", "届いた証明書を読めません。", "運営者に連絡してください。");
            let certificate = Certificate::parse(&issued.certificate.ok_or_else(unreadable)?).map_err(|_| unreadable())?;
            let mut chain = Vec::new();
            for text in &issued.chain {
                chain.push(Certificate::parse(&decode(text)?).map_err(|_| unreadable())?);
            }
            return Ok(Some((certificate, chain, issued.nonce.ok_or_else(unreadable)?)));
        }
        if issued.state == "over" {
            return Err(over());
        }
        if told != issued.state {
            say.event("waiting", &issued.sentence, json!({ "state": issued.state }));
            told.clone_from(&issued.state);
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        // A server that does not wait is not asked without pause.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The certificate is for this key and hangs together up to a self-signed root; gives the root's SHA-256.
fn check(key: &Key, certificate: &Certificate, chain: &[Certificate]) -> Result<Vec<u8>, Failure> {
    let next = "証明書を使わず、認証局に連絡してください。";
    if certificate.spki_der() != key.public.spki_der() {
        return Err(Failure::refused(
            "certificate_foreign",
            "届いた証明書は、このトークンの鍵のものではありません。",
            next,
        ));
    }
    let broken = || Failure::refused("certificate_chain", "届いた証明書の発行者を確かめられません。", next);
    let mut below = certificate;
    for issuer in chain {
        let public = issuer.public_key().map_err(|_| broken())?;
        if !issuer.is_ca() || !below.may_be_issued_by(issuer) || below.verify_signature(&public).is_err() {
            return Err(broken());
        }
        below = issuer;
    }
    if chain.is_empty() || !below.is_self_signed() {
        return Err(broken());
    }
    Ok(below.sha256())
}
