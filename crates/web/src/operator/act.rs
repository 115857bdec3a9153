//! What 承認 decides, and a new letter.

use accounts::proposals::{Deciding, Proposal, ProposalId};
use axum::{
    extract::{Path, State},
    response::Response,
};
use certification::{Enrolment, EnrolmentId};
use store::unit;

use super::read;
use crate::{Entries, House, SignedIn, Sorry, layout::onward};

fn back(id: uuid::Uuid) -> impl Fn(Sorry) -> Sorry {
    move |sorry| sorry.with_way(format!("/operator/proposals/{id}"), "提案に戻る")
}

/// `POST /operator/proposals/{id}/approve`: what was seen is what is approved, and it is done at the same time.
pub async fn approve(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path(id): Path<uuid::Uuid>,
    entries: Entries,
) -> Result<Response, Sorry> {
    let (now, by, seen) = (house.now(), visit.actor(), entries.text("seen"));
    unit!(house.db, |unit| {
        let proposal = Proposal::open::<Deciding>(unit, by, ProposalId(id)).await?;
        Proposal::approve(&proposal, unit, &house.kinds, seen, now).await
    })
    .await
    .map_err(|error| back(id)(error.into()))?;
    Ok(onward("/operator"))
}

/// `POST /operator/proposals/{id}/refuse`: with a reason.
pub async fn refuse(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path(id): Path<uuid::Uuid>,
    entries: Entries,
) -> Result<Response, Sorry> {
    let (now, by, reason) = (house.now(), visit.actor(), entries.text("reason"));
    let refused = unit!(house.db, |unit| {
        let proposal = Proposal::open::<Deciding>(unit, by, ProposalId(id)).await?;
        Proposal::refuse(&proposal, unit, reason, now).await
    })
    .await
    .map_err(Sorry::from);
    match refused {
        Ok(_) => Ok(onward("/operator")),
        Err(sorry) if sorry.at.is_some() => read::drawn(&house, &visit, id, Some((&sorry, reason))).await,
        Err(sorry) => Err(back(id)(sorry)),
    }
}

/// `POST /operator/enrolments/{id}/letter`: a new letter, with a new 申請PIN.
pub async fn order_letter(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    unit!(house.db, |unit| {
        let enrolment = Enrolment::open_to_run(unit, by, EnrolmentId(id)).await?;
        Enrolment::order_letter(&enrolment, unit, now).await
    })
    .await
    .map_err(|error| Sorry::from(error).with_way("/operator", "審査と承認に戻る"))?;
    Ok(onward("/operator"))
}
