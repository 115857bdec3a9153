//! `POST /api/cases/{id}/refuse`

use axum::{Json, extract::State};
use contracts::{Case, CaseId, Refusing};
use store::unit;

use crate::{
    At, Body, House, Problem,
    caller::Caller,
    case::{Moved, Reason},
};

/// 謝絶します（理由が要ります）。
#[utoipa::path(post, path = "/api/cases/{id}/refuse", operation_id = "refuseCase", tag = "case",
    params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = Moved), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn refuse_case(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Reason>,
) -> Result<Json<Moved>, Problem> {
    let (now, actor, id) = (house.now(), &actor, CaseId(id));
    let (from, to) = unit!(house.db, |unit| {
        let case = Case::open::<Refusing>(unit, actor, id).await?;
        Ok::<_, contracts::Error>((case.state, Case::refuse(&case, unit, &entry.reason, now).await?))
    })
    .await?;
    Ok(Json(Moved::new(id, from, to)))
}
