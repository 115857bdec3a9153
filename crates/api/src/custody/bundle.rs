//! `GET /api/deposits/{id}/evidence-bundle`

use ::custody::DepositId;
use axum::{extract::State, http::header, response::IntoResponse};

use crate::{At, House, Problem, caller::Caller};

/// 証拠一式（bundle.zip）：預けた文書を、だれでも、この仕組みの外で検証できます。
#[utoipa::path(get, path = "/api/deposits/{id}/evidence-bundle", operation_id = "getDepositEvidenceBundle", tag = "custody",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "application/zip"), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn deposit_bundle(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
) -> Result<impl IntoResponse, Problem> {
    super::applied(&actor)?;
    let bytes = ::custody::bundle(&house.db, &house.objects, &actor, DepositId(id)).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/zip"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"bundle.zip\""),
        ],
        bytes,
    ))
}
