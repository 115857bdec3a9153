//! `POST /api/cases/{id}/return`

use axum::{Json, extract};
use contracts::{Case, CaseId, state::State};

use crate::{At, House, Problem, caller::Caller, case::Moved};

/// 返送します。必要な署名がそろっていれば、ここで契約が成立し、封緘が始まります。
#[utoipa::path(post, path = "/api/cases/{id}/return", operation_id = "returnCase", tag = "case",
    params(("id" = String, Path)),
    responses((status = 200, body = Moved), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn return_case(
    extract::State(house): extract::State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
) -> Result<Json<Moved>, Problem> {
    let id = CaseId(id);
    let state = Case::return_it(&house.contracts, &actor, id, house.now()).await?;
    Ok(Json(Moved::new(id, State::Countersigned, state)))
}
