//! 案件: the pages of one contract between two desks.

mod acts;
mod agent;
mod checks;
mod compose;
mod create;
mod deadline;
mod detail;
mod document;
mod fill;
mod leaf;
pub(crate) mod list;
mod paper;
mod picture;
mod places;
mod read;
mod sign;
mod signatures;
mod signer;
mod story;
mod told;
mod turn;
mod undelivered;

use axum::{
    Router,
    extract::{FromRequestParts, Path},
    http::request::Parts,
    routing::{get, post},
};
use contracts::CaseId;

use crate::{House, Sorry};

pub(crate) use document::{archive, attachment};
pub(crate) use list::Row;
pub(crate) use read::tail;

/// Their routes.
pub fn router() -> Router<House> {
    Router::new()
        .route("/cases", get(list::show).post(create::create))
        .route("/cases/new", get(create::show))
        .route("/cases/{id}", get(detail::show))
        .route("/cases/{id}/compose", get(compose::show).post(compose::save))
        .route("/cases/{id}/document", post(document::put))
        .route("/cases/{id}/places", post(places::put))
        .route("/cases/{id}/read", get(read::show))
        .route("/cases/{id}/page/{sha}/{page}/{width}", get(picture::page))
        .route("/cases/{id}/tile/{sha}/{page}/{zoom}/{column}/{row}", get(picture::tile))
        .route("/cases/{id}/strip/{sha}/{from}", get(picture::strip))
        .route("/cases/{id}/signer", post(signer::name))
        .route("/cases/{id}/file/{stage}", get(document::file))
        .route("/cases/{id}/signature", post(sign::with_secret))
        .route("/cases/{id}/signed-file", post(sign::outside))
        .route("/cases/{id}/signatures", get(signatures::show))
        .route("/cases/{id}/agent", post(agent::begin))
        .route("/cases/{id}/deadline", get(deadline::ask).post(deadline::put))
        .route("/cases/{id}/mail-again", post(undelivered::again))
        .route("/cases/{id}/send", post(acts::send))
        .route("/cases/{id}/return", post(acts::return_it))
        .route("/cases/{id}/send-back", get(acts::ask_send_back).post(acts::send_back))
        .route("/cases/{id}/refusal", get(acts::ask_refusal).post(acts::refuse))
        .route("/cases/{id}/withdrawal", get(acts::ask_withdrawal).post(acts::withdraw))
        .route("/cases/{id}/confirmation", post(acts::confirm))
        .route("/cases/{id}/bundle", get(document::bundle))
        .route("/cases/{id}/originality", get(document::originality))
}

/// Whether a case waits for an act of this viewer.
pub(crate) fn is_mine(viewer: &crate::session::Viewer, line: &contracts::CaseLine) -> bool {
    turn::turn(line, viewer).group == turn::Group::Mine
}

/// The case of the address. What is no id is an unknown page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Of(pub CaseId);

impl<S: Send + Sync> FromRequestParts<S> for Of {
    type Rejection = Sorry;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Sorry> {
        let Path(pairs) = Path::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Sorry::not_found())?;
        pairs
            .iter()
            .find(|(name, _)| name == "id")
            .and_then(|(_, value)| value.parse().ok())
            .map(|id| Self(CaseId(id)))
            .ok_or_else(Sorry::not_found)
    }
}
