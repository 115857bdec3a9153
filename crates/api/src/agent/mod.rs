//! What `cecsign-agent` calls (docs/agent-protocol.md).

pub mod certificate;
pub mod csr;
pub mod document;
pub mod hello;
pub mod self_test;
pub mod signature;
pub mod to_sign;

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use certification::{EnrolmentId, Launched, Purpose, enrolment_states::State};

use crate::{House, Problem};

/// The agent, with the session that its code gave it.
#[derive(Debug)]
pub struct Agent(pub Launched);

impl FromRequestParts<House> for Agent {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Problem> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.strip_prefix("Bearer "));
        let Some(token) = token else { return Err(over()) };
        match certification::agent(&house.db, token.trim(), house.now()).await {
            Ok(launched) => Ok(Self(launched)),
            Err(certification::Error::LaunchOver) => Err(over()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Agent {
    fn enrolment(&self) -> Result<EnrolmentId, Problem> {
        if self.0.purpose == Purpose::Enrol {
            Ok(EnrolmentId(self.0.subject))
        } else {
            Err(wrong_kind())
        }
    }
    fn act(&self) -> Result<signing::ActId, Problem> {
        if self.0.purpose == Purpose::Sign {
            Ok(signing::ActId(self.0.subject))
        } else {
            Err(wrong_kind())
        }
    }
}

fn over() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "agent_session_over",
        "署名ツールの接続は終わっています。",
        "画面で新しい符号を出して、署名ツールをもう一度始めてください。続きから始まります。",
    )
}

fn wrong_kind() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "agent_code_of_another_kind",
        "この符号は、別の手続きのためのものです。",
        "画面で、この手続きの符号を出し直してください。",
    )
}

/// The word of the protocol for where an enrolment stands.
pub(crate) const fn step(state: State) -> &'static str {
    match state {
        State::PinEntered => "key",
        State::KeyReady | State::DownloadPinSent => "download_pin",
        State::Issuing => "issuing",
        State::Issued => "certificate",
        State::Active => "done",
        _ => "over",
    }
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn bytes(text: &str, name: &str) -> Result<Vec<u8>, Problem> {
    STANDARD
        .decode(text)
        .map_err(|_| Problem::bad_request(format!("「{name}」を base64 として読めません。")))
}
