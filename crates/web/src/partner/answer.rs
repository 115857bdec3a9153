//! `POST /partners/{id}/consent`: yes, with what the own side uses, or no.

use axum::{
    extract::{Path, State},
    response::Response,
};
use contracts::{Answering, Partner, PartnerId};
use store::unit;

use super::{
    list,
    list::{Done, Typed},
    uses,
};
use crate::{Entries, House, SignedIn, Sorry};

/// Answers.
pub async fn answer(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path(id): Path<uuid::Uuid>,
    entries: Entries,
) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    let agreed = entries.text("answer") == "yes";
    let uses = agreed.then(|| uses(&entries));
    let answered = unit!(house.db, |unit| {
        let partner = Partner::open::<Answering>(unit, by, PartnerId(id)).await?;
        Partner::answer(&partner, unit, uses.as_ref(), now).await
    })
    .await;
    let said = if agreed {
        "承諾しました。承諾の記録を、お手元にも保存してください。"
    } else {
        "承諾しませんでした。相手に伝わります。"
    };
    match answered {
        Ok(_) => list::again(&house, &visit, Done::said(said)).await,
        Err(error) => list::again(&house, &visit, Done::failed(error.into(), Typed::of(&id.to_string(), &entries))).await,
    }
}
