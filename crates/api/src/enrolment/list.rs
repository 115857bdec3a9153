//! `GET /api/enrolments`

use axum::{Json, extract::State};
use certification::Enrolment;

use crate::{House, Problem, caller::Caller, enrolment::Shown};

/// 電子証明書の申請の一覧（本人は自分の、企業IDは自社の、運営者はすべて）。
#[utoipa::path(get, path = "/api/enrolments", operation_id = "listEnrolments", tag = "enrolment",
    responses((status = 200, body = [Shown]), (status = 401, body = Problem)))]
pub async fn list_enrolments(State(house): State<House>, Caller(actor): Caller) -> Result<Json<Vec<Shown>>, Problem> {
    let enrolments = Enrolment::list(&house.db, &actor).await?;
    Ok(Json(enrolments.iter().map(Shown::from).collect()))
}
