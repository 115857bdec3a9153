//! `POST /sign-out`

use axum::{extract::State, http::header, response::Response};
use store::unit;

use crate::{House, SignedIn, Sorry, layout::onward, session};

/// The session is over, here and everywhere.
pub async fn leave(State(house): State<House>, SignedIn(visit): SignedIn) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    unit!(house.db, |unit| accounts::sign_out(unit, by, now).await).await?;
    let mut response = onward("/sign-in?out=1");
    response.headers_mut().insert(header::SET_COOKIE, session::take(&house)?);
    Ok(response)
}
