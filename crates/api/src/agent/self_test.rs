//! `POST /api/agent/self-test`

use axum::{Json, extract::State};
use certification::{Applying, Enrolment, enrolment_states};
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::ToSchema;

use crate::{
    Body, House, Problem,
    agent::{Agent, bytes, step},
};

/// The signature of the self-test.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Proof {
    /// ECDSA as DER, or RSA PKCS#1 v1.5; base64.
    signature: String,
}

/// The receipt.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {
    /// `done`.
    state: &'static str,
    /// For people.
    sentence: &'static str,
}

/// 自己署名試験の署名を出して、受領を確認します。
#[utoipa::path(post, path = "/api/agent/self-test", operation_id = "agentSelfTest", tag = "agent",
    request_body = Proof,
    responses((status = 200, body = Done), (status = 401, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn self_test(State(house): State<House>, agent: Agent, Body(proof): Body<Proof>) -> Result<Json<Done>, Problem> {
    let (now, by, id) = (house.now(), &agent.0.actor, agent.enrolment()?);
    let signature = bytes(&proof.signature, "signature")?;
    let state = unit!(house.db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
        if enrolment.state == enrolment_states::State::Active {
            return Ok(enrolment.state);
        }
        Enrolment::confirm_receipt(&enrolment, unit, &signature, now).await
    })
    .await?;
    Ok(Json(Done {
        state: step(state),
        sentence: "証明書を受け取りました。",
    }))
}
