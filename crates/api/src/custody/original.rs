//! `GET /api/deposits/{id}/original`

use ::custody::DepositId;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::{At, House, Problem, caller::Caller};

/// 預けた文書そのもの（1バイトも変わっていません）。
#[utoipa::path(get, path = "/api/deposits/{id}/original", operation_id = "getDepositOriginal", tag = "custody",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "application/octet-stream"), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn deposit_original(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<Response, Problem> {
    super::applied(&actor)?;
    let (deposit, bytes) = ::custody::original(&house.db, &house.objects, &actor, DepositId(id)).await?;
    let media = HeaderValue::from_str(&deposit.media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
    ];
    Ok((headers, bytes).into_response())
}
