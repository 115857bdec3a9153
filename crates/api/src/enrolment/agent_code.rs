//! `POST /api/enrolments/{id}/agent-code`

use axum::{Json, extract::State, http::StatusCode};
use certification::{Applying, Enrolment, EnrolmentId, LaunchId, LaunchSecret, Purpose, launch};
use serde::Serialize;
use store::unit;
use utoipa::ToSchema;

use crate::{At, House, Problem, caller::Caller};

/// A code for `cecsign-agent`, good once and for ten minutes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Code {
    /// The code.
    #[schema(value_type = String)]
    code: crate::once::Once,
    /// Until when.
    good_until: String,
}

/// 署名ツール（cecsign-agent）に渡す、一度だけ使える符号を出します。
#[utoipa::path(post, path = "/api/enrolments/{id}/agent-code", operation_id = "makeEnrolmentAgentCode", tag = "enrolment",
    params(("id" = String, Path)),
    responses((status = 201, body = Code), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn enrolment_agent_code(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
) -> Result<(StatusCode, Json<Code>), Problem> {
    let (now, by) = (house.now(), &actor);
    let (launch_id, code) = (LaunchId::new(now, house.random()), LaunchSecret::code(house.random()));
    let until = unit!(house.db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, EnrolmentId(id)).await?;
        if !enrolment.is_web_open(by, now) {
            return Err(certification::Error::PinNeeded);
        }
        launch(unit, by, launch_id, Purpose::Enrol, id, &code, now).await
    })
    .await?;
    Ok((
        StatusCode::CREATED,
        Json(Code {
            code: crate::once::Once::of(code.reveal()),
            good_until: until.rfc3339_japan(),
        }),
    ))
}
