//! 署名と原本の検証: without a login, and nothing is kept.

mod answer;
mod bundle;
mod card;
mod check;
mod grounds;
mod paper;
mod show;

use axum::{Router, routing::get};

use answer::{Answer, Light};
pub(crate) use card::{Ahead, Card};
pub(crate) use check::{check, known};
pub(crate) use show::answered;

use crate::House;

/// Its routes.
pub fn router() -> Router<House> {
    Router::new().route("/verify", get(show::show).post(show::verify))
}
