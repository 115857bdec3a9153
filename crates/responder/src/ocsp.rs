//! OCSP: every answer is signed at the moment it is asked for. What was never issued is never "good".

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use pki::{OcspAnswer, OcspDraft, OcspRefusal, OcspRequest, OcspStatus, RevocationReason};

use crate::Responder;
use crate::memory::Status;
use crate::responder::{plain, typed};

/// How long an answer may be kept by whoever got it. A stored signature is judged by thisUpdate, not by this.
const LIFE_HOURS: i64 = 12;

pub(crate) async fn post(State(responder): State<Responder>, body: Result<Bytes, BytesRejection>) -> Response {
    match body {
        Ok(der) => respond(&responder, &der).await,
        // Too long, or broken off.
        Err(_) => answer(OcspRefusal::MalformedRequest.der()),
    }
}

/// RFC 6960 appendix A.1: the request in base64 in the path.
pub(crate) async fn get(State(responder): State<Responder>, request: Result<Path<String>, PathRejection>) -> Response {
    let der = request.ok().and_then(|Path(request)| {
        base64::engine::general_purpose::STANDARD
            .decode(request.trim_start_matches('/'))
            .ok()
    });
    match der {
        Some(der) => respond(&responder, &der).await,
        // No base64, or no text at all.
        None => answer(OcspRefusal::MalformedRequest.der()),
    }
}

async fn respond(responder: &Responder, request: &[u8]) -> Response {
    if responder.0.faults.ocsp_down() {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "停止中です。 / Out of service.\n");
    }
    let Ok(request) = OcspRequest::parse(request) else {
        return answer(OcspRefusal::MalformedRequest.der());
    };
    let inside = &responder.0;
    let mut found = Vec::with_capacity(request.ids.len());
    for id in &request.ids {
        if !id.is_of(&inside.identity.issuing) {
            return answer(OcspRefusal::Unauthorized.der());
        }
        let mut status = inside.memory.status(id.serial.content());
        if status.is_none() {
            // Perhaps issued a moment ago.
            if let Err(error) = responder.refresh().await {
                tracing::warn!(%error, "the publications could not be read");
                return answer(OcspRefusal::TryLater.der());
            }
            status = inside.memory.status(id.serial.content());
        }
        // RFC 5019 §2.2.3: a serial this CA never gave gets no statement at all, in particular not "good".
        let Some(status) = status else {
            return answer(OcspRefusal::Unauthorized.der());
        };
        found.push((id, status_of(status)));
    }
    let now = inside.clock.now().floor_second();
    let answers: Vec<OcspAnswer<'_>> = found
        .iter()
        .map(|(id, status)| OcspAnswer {
            id,
            status: *status,
            this_update: now,
            next_update: Some(now.plus_seconds(LIFE_HOURS * 3_600)),
        })
        .collect();
    let draft = OcspDraft {
        responder: &inside.identity.ocsp.certificate,
        produced_at: now,
        answers: &answers,
        nonce: request.nonce.as_deref(),
        // Revoked ones stay listed after they expired: contracts are checked for decades.
        archive_cutoff: Some(inside.identity.issuing.not_before()),
    };
    let signed = pki::ocsp_response::prepare(&draft).ok().and_then(|to_sign| {
        let signature = inside.identity.ocsp.signer.sign(&to_sign.tbs).ok()?;
        Some(to_sign.assemble(&signature))
    });
    match signed {
        Some(der) => answer(der),
        None => {
            tracing::error!("the OCSP signer does not sign");
            answer(OcspRefusal::InternalError.der())
        }
    }
}

fn status_of(status: Status) -> OcspStatus {
    match status.revoked {
        None => OcspStatus::Good,
        Some((at, reason)) => OcspStatus::Revoked {
            at,
            reason: reason.and_then(|code| u64::try_from(code).ok()).map(RevocationReason::from_code),
        },
    }
}

fn answer(der: Vec<u8>) -> Response {
    typed("application/ocsp-response", "no-store", der)
}
