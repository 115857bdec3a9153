//! 自社の案件と利用者: the 企業ID sees everything and contracts nothing.

mod export;
mod show;

use axum::{Router, routing::get};

use crate::House;

/// Their routes.
pub fn router() -> Router<House> {
    Router::new()
        .route("/company", get(show::show))
        .route("/company/cases.csv", get(export::export))
}
