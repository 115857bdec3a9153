//! `POST /api/agent/csr`

use axum::{Json, extract::State};
use certification::{Applying, Enrolment, ProvenRequest};
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::ToSchema;

use crate::{
    Body, House, Problem,
    agent::{Agent, bytes, step},
};

/// A request.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AgentRequest)]
pub struct Request {
    /// PKCS#10 DER, base64.
    csr: String,
}

/// Where the enrolment stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stands {
    /// The word of the protocol.
    state: &'static str,
}

/// 証明書発行要求を出します。同じ要求は、何度出しても同じ答えです。
#[utoipa::path(post, path = "/api/agent/csr", operation_id = "agentSubmitRequest", tag = "agent",
    request_body = Request,
    responses((status = 200, body = Stands), (status = 401, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn submit_csr(State(house): State<House>, agent: Agent, Body(entry): Body<Request>) -> Result<Json<Stands>, Problem> {
    let (now, by, id) = (house.now(), &agent.0.actor, agent.enrolment()?);
    let der = bytes(&entry.csr, "csr")?;
    let request = ProvenRequest::read(&der)?;
    let state = unit!(house.db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
        if enrolment.request.as_deref() == Some(der.as_slice()) {
            return Ok(enrolment.state);
        }
        Enrolment::submit_request(&enrolment, unit, &request, now).await
    })
    .await?;
    Ok(Json(Stands { state: step(state) }))
}
