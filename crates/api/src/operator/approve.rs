//! `POST /api/operator/proposals/{id}/approve`

use accounts::proposals::{Deciding, Proposal, ProposalId};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use store::unit;
use utoipa::ToSchema;

use crate::{At, Body, House, Problem, caller::Caller};

/// What the approver saw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// From `listProposals`.
    payload_hash: String,
}

/// 承認します（提案した人とは別の人）。承認した内容は、同時に実行されます。
#[utoipa::path(post, path = "/api/operator/proposals/{id}/approve", operation_id = "approveProposal", tag = "operator",
    params(("id" = String, Path)), request_body = Seen,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn approve_proposal(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(seen): Body<Seen>,
) -> Result<StatusCode, Problem> {
    let (now, actor) = (house.now(), &actor);
    unit!(house.db, |unit| {
        let proposal = Proposal::open::<Deciding>(unit, actor, ProposalId(id)).await?;
        Proposal::approve(&proposal, unit, &house.kinds, &seen.payload_hash, now).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
