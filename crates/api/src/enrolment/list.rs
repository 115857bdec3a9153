//! `GET /api/enrolments`

use axum::{Json, extract::State};
use certification::{Enrolment, EnrolmentId};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{Asked, House, Problem, caller::Caller, enrolment::Shown};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Enrolments older than this one.
    #[param(value_type = Option<String>)]
    before: Option<uuid::Uuid>,
}

/// 電子証明書の申請の一覧（本人は自分の、企業IDは自社の、運営者はすべて。新しい順、100件まで）。
#[utoipa::path(get, path = "/api/enrolments", operation_id = "listEnrolments", tag = "enrolment",
    params(Page),
    responses((status = 200, body = [Shown]), (status = 401, body = Problem)))]
pub async fn list_enrolments(
    State(house): State<House>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
) -> Result<Json<Vec<Shown>>, Problem> {
    let enrolments = Enrolment::list(&house.db, &actor, page.before.map(EnrolmentId), 100).await?;
    Ok(Json(enrolments.iter().map(Shown::from).collect()))
}
