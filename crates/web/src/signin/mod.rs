//! サインイン, サインアウト.

mod begin;
mod enter;
mod leave;

use axum::{
    Router,
    routing::{get, post},
};

pub(crate) use enter::own;

use crate::House;

/// Their routes.
pub fn router() -> Router<House> {
    Router::new()
        .route("/begin", get(begin::show).post(begin::begin))
        .route("/sign-in", get(enter::show).post(enter::enter))
        .route("/sign-out", post(leave::leave))
}
