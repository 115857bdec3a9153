//! `GET /api/deposits/{id}/receipt`

use ::custody::DepositId;
use axum::{extract::State, response::Response};

use super::paper;
use crate::{At, House, Problem, caller::Caller};

/// 預かり証（PDF/A-2u）。預けた直後から、何度でも受け取れます。
#[utoipa::path(get, path = "/api/deposits/{id}/receipt", operation_id = "getDepositReceipt", tag = "custody",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "application/pdf"), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 501, body = Problem), (status = 503, body = Problem)))]
pub async fn deposit_receipt(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<Response, Problem> {
    super::applied(&actor)?;
    let requester = accounts::me(&house.db, &actor).await?.company.unwrap_or_default();
    let receipt = house.certifier.receipt(&actor, DepositId(id), &requester).await?;
    Ok(paper("預かり証", receipt))
}
