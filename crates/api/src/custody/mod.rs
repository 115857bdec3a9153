//! CECTRUST 原本保管サービス: a company's own documents. No partner exists in these routes.

pub mod bundle;
pub mod deposit;
pub mod list;
pub mod original;
pub mod originality;
pub mod receipt;
pub mod show;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use foundation::{Actor, Refused};

/// The service was applied for; a contract ID is refused unless both were.
pub(crate) const fn applied(actor: &Actor) -> Result<(), Refused> {
    match actor {
        Actor::Nobody => Err(Refused::NotSignedIn),
        Actor::Member(member) if member.services.custody => Ok(()),
        Actor::Member(_) | Actor::Operator(_) | Actor::System { .. } => Err(Refused::ServiceNotAppliedFor),
    }
}

/// A printed paper, named by its title and its number.
pub(crate) fn paper(title: &str, printed: ::custody::Printed) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (
            header::CONTENT_DISPOSITION,
            original::attachment(&format!("{title}-{}.pdf", printed.number)),
        ),
        // Each is one issue: no cache hands it out again.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, printed.pdf).into_response()
}
