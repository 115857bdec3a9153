//! `PUT /api/cases/{id}`

use axum::{extract::State, http::StatusCode};
use contracts::{Case, CaseId, Registering};
use store::unit;

use crate::{At, Body, House, Problem, caller::Caller, case::Entry};

/// 下書きの内容を直します。
#[utoipa::path(put, path = "/api/cases/{id}", operation_id = "editCase", tag = "case",
    params(("id" = String, Path)), request_body = Entry,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn edit_case(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Entry>,
) -> Result<StatusCode, Problem> {
    let (now, actor, fields) = (house.now(), &actor, entry.fields()?);
    unit!(house.db, |unit| {
        let case = Case::open::<Registering>(unit, actor, CaseId(id)).await?;
        Case::edit(&case, unit, &fields, now).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
