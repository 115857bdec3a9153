//! `GET /demo`: a tour of one screen, and the ways to all that the demo adds.

use askama::Template;
use axum::{extract::State, response::Response};

use super::stage::{Story, stage};
use crate::{House, Sorry, Visit, layout::page};

#[derive(Template)]
#[template(path = "demo/home.html")]
struct Home<'a> {
    visit: &'a Visit,
    story: &'a Story,
}

/// The page.
pub async fn home(State(house): State<House>, visit: Visit) -> Result<Response, Sorry> {
    let story = stage(&house)?.acts.story();
    Ok(page(&Home {
        visit: &visit,
        story: &story,
    }))
}
