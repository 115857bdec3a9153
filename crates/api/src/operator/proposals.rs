//! `GET /api/operator/proposals`

use accounts::proposals::Proposal;
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{House, Problem, caller::Caller};

/// A proposal as who decides must see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposalShown)]
pub struct Shown {
    /// Its id.
    id: String,
    /// Which act.
    kind: String,
    /// One line.
    summary: String,
    /// The whole act.
    payload: serde_json::Value,
    /// To be sent back with the decision: what was seen is what is decided.
    payload_hash: String,
    /// Who proposed.
    proposer: String,
    /// When.
    proposed: String,
}

impl From<Proposal> for Shown {
    fn from(proposal: Proposal) -> Self {
        Self {
            id: proposal.id.to_string(),
            kind: proposal.kind,
            summary: proposal.summary,
            payload: serde_json::from_str(&proposal.payload).unwrap_or_default(),
            payload_hash: proposal.payload_hash,
            proposer: proposal.proposer.to_string(),
            proposed: proposal.proposed.rfc3339_japan(),
        }
    }
}

/// 二人目の判断を待っている提案。
#[utoipa::path(get, path = "/api/operator/proposals", operation_id = "listProposals", tag = "operator",
    responses((status = 200, body = [Shown]), (status = 403, body = Problem)))]
pub async fn list_proposals(State(house): State<House>, Caller(actor): Caller) -> Result<Json<Vec<Shown>>, Problem> {
    let open = Proposal::open_ones(&house.db, &actor).await?;
    Ok(Json(open.into_iter().map(Shown::from).collect()))
}
