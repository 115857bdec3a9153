//! `GET /api/agent/document/{id}`

use axum::{extract::State, http::header, response::IntoResponse};
use contracts::{Case, CaseId, Reading};
use store::unit;

use crate::{At, House, Problem, agent::Agent};

/// 署名する文書そのもの（署名の入る穴は、まだ空です）。
#[utoipa::path(get, path = "/api/agent/document/{id}", operation_id = "agentGetDocument", tag = "agent",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "application/pdf"), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn document(State(house): State<House>, agent: Agent, At(id): At<uuid::Uuid>) -> Result<impl IntoResponse, Problem> {
    let (by, wanted) = (&agent.0.actor, agent.act()?);
    if wanted.0 != id {
        return Err(Problem::not_found());
    }
    let act = signing::open_act(&house.db, by, wanted).await?;
    let case = CaseId(act.subject);
    let tools = &house.contracts;
    let (case, stage) = unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, by, case).await?;
        let stage = Case::stage(&case, unit, None).await?;
        Ok::<_, contracts::Error>((case, stage))
    })
    .await?;
    let mut bytes = tools.read(&case, &stage).await?;
    if bytes.len() as u64 != act.prepared.base_len {
        return Err(signing::Error::AnotherFile.into());
    }
    bytes.extend_from_slice(&act.prepared.delta);
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"to-sign.pdf\""),
    ];
    Ok((headers, bytes))
}
