//! `POST /api/cases/{id}/withdraw`

use axum::{Json, extract::State};
use contracts::{Case, CaseId, Withdrawing};
use store::unit;

use crate::{
    At, Body, House, Problem,
    caller::Caller,
    case::{Moved, Reason},
};

/// 取り下げます。相手方が署名するまでできます。
#[utoipa::path(post, path = "/api/cases/{id}/withdraw", operation_id = "withdrawCase", tag = "case",
    params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = Moved), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn withdraw_case(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Reason>,
) -> Result<Json<Moved>, Problem> {
    let (now, actor, id) = (house.now(), &actor, CaseId(id));
    let (from, to) = unit!(house.db, |unit| {
        let case = Case::open::<Withdrawing>(unit, actor, id).await?;
        Ok::<_, contracts::Error>((case.state, Case::withdraw(&case, unit, &entry.reason, now).await?))
    })
    .await?;
    Ok(Json(Moved::new(id, from, to)))
}
