//! The page for an unknown address.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use crate::Shown;

#[derive(Template)]
#[template(path = "unknown.html")]
struct Unknown<'a> {
    shown: &'a Shown,
}

/// 404 with a sentence.
#[must_use]
pub fn not_found(shown: &Shown) -> Response {
    let page = Unknown { shown }.render().expect("a template without fallible filters renders");
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}
