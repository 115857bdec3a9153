//! `GET /deposits/{id}/originality`, `GET /deposits/{id}/receipt`: the papers on a deposit.

use axum::{
    extract::{Path, State},
    response::Response,
};
use custody::{About, DepositId};

use super::applied;
use crate::{House, SignedIn, Sorry, case};

/// A 原本性証明書, issued now.
pub async fn originality(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    applied(&visit)?;
    let about = About {
        requester: company(&house, &visit).await?,
        case: None,
    };
    let issued = house
        .certifier
        .originality(visit.actor(), DepositId(id), &about, house.now())
        .await
        .map_err(|error| back(error, id))?;
    case::attachment(&format!("原本性証明書-{}.pdf", issued.number), "application/pdf", issued.pdf)
}

/// The 預かり証.
pub async fn receipt(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    applied(&visit)?;
    let requester = company(&house, &visit).await?;
    let receipt = house
        .certifier
        .receipt(visit.actor(), DepositId(id), &requester)
        .await
        .map_err(|error| back(error, id))?;
    case::attachment(&format!("預かり証-{}.pdf", receipt.number), "application/pdf", receipt.pdf)
}

async fn company(house: &House, visit: &crate::Visit) -> Result<String, Sorry> {
    Ok(accounts::me(&house.db, visit.actor()).await?.company.unwrap_or_default())
}

fn back(error: custody::Error, id: uuid::Uuid) -> Sorry {
    Sorry::from(error).with_way(format!("/deposits/{id}"), "預かり証に戻る")
}
