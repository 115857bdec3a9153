//! 取引先 and the consent of 建設業法19条3項.

mod answer;
mod end;
mod list;
mod record;
mod request;

use axum::{Router, routing::get};
use certification::Credential;
use contracts::WantedUses;
use foundation::PersonId;

use crate::{Entries, House};

/// Their routes.
pub fn router() -> Router<House> {
    Router::new()
        .route("/partners", get(list::show).post(request::request))
        .route("/partners/{id}/consent", get(record::record).post(answer::answer))
        .route("/partners/{id}/end", get(end::ask).post(end::end))
}

/// Which certificates the own side uses, from the form.
fn uses(entries: &Entries) -> WantedUses {
    let kinds = entries
        .all("kind")
        .into_iter()
        .filter_map(|word| match word {
            "token" => Some(Credential::Token),
            "server" => Some(Credential::Server),
            _ => None,
        })
        .collect();
    let signers = entries
        .all("signer")
        .into_iter()
        .filter_map(|id| id.parse().ok().map(PersonId))
        .collect();
    WantedUses { kinds, signers }
}
