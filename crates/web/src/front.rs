//! `GET /`: what runs here, and where to go on.

use askama::Template;
use axum::{Router, response::Response, routing::get};

use crate::{House, Visit, layout::page};

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    visit: &'a Visit,
}

/// Its route.
pub fn router() -> Router<House> {
    Router::new().route("/", get(front))
}

async fn front(visit: Visit) -> Response {
    page(&Front { visit: &visit })
}
