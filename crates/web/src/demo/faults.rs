//! `GET /demo/breakdowns`, `POST /demo/breakdowns`: what can be broken on purpose.

use askama::Template;
use axum::{extract::State, response::Response};

use super::stage::{Broken, stage};
use crate::{
    Entries, House, Sorry, Visit,
    layout::{onward, page},
};

#[derive(Template)]
#[template(path = "demo/faults.html")]
struct Faults<'a> {
    visit: &'a Visit,
    broken: Broken,
    any: bool,
}

/// The page.
pub async fn show(State(house): State<House>, visit: Visit) -> Result<Response, Sorry> {
    let broken = stage(&house)?.acts.broken();
    Ok(page(&Faults {
        visit: &visit,
        any: broken != Broken::default(),
        broken,
    }))
}

/// Exactly what is ticked is broken.
pub async fn set(State(house): State<House>, entries: Entries) -> Result<Response, Sorry> {
    let broken = Broken {
        tsa: entries.text("tsa").to_owned(),
        ocsp: entries.has("ocsp"),
        smtp: entries.has("smtp"),
        objects: entries.has("objects"),
    };
    stage(&house)?
        .acts
        .set_broken(&broken)
        .map_err(|why| Sorry::not_understood(why).with_way("/demo/breakdowns", "故障のページに戻る"))?;
    Ok(onward("/demo/breakdowns"))
}
