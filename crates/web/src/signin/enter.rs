//! `GET /sign-in`, `POST /sign-in`

use accounts::SignIn;
use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use serde::Deserialize;

use crate::{
    Entries, House, Sorry, Visit,
    layout::{onward, page_with},
    session,
};

/// Where to go afterwards, and whether a session was over.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    over: String,
    #[serde(default)]
    out: String,
}

#[derive(Template)]
#[template(path = "signin/enter.html")]
struct Enter<'a> {
    visit: &'a Visit,
    next: &'a str,
    over: bool,
    out: bool,
    sign_in: &'a str,
    /// The numbers to choose from, for who sits on several.
    seats: &'a [String],
    failed: Option<&'a Sorry>,
}

/// The page.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    page_with(
        StatusCode::OK,
        &Enter {
            visit: &visit,
            next: own(&asked.next),
            over: !asked.over.is_empty(),
            out: !asked.out.is_empty(),
            sign_in: "",
            seats: &[],
            failed: None,
        },
    )
}

/// Signs in, or shows the page again with what was wrong.
pub async fn enter(State(house): State<House>, visit: Visit, headers: HeaderMap, entries: Entries) -> Result<Response, Sorry> {
    let seat = entries.text("seat");
    let entry = SignIn {
        sign_in: entries.text("sign_in").to_owned(),
        password: entries.secret("password"),
        seat: (!seat.is_empty()).then(|| seat.to_owned()),
    };
    let next = own(entries.text("next"));
    match accounts::sign_in(&house.db, house.random(), house.now(), &entry).await {
        Ok(begun) => {
            // This browser forgets its older session now; nobody else shall go on with it.
            if let Some(older) = session::cookie(&headers, &house.public_url) {
                accounts::supersede(&house.db, older, None, house.now()).await?;
            }
            let home = match begun.seat.as_ref() {
                None => "/operator",
                Some(seat) if seat.desk.is_none() => "/company",
                Some(seat) if seat.contracts => "/cases",
                Some(_) => "/deposits",
            };
            let mut response = onward(if next.is_empty() { home } else { next });
            response
                .headers_mut()
                .insert(header::SET_COOKIE, session::give(&house, begun.token.reveal())?);
            Ok(response)
        }
        Err(error @ accounts::Error::Store(_)) => Err(error.into()),
        Err(error) => {
            let seats = match &error {
                accounts::Error::ChooseSeat(numbers) => numbers.clone(),
                _ => Vec::new(),
            };
            let sorry = Sorry::from(error);
            Ok(page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &Enter {
                    visit: &visit,
                    next,
                    over: false,
                    out: false,
                    sign_in: &entry.sign_in,
                    seats: &seats,
                    failed: Some(&sorry),
                },
            ))
        }
    }
}

/// Only an address of our own: a path, never `//elsewhere`.
pub(crate) fn own(next: &str) -> &str {
    // Browsers leave tabs and line ends out: `/<tab>/elsewhere` is `//elsewhere` to them.
    let safe = next.starts_with('/') && !next.starts_with("//") && !next.contains(|sign: char| sign == '\\' || sign.is_control());
    if safe { next } else { "" }
}

#[cfg(test)]
mod tests {
    use super::own;

    #[test]
    fn after_signing_in_nobody_is_sent_elsewhere() {
        assert_eq!(own("/cases?x=1"), "/cases?x=1");
        for elsewhere in [
            "//evil.example",
            "https://evil.example",
            "/\\evil",
            "/\t/evil.example",
            "/\r/evil.example",
            "/\u{0}/evil.example",
            "",
            "javascript:x",
        ] {
            assert_eq!(own(elsewhere), "");
        }
    }
}
