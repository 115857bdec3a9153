//! `POST /api/cases/{id}/send-back`

use axum::{Json, extract::State};
use contracts::{Case, CaseId, SendingBack};
use store::unit;

use crate::{
    At, Body, House, Problem,
    caller::Caller,
    case::{Moved, Reason},
};

/// 差し戻します。このPDFは、ここで終わります（理由が要ります）。
#[utoipa::path(post, path = "/api/cases/{id}/send-back", operation_id = "sendBackCase", tag = "case",
    params(("id" = String, Path)), request_body = Reason,
    responses((status = 200, body = Moved), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn send_back_case(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Reason>,
) -> Result<Json<Moved>, Problem> {
    let (now, actor, id) = (house.now(), &actor, CaseId(id));
    let (from, to) = unit!(house.db, |unit| {
        let case = Case::open::<SendingBack>(unit, actor, id).await?;
        Ok::<_, contracts::Error>((case.state, Case::send_back(&case, unit, &entry.reason, now).await?))
    })
    .await?;
    Ok(Json(Moved::new(id, from, to)))
}
