//! `GET /demo/time`, `POST /demo/time`: the clock of the demo goes on, never back.

use askama::Template;
use axum::{extract::State, response::Response};

use super::stage::{Moved, stage};
use crate::{Entries, House, Sorry, Visit, layout::page, words};

#[derive(Template)]
#[template(path = "demo/clock.html")]
struct Clock<'a> {
    visit: &'a Visit,
    now: String,
    moved: Option<Moved>,
}

/// The page.
pub async fn show(State(house): State<House>, visit: Visit) -> Result<Response, Sorry> {
    stage(&house)?;
    Ok(page(&Clock {
        visit: &visit,
        now: words::moment(house.now()),
        moved: None,
    }))
}

/// Forward.
pub async fn advance(State(house): State<House>, visit: Visit, entries: Entries) -> Result<Response, Sorry> {
    let stage = stage(&house)?;
    let hours: i64 = entries.text("hours").parse().unwrap_or_default();
    if !(1..=24 * 400).contains(&hours) {
        return Err(
            Sorry::not_understood("進める長さは、1時間から400日までです。時計は変わっていません。").with_way("/demo/time", "時計に戻る"),
        );
    }
    let moved = stage.acts.advance(house.now().plus_seconds(hours * 3600)).await?;
    Ok(page(&Clock {
        visit: &visit,
        now: words::moment(moved.now),
        moved: Some(moved),
    }))
}
