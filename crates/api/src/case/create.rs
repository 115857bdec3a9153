//! `POST /api/cases`

use axum::{Json, extract::State, http::StatusCode};
use contracts::{Case, CaseId};
use serde::Serialize;
use store::unit;
use utoipa::ToSchema;

use crate::{Body, House, Problem, caller::Caller, case::Entry};

/// A new draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct Created {
    /// The case.
    id: String,
    /// `draft`.
    state: &'static str,
}

/// 案件を登録します（契約書 1対1）。
#[utoipa::path(post, path = "/api/cases", operation_id = "createCase", tag = "case",
    request_body = Entry,
    responses((status = 201, body = Created), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create_case(
    State(house): State<House>,
    Caller(actor): Caller,
    Body(entry): Body<Entry>,
) -> Result<(StatusCode, Json<Created>), Problem> {
    let (now, actor, fields) = (house.now(), &actor, entry.fields()?);
    let id = CaseId::new(now, house.random());
    unit!(house.db, |unit| Case::create(unit, actor, id, &fields, now).await).await?;
    Ok((
        StatusCode::CREATED,
        Json(Created {
            id: id.to_string(),
            state: contracts::state::State::Draft.word(),
        }),
    ))
}
