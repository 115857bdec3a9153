//! `DELETE /api/partners/{id}/consent`

use axum::{extract::State, http::StatusCode};
use contracts::{Ending, Partner, PartnerId};
use store::unit;

use crate::{At, House, Problem, caller::Caller};

/// 事前合意を撤回します。成立済みの契約には影響しません。
#[utoipa::path(delete, path = "/api/partners/{id}/consent", operation_id = "withdrawConsent", tag = "partner",
    params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn withdraw_consent(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<StatusCode, Problem> {
    let (now, actor) = (house.now(), &actor);
    unit!(house.db, |unit| {
        let partner = Partner::open::<Ending>(unit, actor, PartnerId(id)).await?;
        Partner::withdraw(&partner, unit, now).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
