//! `POST /demo/as`: one click, and one is somebody else. He signs in like everybody, with a password that is a constant of the demo.

use accounts::SignIn;
use axum::{extract::State, http::header, response::Response};
use foundation::{Actor, Secret};
use store::unit;

use super::stage::stage;
use crate::{Entries, House, Sorry, Visit, layout::onward, session};

/// Changes the person.
pub async fn become_person(State(house): State<House>, visit: Visit, entries: Entries) -> Result<Response, Sorry> {
    let stage = stage(&house)?;
    let key = entries.text("person");
    let now = house.now();
    if !matches!(visit.actor(), Actor::Nobody) {
        let by = visit.actor();
        unit!(house.db, |unit| accounts::sign_out(unit, by, now).await).await?;
    }
    if key == "nobody" {
        let mut response = onward("/verify");
        response.headers_mut().insert(header::SET_COOKIE, session::take(&house)?);
        return Ok(response);
    }
    let player = stage.cast.iter().find(|player| player.key == key).ok_or_else(Sorry::not_found)?;
    let entry = SignIn {
        sign_in: player.sign_in.to_owned(),
        password: Secret::new(player.password.to_owned()),
        seat: player.seat.map(str::to_owned),
    };
    let begun = accounts::sign_in(&house.db, house.random(), now, &entry).await?;
    let home = match begun.seat.as_ref() {
        None => "/operator",
        Some(seat) if seat.desk.is_none() => "/company",
        Some(seat) if seat.contracts => "/cases",
        Some(_) => "/deposits",
    };
    let to = match crate::signin::own(entries.text("to")) {
        "" => home,
        to => to,
    };
    let mut response = onward(to);
    response
        .headers_mut()
        .insert(header::SET_COOKIE, session::give(&house, begun.token.reveal())?);
    Ok(response)
}
