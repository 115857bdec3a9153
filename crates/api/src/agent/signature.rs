//! `POST /api/agent/signature`

use axum::{Json, extract::State};
use contracts::{Case, CaseId, SignatureBy};
use serde::{Deserialize, Serialize};
use signing::ActState;
use utoipa::ToSchema;

use crate::{
    Body, House, Problem,
    agent::{Agent, bytes},
};

/// The signature value.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Value {
    /// The act of signing.
    #[schema(value_type = String)]
    id: uuid::Uuid,
    /// ECDSA as DER, or RSA PKCS#1 v1.5; base64.
    signature: String,
}

/// It is part of the case now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AgentSigned)]
pub struct Signed {
    /// `signed`.
    state: &'static str,
    /// For people.
    sentence: &'static str,
}

/// 署名値を出します。証明書で確かめてから、文書に入れます。
#[utoipa::path(post, path = "/api/agent/signature", operation_id = "agentSignature", tag = "agent",
    request_body = Value,
    responses((status = 200, body = Signed), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn signature(State(house): State<House>, agent: Agent, Body(value): Body<Value>) -> Result<Json<Signed>, Problem> {
    let (by, wanted) = (&agent.0.actor, agent.act()?);
    if wanted.0 != value.id {
        return Err(Problem::not_found());
    }
    let act = signing::open_act(&house.db, by, wanted).await?;
    let signature = bytes(&value.signature, "signature")?;
    let done = Json(Signed {
        state: "signed",
        sentence: "署名しました。",
    });
    if act.state == ActState::Completed {
        // The same signature again is answered the same.
        pades::check_signature(&act.prepared, &signature).map_err(|error| Problem::from(signing::Error::from(error)))?;
        return Ok(done);
    }
    Case::complete_signature(
        &house.contracts,
        by,
        CaseId(act.subject),
        wanted,
        SignatureBy::Value(signature),
        house.now(),
    )
    .await?;
    Ok(done)
}
