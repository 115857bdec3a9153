//! `GET /begin`, `POST /begin`: who was invited sets his password with the code he was given. The code is typed: it stands in no address.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use crate::{Entries, House, Sorry, Visit, layout::page_with};

#[derive(Template)]
#[template(path = "signin/begin.html")]
struct Begin<'a> {
    visit: &'a Visit,
    failed: Option<&'a Sorry>,
    /// The code as it was typed; passwords are typed again.
    code: &'a str,
    done: bool,
}

/// The page.
pub async fn show(visit: Visit) -> Response {
    page_with(
        StatusCode::OK,
        &Begin {
            visit: &visit,
            failed: None,
            code: "",
            done: false,
        },
    )
}

/// Sets it, or shows the page again with what was wrong.
pub async fn begin(State(house): State<House>, visit: Visit, entries: Entries) -> Result<Response, Sorry> {
    let (password, again) = (entries.secret("password"), entries.secret("again"));
    let failed = if password.reveal() == again.reveal() {
        match accounts::accept_invitation(&house.db, house.random(), house.now(), entries.text("code"), password).await {
            Ok(_) => None,
            Err(error @ accounts::Error::Store(_)) => return Err(error.into()),
            Err(error @ accounts::Error::WeakPassword) => Some(Sorry::from(error).at("password")),
            Err(error) => Some(Sorry::from(error).at("code")),
        }
    } else {
        Some(Sorry::not_understood("二つのパスワードが違います。何も変わっていません。").at("again"))
    };
    let status = if failed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(page_with(
        status,
        &Begin {
            visit: &visit,
            done: failed.is_none(),
            failed: failed.as_ref(),
            code: entries.text("code"),
        },
    ))
}
