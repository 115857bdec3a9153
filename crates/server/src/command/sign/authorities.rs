//! Whose certificates the signature stands on: the issuers of the signer and of the time-stamping unit, up to their roots.
//!
//! They come from what was given, from the token, and from the addresses in the certificates (http only, bounded). A root found in this way
//! serves to collect validation data; whether it is trusted is for the verifier to say.

use std::time::Duration;

use foundation::{OsRandom, Random as _};
use pki::Certificate;
use signing::Signing;

use super::{Level, credential::Credential};
use crate::words;

const LONGEST_ANSWER: usize = 256 << 10;
const LONGEST_CHAIN: usize = 6;
const TIMEOUT: Duration = Duration::from_secs(20);

/// A time-stamping authority that answered once, and everything that is needed to sign at this level.
pub(super) struct Authorities {
    pub(super) signing: Signing,
    /// How long its tokens are.
    pub(super) token_length: usize,
}

impl Authorities {
    /// Asks for one token to learn who stamps there, and follows both chains.
    pub(super) async fn meet(credential: &Credential, tsa: &str, level: Level) -> Result<Self, String> {
        if !tsa.starts_with("http://") && !tsa.starts_with("https://") {
            return Err(format!("--tsa {tsa} は、http:// か https:// で始まる住所ではありません。"));
        }
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| format!("通信の用意ができません。{}", words::detail(&error)))?;
        let (token_length, unit, sent) = probe(&http, tsa).await?;
        let signer = Certificate::parse(&credential.certificate).map_err(|_| "署名者の証明書を読めません。".to_owned())?;
        let given = credential.above.iter().filter_map(|der| Certificate::parse(der).ok());
        let mut known: Vec<Certificate> = given.chain(sent).collect();
        let mut anchors = vec![top(&http, &unit, &mut known).await];
        if level >= Level::LongTerm {
            anchors.push(top(&http, &signer, &mut known).await);
            for (anchor, whose) in anchors.iter().zip(["タイムスタンプ局", "署名者"]) {
                if !anchor.is_self_signed() {
                    return Err(format!(
                        "{whose}の証明書から、ルートまでの証明書がそろいません（{} の発行者がありません）。--cert に、ルートまでの証明書を書き足してください。",
                        anchor.subject()
                    ));
                }
            }
        }
        Ok(Self {
            signing: Signing::new(signing::Config {
                tsa: tsa.to_owned(),
                status_bases: vec!["http://".to_owned()],
                anchors: anchors.iter().map(|anchor| anchor.der().to_vec()).collect(),
                intermediates: known.iter().map(|certificate| certificate.der().to_vec()).collect(),
                timeout: TIMEOUT,
            }),
            token_length,
        })
    }
}

/// The length of its token, its certificate, and the certificates it sent.
async fn probe(http: &reqwest::Client, tsa: &str) -> Result<(usize, Certificate, Vec<Certificate>), String> {
    let mut imprint = [0; 32];
    OsRandom.fill(&mut imprint);
    let request = cms::tsp::TimeStampRequest::sha256(imprint, &OsRandom);
    let wrong = |error: &dyn std::fmt::Display| format!("タイムスタンプ局 {tsa} から、正しい答えがありません。{}", words::detail(error));
    let asked = http
        .post(tsa)
        .header("content-type", "application/timestamp-query")
        .body(request.der());
    let answer = bounded(asked).await.map_err(|error| wrong(&error))?;
    let token = cms::tsp::TimeStampResponse::parse(&answer)
        .and_then(|response| response.token_for(&request))
        .map_err(|error| wrong(&error))?;
    let verified = token.verify(&[]).map_err(|error| wrong(&error))?;
    Ok((token.der.len(), verified.unit, verified.certificates))
}

/// Follows the issuers of `leaf` as far as they can be found; those that had to be fetched are `known` afterwards.
async fn top(http: &reqwest::Client, leaf: &Certificate, known: &mut Vec<Certificate>) -> Certificate {
    let mut last = leaf.clone();
    for _ in 0..LONGEST_CHAIN {
        if last.is_self_signed() {
            break;
        }
        let issued = |issuer: &Certificate| {
            last.may_be_issued_by(issuer) && issuer.public_key().is_ok_and(|key| last.verify_signature(&key).is_ok())
        };
        let mut issuer = known.iter().find(|one| issued(one)).cloned();
        for url in last.issuer_urls().iter().filter(|url| url.starts_with("http://")) {
            if issuer.is_some() {
                break;
            }
            let Ok(answer) = bounded(http.get(url)).await else { continue };
            issuer = Certificate::parse_all(&answer).unwrap_or_default().into_iter().find(issued);
            known.extend(issuer.clone());
        }
        match issuer {
            Some(issuer) => last = issuer,
            None => break,
        }
    }
    last
}

async fn bounded(request: reqwest::RequestBuilder) -> Result<Vec<u8>, String> {
    let mut answer = request
        .send()
        .await
        .and_then(reqwest::Response::error_for_status)
        .map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| error.to_string())? {
        if bytes.len() + chunk.len() > LONGEST_ANSWER {
            return Err(format!("more than {LONGEST_ANSWER} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
