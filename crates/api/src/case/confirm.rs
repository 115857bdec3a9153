//! `POST /api/cases/{id}/confirm`

use axum::{Json, extract::State};
use contracts::{Case, CaseId, Confirming};
use store::unit;

use crate::{At, House, Problem, caller::Caller, case::Moved};

/// 契約の成立を確認します（記録だけです。効力には影響しません）。
#[utoipa::path(post, path = "/api/cases/{id}/confirm", operation_id = "confirmCase", tag = "case",
    params(("id" = String, Path)),
    responses((status = 200, body = Moved), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn confirm_case(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<Json<Moved>, Problem> {
    let (now, actor, id) = (house.now(), &actor, CaseId(id));
    let (from, to) = unit!(house.db, |unit| {
        let case = Case::open::<Confirming>(unit, actor, id).await?;
        Ok::<_, contracts::Error>((case.state, Case::confirm(&case, unit, now).await?))
    })
    .await?;
    Ok(Json(Moved::new(id, from, to)))
}
