//! `GET /api/deposits`

use ::custody::{Seen, list};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{House, Problem, caller::Caller};

/// One line of the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DepositLine)]
pub struct Line {
    /// The deposit.
    id: String,
    /// Its name.
    title: String,
    /// Bytes.
    size: u64,
    /// When it was durable.
    received: String,
    /// The last day of retention.
    retain_until: String,
    /// When its evidence was complete (保管).
    kept: Option<String>,
}

/// 預けた文書の一覧。
#[utoipa::path(get, path = "/api/deposits", operation_id = "listDeposits", tag = "custody",
    responses((status = 200, body = [Line]), (status = 403, body = Problem)))]
pub async fn list_deposits(State(house): State<House>, Caller(actor): Caller) -> Result<Json<Vec<Line>>, Problem> {
    super::applied(&actor)?;
    let lines = list(&house.db, &Seen::by(&actor)?, None, 200).await?;
    Ok(Json(
        lines
            .into_iter()
            .filter(|line| line.subject == "own")
            .map(|line| Line {
                id: line.id.to_string(),
                title: line.title,
                size: line.size,
                received: line.received.rfc3339_japan(),
                retain_until: line.retain_until.to_string(),
                kept: line.kept.map(foundation::Instant::rfc3339_japan),
            })
            .collect(),
    ))
}
