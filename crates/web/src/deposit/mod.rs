//! 文書を預ける (原本保管サービス): put, receipt, done. The other service's words do not appear here.

mod paper;
mod put;
mod show;

use axum::{
    Router,
    routing::{get, post},
};
use foundation::{Actor, Refused};

use crate::{House, Sorry, Visit};

/// Their routes.
pub fn router() -> Router<House> {
    Router::new()
        .route("/deposits", get(show::list))
        .route("/deposits/new", post(put::put))
        .route("/deposits/{id}", get(show::one))
        .route("/deposits/{id}/original", get(show::original))
        .route("/deposits/{id}/bundle", get(show::bundle))
        .route("/deposits/{id}/originality", get(paper::originality))
        .route("/deposits/{id}/receipt", get(paper::receipt))
}

/// The service was applied for.
fn applied(visit: &Visit) -> Result<(), Sorry> {
    match visit.actor() {
        Actor::Nobody => Err(Sorry::not_signed_in()),
        Actor::Member(member) if member.services.custody => Ok(()),
        Actor::Member(_) | Actor::Operator(_) | Actor::System { .. } => Err(Refused::ServiceNotAppliedFor.into()),
    }
}
