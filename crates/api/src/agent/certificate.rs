//! `GET /api/agent/certificate?wait=20`

use std::time::Duration;

use axum::{Json, extract::State};
use certification::{Applying, Certificate, Enrolment, enrolment_states};
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::{IntoParams, ToSchema};

use crate::{
    Asked, House, Problem,
    agent::{Agent, base64, step},
};

/// How long to wait.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Wait {
    /// Seconds, at most 30.
    wait: Option<u64>,
}

/// The certificate, or what is still awaited.
#[derive(Debug, Serialize, ToSchema)]
pub struct Given {
    /// The word of the protocol.
    state: &'static str,
    /// For people.
    sentence: &'static str,
    /// DER, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    /// Issuing CA and root, DER, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<Vec<String>>,
    /// To be signed in the self-test, base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<String>,
}

/// 電子証明書ができるのを待って、受け取ります。
#[utoipa::path(get, path = "/api/agent/certificate", operation_id = "agentGetCertificate", tag = "agent",
    params(Wait),
    responses((status = 200, body = Given), (status = 401, body = Problem), (status = 409, body = Problem)))]
pub async fn fetch_certificate(State(house): State<House>, agent: Agent, Asked(wait): Asked<Wait>) -> Result<Json<Given>, Problem> {
    let (by, id) = (&agent.0.actor, agent.enrolment()?);
    let until = tokio::time::Instant::now() + Duration::from_secs(wait.wait.unwrap_or(0).min(30));
    loop {
        let enrolment = unit!(house.db, |unit| {
            Ok::<_, certification::Error>(Enrolment::open::<Applying>(unit, by, id).await?.into_inner())
        })
        .await?;
        let there = matches!(enrolment.state, enrolment_states::State::Issued | enrolment_states::State::Active);
        if !there && tokio::time::Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(300)).await;
            continue;
        }
        let mut given = Given {
            state: step(enrolment.state),
            sentence: enrolment.state.what_next(),
            certificate: None,
            chain: None,
            nonce: None,
        };
        if there && let Some(certificate) = enrolment.certificate {
            let certificate = unit!(house.db, |unit| {
                Ok::<_, certification::Error>(
                    Certificate::open::<certification::ViewingCertificate>(unit, by, certificate)
                        .await?
                        .into_inner(),
                )
            })
            .await?;
            given.certificate = Some(base64(&certificate.der));
            given.chain = Some(house.chain().iter().map(|der| base64(der)).collect());
            given.nonce = enrolment.receipt_nonce().ok().map(base64);
        }
        return Ok(Json(given));
    }
}
