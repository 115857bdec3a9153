//! `POST /partners`: asks a partner for the consent. The answer is the same whether anybody is there or not.

use axum::{extract::State, response::Response};
use contracts::{Known, Partner, PartnerId, Requested};
use store::unit;

use super::{
    list,
    list::{Done, Typed},
    uses,
};
use crate::{Entries, House, SignedIn, Sorry};

/// Asks.
pub async fn request(State(house): State<House>, SignedIn(visit): SignedIn, entries: Entries) -> Result<Response, Sorry> {
    let (now, by, to) = (house.now(), visit.actor(), entries.text("to"));
    if to.is_empty() {
        let sorry = Sorry::not_understood("取引先のユーザIDかメールアドレスが入っていません。依頼は送っていません。").at("to");
        return list::again(&house, &visit, Done::failed(sorry, Typed::of("new", &entries))).await;
    }
    let known = if to.contains('@') {
        Known::Mail(to.to_owned())
    } else {
        Known::UserId(japan::fold(to).to_ascii_uppercase())
    };
    let (id, uses) = (PartnerId::new(now, house.random()), uses(&entries));
    match unit!(house.db, |unit| Partner::register(unit, by, id, &known, &uses, now).await).await {
        Ok(_) => list::again(&house, &visit, Done::said(Requested::SENTENCE)).await,
        Err(error) => list::again(&house, &visit, Done::failed(error.into(), Typed::of("new", &entries))).await,
    }
}
