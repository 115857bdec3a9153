//! `POST /api/enrolments/begin`

use axum::{Json, extract::State};
use foundation::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{Body, House, Problem, caller::Caller, enrolment::Shown};

/// What stands in the letter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// 発行申請番号.
    number: String,
    /// 申請PIN. Five wrong ones in all, then only a new letter helps.
    #[schema(value_type = String)]
    pin: Secret<String>,
}

/// 申請PINを入力して、電子証明書の申請を始めます。
#[utoipa::path(post, path = "/api/enrolments/begin", operation_id = "beginEnrolment", tag = "enrolment",
    request_body = Begin,
    responses((status = 200, body = Shown), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 423, body = Problem)))]
pub async fn begin_enrolment(State(house): State<House>, Caller(actor): Caller, Body(entry): Body<Begin>) -> Result<Json<Shown>, Problem> {
    let enrolment = certification::enter_application_pin(&house.db, &actor, &entry.number, &entry.pin, house.now()).await?;
    Ok(Json(Shown::from(&enrolment)))
}
