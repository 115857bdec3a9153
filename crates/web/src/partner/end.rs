//! `GET`, `POST /partners/{id}/end`: 撤回. Contracts that are formed stay as they are.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use contracts::{Ending, Partner, PartnerId};
use store::unit;

use super::{
    list,
    list::{Done, Typed},
};
use crate::{House, SignedIn, Sorry, Visit, layout::page};

#[derive(Template)]
#[template(path = "partner/end.html")]
struct Asking<'a> {
    visit: &'a Visit,
    id: uuid::Uuid,
}

/// Asks once more.
pub async fn ask(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    let by = visit.actor();
    unit!(house.db, |unit| {
        Partner::open::<Ending>(unit, by, PartnerId(id)).await?;
        Ok::<_, contracts::Error>(())
    })
    .await?;
    Ok(page(&Asking { visit: &visit, id }))
}

/// Withdraws.
pub async fn end(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    let ended = unit!(house.db, |unit| {
        let partner = Partner::open::<Ending>(unit, by, PartnerId(id)).await?;
        Partner::withdraw(&partner, unit, now).await
    })
    .await;
    match ended {
        Ok(()) => list::again(&house, &visit, Done::said("撤回しました。成立済みの契約には影響しません。")).await,
        Err(error) => list::again(&house, &visit, Done::failed(error.into(), Typed::default())).await,
    }
}
