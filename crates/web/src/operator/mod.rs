//! 審査 and 承認: one person proposes, another decides; and how the program itself is doing.

mod act;
mod desk;
mod health;
mod letters;
mod mail;
mod propose;
mod read;

use axum::{
    Router,
    routing::{get, post},
};

pub use health::{Health, Reading, Soon, Tone};

use crate::House;

/// Their routes.
pub fn router() -> Router<House> {
    Router::new()
        .route("/operator", get(desk::desk))
        .route("/operator/subjects/new", get(propose::show).post(propose::propose))
        .route("/operator/proposals/{id}", get(read::read))
        .route("/operator/proposals/{id}/approve", post(act::approve))
        .route("/operator/proposals/{id}/refuse", post(act::refuse))
        .route("/operator/enrolments/{id}/letter", post(act::order_letter))
        .route("/operator/letters/{id}", get(letters::show))
        .route("/operator/letters/{id}/tracking", post(letters::tracking))
        .route("/operator/letters/{id}/{fate}", post(letters::report))
        .route("/operator/mail", get(mail::show).post(mail::set))
        .route("/operator/mail/test", post(mail::try_out))
        .route("/operator/mail/{id}/again", post(mail::again))
        .route("/operator/mail/{id}/done", post(mail::done))
        .route("/operator/health", get(health::show))
}
