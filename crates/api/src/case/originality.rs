//! `GET /api/cases/{id}/originality-certificate`

use axum::extract::State;
use contracts::{Case, CaseId, Reading};
use store::unit;

use crate::{At, House, Problem, caller::Caller};

/// 原本性証明書（紙の様式）。まだありません：証拠一式を使ってください。
#[utoipa::path(get, path = "/api/cases/{id}/originality-certificate", operation_id = "getOriginalityCertificate", tag = "case",
    params(("id" = String, Path)),
    responses((status = 404, body = Problem), (status = 501, body = Problem)))]
pub async fn originality_certificate(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<(), Problem> {
    let actor = &actor;
    unit!(house.db, |unit| Case::open::<Reading>(unit, actor, CaseId(id)).await.map(drop)).await?;
    let mut problem = Problem::not_yet("原本性証明書の発行");
    problem.next = "証拠一式（getEvidenceBundle）で、原本であることを確かめられます。".to_owned();
    Err(problem)
}
