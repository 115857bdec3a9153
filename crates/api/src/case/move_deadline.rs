//! `PUT /api/cases/{id}/deadline`

use axum::{Json, extract::State};
use contracts::{Case, CaseId, MovingDeadline, Side};
use serde::{Deserialize, Deserializer};
use store::unit;
use utoipa::ToSchema;

use crate::{
    At, Body, House, Problem,
    caller::Caller,
    case::{Moved, date},
};

/// Until when the case is to be returned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// 返送の期限, `2026-11-30`; null: none any more. It may not be left out.
    #[serde(deserialize_with = "told")]
    #[schema(required)]
    reply_by: Option<String>,
}

/// Like any option, but one that must be there: nobody takes a deadline away by leaving a word out.
fn told<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)
}

/// 返送の期限を変えます（登録者。自社の署名のあと、返送されるまで）。期限が過ぎても、案件は終わりません。
#[utoipa::path(put, path = "/api/cases/{id}/deadline", operation_id = "moveDeadline", tag = "case",
    params(("id" = String, Path)), request_body = Deadline,
    responses((status = 200, body = Moved), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn move_deadline(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Deadline>,
) -> Result<Json<Moved>, Problem> {
    let (now, actor, id) = (house.now(), &actor, CaseId(id));
    let day = entry.reply_by.as_deref().map(date).transpose()?;
    let (from, to) = unit!(house.db, |unit| {
        let case = Case::open::<MovingDeadline>(unit, actor, id).await?;
        let from = case.state_for(Side::A);
        Ok::<_, contracts::Error>((from, Case::move_deadline(&case, unit, day, now).await?))
    })
    .await?;
    Ok(Json(Moved::new(id, from, to)))
}
