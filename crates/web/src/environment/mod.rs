//! 動作環境: what is supported, as dated data, and what this browser has.

mod list;
mod show;

use axum::{Router, routing::get};

use crate::House;

/// Its route.
pub fn router() -> Router<House> {
    Router::new().route("/environment", get(show::show))
}
