//! `GET /api/deposits/{id}/originality-certificate`

use ::custody::{About, DepositId};
use axum::{extract::State, response::Response};

use super::paper;
use crate::{At, House, Problem, caller::Caller};

/// 預けた文書の原本性証明書（PDF/A-2u、運営者の電子印 B-LTA 付き）。求めるたびに文書を照合し、番号を付けて発行します（1分以内にもう一度求めると、同じものを返します）。
#[utoipa::path(get, path = "/api/deposits/{id}/originality-certificate", operation_id = "getDepositOriginalityCertificate", tag = "custody",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "application/pdf"), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 501, body = Problem), (status = 503, body = Problem)))]
pub async fn deposit_originality(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<Response, Problem> {
    super::applied(&actor)?;
    let requester = accounts::me(&house.db, &actor).await?.company.unwrap_or_default();
    let about = About { requester, case: None };
    let issued = house.certifier.originality(&actor, DepositId(id), &about, house.now()).await?;
    Ok(paper("原本性証明書", issued))
}
