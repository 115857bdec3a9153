//! `GET /api/cases/{id}/originality-certificate`

use axum::{extract::State, response::Response};
use contracts::CaseId;

use crate::{At, House, Problem, caller::Caller, custody::paper};

/// 原本性証明書（PDF/A-2u、運営者の電子印 B-LTA 付き）。求めるたびに原本を照合し、番号を付けて発行します（1分以内にもう一度求めると、同じものを返します）。
#[utoipa::path(get, path = "/api/cases/{id}/originality-certificate", operation_id = "getOriginalityCertificate", tag = "case",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "application/pdf"), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 501, body = Problem), (status = 503, body = Problem)))]
pub async fn originality_certificate(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
) -> Result<Response, Problem> {
    let issued = contracts::originality(&house.contracts, &house.certifier, &actor, CaseId(id), house.now()).await?;
    Ok(paper("原本性証明書", issued))
}
