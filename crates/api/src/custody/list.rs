//! `GET /api/deposits`

use ::custody::{DepositId, Seen, Subject, list};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Asked, House, Problem, caller::Caller};

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

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Deposits older than this one.
    #[param(value_type = Option<String>)]
    before: Option<uuid::Uuid>,
}

/// 預けた文書の一覧（新しい順、100件まで）。
#[utoipa::path(get, path = "/api/deposits", operation_id = "listDeposits", tag = "custody",
    params(Page),
    responses((status = 200, body = [Line]), (status = 403, body = Problem)))]
pub async fn list_deposits(
    State(house): State<House>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
) -> Result<Json<Vec<Line>>, Problem> {
    super::applied(&actor)?;
    let lines = list(&house.db, &Seen::by(&actor)?, Some(Subject::Own), page.before.map(DepositId), 100).await?;
    Ok(Json(
        lines
            .into_iter()
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
