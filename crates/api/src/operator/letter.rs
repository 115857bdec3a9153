//! `POST /api/operator/enrolments/{id}/letter`

use axum::{extract::State, http::StatusCode};
use certification::{Enrolment, EnrolmentId};
use store::unit;

use crate::{At, House, Problem, caller::Caller};

/// 新しい承認通知書（新しい申請PIN）を送ります。
#[utoipa::path(post, path = "/api/operator/enrolments/{id}/letter", operation_id = "orderLetter", tag = "operator",
    params(("id" = String, Path)),
    responses((status = 202), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn order_letter(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<StatusCode, Problem> {
    let (now, by) = (house.now(), &actor);
    unit!(house.db, |unit| {
        let enrolment = Enrolment::open_to_run(unit, by, EnrolmentId(id)).await?;
        Enrolment::order_letter(&enrolment, unit, now).await
    })
    .await?;
    Ok(StatusCode::ACCEPTED)
}
