//! The time-stamping unit (RFC 3161 over HTTP). genTime in whole seconds, rounded down; serial from randomness.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::response::Response;
use cms::tsp::{Failure, Reply, prepare_reply};

use crate::responder::{plain, typed};
use crate::{Responder, TsaFault};

pub(crate) async fn post(State(responder): State<Responder>, body: Result<Bytes, BytesRejection>) -> Response {
    // What is too long, or broke off, is no request: it is read as nothing and rejected as such.
    let body = body.unwrap_or_default();
    let inside = &responder.0;
    let mut now = inside.clock.now();
    match inside.faults.tsa() {
        TsaFault::None => {}
        TsaFault::Down => return plain(StatusCode::SERVICE_UNAVAILABLE, "停止中です。 / Out of service.\n"),
        TsaFault::Slow => tokio::time::sleep(Duration::from_secs(30)).await,
        TsaFault::WrongTime => now = now.plus_days(1),
    }
    // Fail closed: a time given by a key past its use is worth less than none.
    if now >= inside.identity.tsu_until {
        tracing::error!(until = %inside.identity.tsu_until.rfc3339(), "the key of the time-stamping unit is past its use: cectrust ceremony next-tsu");
        let reply = Failure::TimeNotAvailable.response("the key of this unit is past its use");
        return typed("application/timestamp-reply", "no-store", reply);
    }
    let mut serial = [0u8; 16];
    inside.random.fill(&mut serial);
    let reply = match prepare_reply(&body, &inside.unit, &serial, now) {
        Reply::Reject(reply) => reply,
        Reply::Sign(prepared) => {
            // A wrong or missing signature becomes systemFailure inside `complete`.
            let signature = inside.identity.tsu.signer.sign(&prepared.to_sign).unwrap_or_default();
            prepared.complete(&signature)
        }
    };
    typed("application/timestamp-reply", "no-store", reply)
}
