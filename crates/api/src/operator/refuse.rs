//! `POST /api/operator/proposals/{id}/refuse`

use accounts::proposals::{Deciding, Proposal, ProposalId};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use store::unit;
use utoipa::ToSchema;

use crate::{At, Body, House, Problem, caller::Caller};

/// Why not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RefusalReason)]
pub struct Reason {
    /// For who proposed.
    reason: String,
}

/// 承認しません。理由が要ります。
#[utoipa::path(post, path = "/api/operator/proposals/{id}/refuse", operation_id = "refuseProposal", tag = "operator",
    params(("id" = String, Path)), request_body = Reason,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn refuse_proposal(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Reason>,
) -> Result<StatusCode, Problem> {
    let (now, actor) = (house.now(), &actor);
    unit!(house.db, |unit| {
        let proposal = Proposal::open::<Deciding>(unit, actor, ProposalId(id)).await?;
        Proposal::refuse(&proposal, unit, &entry.reason, now).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
