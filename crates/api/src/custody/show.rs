//! `GET /api/deposits/{id}`

use ::custody::{Deposit, DepositId, Reading, standing};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{At, House, Problem, caller::Caller, custody::deposit::Taken};

/// A deposit: its receipt again, and how far its evidence is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DepositShown)]
pub struct Shown {
    /// The receipt.
    receipt: Taken,
    /// `waiting`, `kept`, or the word of its round's state.
    state: String,
    /// When its evidence was complete (保管).
    kept: Option<String>,
    /// Why the last try failed, and when it is tried again.
    waiting: Option<String>,
}

/// 預けた文書の受付と、証拠がそろったかどうか。
#[utoipa::path(get, path = "/api/deposits/{id}", operation_id = "getDeposit", tag = "custody",
    params(("id" = String, Path)),
    responses((status = 200, body = Shown), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn show_deposit(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<Json<Shown>, Problem> {
    super::applied(&actor)?;
    let deposit = Deposit::open::<Reading>(&house.db, &actor, DepositId(id)).await?;
    let standing = standing(&house.db, &actor, deposit.id).await?;
    Ok(Json(Shown {
        receipt: deposit.receipt().into(),
        state: standing.state.map_or_else(|| "waiting".to_owned(), |state| state.word().to_owned()),
        kept: standing.kept.map(foundation::Instant::rfc3339_japan),
        waiting: standing.reason,
    }))
}
