//! `GET /api/agent/to-sign`

use axum::{Json, extract::State};
use contracts::{Case, CaseId, CaseView, Reading};
use foundation::Actor;
use serde::Serialize;
use signing::{Act, ActId};
use store::unit;
use utoipa::ToSchema;

use crate::{
    House, Problem,
    agent::{Agent, base64},
};

/// What is to be signed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToSign {
    /// One so far.
    documents: Vec<Document>,
}

/// One document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Document {
    /// The act of signing.
    id: String,
    /// 案件名.
    title: String,
    /// Both companies.
    parties: Vec<String>,
    /// Where the file is, its hole still empty.
    file: String,
    /// What the signature covers.
    byte_range: [u64; 4],
    /// `sha256` or `sha384`.
    digest_algorithm: String,
    /// DER SET OF Attribute, base64.
    signed_attributes: String,
    /// SHA-256 of the signer's certificate, lower-case hex.
    certificate_sha256: String,
}

/// 署名する文書を、署名ツールに渡します。
#[utoipa::path(get, path = "/api/agent/to-sign", operation_id = "agentToSign", tag = "agent",
    responses((status = 200, body = ToSign), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn to_sign(State(house): State<House>, agent: Agent) -> Result<Json<ToSign>, Problem> {
    let by = &agent.0.actor;
    let (act, case) = act_and_case(&house, by, agent.act()?).await?;
    let certificate = act
        .prepared
        .certificates
        .first()
        .and_then(|text| hex::decode(text).ok())
        .ok_or_else(Problem::not_found)?;
    let document = Document {
        id: act.id.to_string(),
        parties: [Some(case.line.a_name), case.line.b_name].into_iter().flatten().collect(),
        title: case.line.title,
        file: format!("/api/agent/document/{}", act.id),
        byte_range: act.prepared.byte_range,
        digest_algorithm: act.prepared.digest_algorithm.to_ascii_lowercase().replace('-', ""),
        signed_attributes: base64(&act.prepared.to_sign),
        certificate_sha256: hex::encode(pki::DigestAlgorithm::Sha256.digest(&certificate)),
    };
    Ok(Json(ToSign { documents: vec![document] }))
}

pub(super) async fn act_and_case(house: &House, by: &Actor, id: ActId) -> Result<(Act, CaseView), Problem> {
    let act = signing::open_act(&house.db, by, id).await?;
    let case = CaseId(act.subject);
    let view = unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, by, case).await?;
        Case::view(&case, unit).await
    })
    .await?;
    Ok((act, view))
}

/// What the person sees before anything is done.
pub(super) async fn title(house: &House, by: &Actor, id: ActId) -> Result<String, Problem> {
    let (_, case) = act_and_case(house, by, id).await?;
    Ok(format!("署名：{}", case.line.title))
}
