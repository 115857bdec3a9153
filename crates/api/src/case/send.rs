//! `POST /api/cases/{id}/send`

use axum::{Json, extract::State};
use contracts::{Case, CaseId, Sending};
use store::unit;

use crate::{At, House, Problem, caller::Caller, case::Moved};

/// 送付します。相手方の事前合意と、自社の署名が要ります。
#[utoipa::path(post, path = "/api/cases/{id}/send", operation_id = "sendCase", tag = "case",
    params(("id" = String, Path)),
    responses((status = 200, body = Moved), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn send_case(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<Json<Moved>, Problem> {
    let (now, actor, id) = (house.now(), &actor, CaseId(id));
    let (from, to) = unit!(house.db, |unit| {
        let case = Case::open::<Sending>(unit, actor, id).await?;
        Ok::<_, contracts::Error>((case.state, Case::send(&case, unit, now).await?))
    })
    .await?;
    Ok(Json(Moved::new(id, from, to)))
}
