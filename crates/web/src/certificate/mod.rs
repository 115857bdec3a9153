//! 電子証明書: one way from the 申請PIN to the receipt; 緊急停止 always in reach.

mod agent;
mod key;
mod pins;
mod receipt;
mod show;
mod stop;

use axum::{
    Router,
    routing::{get, post},
};

use crate::House;

/// Their routes.
pub fn router() -> Router<House> {
    Router::new()
        .route("/certificate", get(show::show))
        .route("/certificate/application-pin", post(pins::application))
        .route("/certificate/{id}/key", post(key::make))
        .route("/certificate/{id}/agent", post(agent::begin))
        .route("/certificate/{id}/download-pin", post(pins::download))
        .route("/certificate/{id}/download-pin/resend", post(pins::resend))
        .route("/certificate/{id}/receipt", post(receipt::confirm))
        .route("/certificate/{id}/stop", get(stop::ask).post(stop::stop))
        .route("/certificate/{id}/file", get(show::file))
}
