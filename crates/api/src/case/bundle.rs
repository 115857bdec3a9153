//! `GET /api/cases/{id}/evidence-bundle`

use ::custody::DepositId;
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use contracts::{Case, CaseId, Reading};
use store::unit;

use crate::{At, House, Problem, caller::Caller, custody::bundle::archive};

/// 証拠一式（bundle.zip）：契約の原本を、だれでも、この仕組みの外で検証できます。
#[utoipa::path(get, path = "/api/cases/{id}/evidence-bundle", operation_id = "getEvidenceBundle", tag = "case",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "application/zip"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn evidence_bundle(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
) -> Result<impl IntoResponse, Problem> {
    let by = &actor;
    let deposit = unit!(house.db, |unit| {
        Ok::<_, contracts::Error>(Case::open::<Reading>(unit, by, CaseId(id)).await?.deposit)
    })
    .await?;
    let deposit = deposit.ok_or_else(|| {
        Problem::new(
            StatusCode::CONFLICT,
            "evidence_not_yet",
            "原本は、まだ保管されていません。契約が成立し、封緘が済むと保管されます。",
            "案件の「次」を確かめ、少し待って、もう一度お試しください。",
        )
    })?;
    let pieces = ::custody::bundle(&house.db, &house.objects, by, DepositId(deposit)).await?;
    Ok(archive(pieces))
}
