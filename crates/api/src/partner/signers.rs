//! `GET /api/signers`

use axum::{Json, extract::State};
use foundation::{Actor, Refused};
use store::unit;

use crate::{House, Problem, caller::Caller, partner::Named};

/// 自社で署名者になれる方の一覧。
#[utoipa::path(get, path = "/api/signers", operation_id = "listSigners", tag = "partner",
    responses((status = 200, body = [Named]), (status = 403, body = Problem)))]
pub async fn list_signers(State(house): State<House>, Caller(actor): Caller) -> Result<Json<Vec<Named>>, Problem> {
    let company = match &actor {
        Actor::Member(member) if member.services.contracts => member.company,
        Actor::Nobody => return Err(Refused::NotSignedIn.into()),
        Actor::Member(_) | Actor::Operator(_) | Actor::System { .. } => return Err(Refused::ServiceNotAppliedFor.into()),
    };
    let actor = &actor;
    let signers = unit!(house.db, |unit| accounts::signers_of(unit, actor, company).await).await?;
    Ok(Json(
        signers
            .into_iter()
            .map(|signer| Named {
                person: signer.person.to_string(),
                name: signer.name,
            })
            .collect(),
    ))
}
