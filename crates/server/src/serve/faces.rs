//! No bare refusal leaves the program: an answer without words of its own becomes a page for people, a problem document for programs.

use std::{any::Any, sync::Arc};

use api::Problem;
use axum::{
    Router,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};

use super::listen::Late;

/// Puts words on every answer of `router` that has none, also after a panic.
pub fn around(router: Router, house: web::House) -> Router {
    let house = Arc::new(house);
    router
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let house = house.clone();
            async move {
                if let Some(refused) = super::manners::refusal(&request) {
                    // Who is not understood is not listened to any longer.
                    return ([(header::CONNECTION, "close")], refused).into_response();
                }
                let (path, headers) = (request.uri().path().to_owned(), asked(request.headers()));
                let late = Late::of(&request);
                let mut response = next.run(request).await;
                if late.is_set() {
                    // Whatever was made of the half of a body: the reason is that the rest did not come.
                    response = StatusCode::REQUEST_TIMEOUT.into_response();
                }
                if !is_bare(&response) {
                    return response;
                }
                let mut dressed = if wants_page(&path, &headers) {
                    web::faced(&house, &headers, &path, response.status()).await
                } else {
                    problem(response.status()).into_response()
                };
                if let Some(allow) = response.headers().get(header::ALLOW) {
                    dressed.headers_mut().insert(header::ALLOW, allow.clone());
                }
                dressed
            }
        }))
}

/// What of the request is needed afterwards.
fn asked(headers: &HeaderMap) -> HeaderMap {
    [header::ACCEPT, header::COOKIE]
        .into_iter()
        .filter_map(|name| headers.get(&name).map(|value| (name, value.clone())))
        .collect()
}

/// Whether a person looks: the API and the tools of the demo speak JSON, and so does who asks for JSON alone.
pub fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    let is_for_programs = path.starts_with("/api/") || path == "/api" || matches!(path, "/readyz" | "/healthz");
    !is_for_programs && (accept.contains("text/html") || !accept.contains("json"))
}

/// The frameworks' own refusals are empty, or English text.
fn is_bare(response: &Response) -> bool {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return false;
    }
    match response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) {
        None => true,
        Some(kind) => kind.starts_with("text/plain"),
    }
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    // The panic itself is in the log already, with its place.
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

fn problem(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::wrong_method(),
        status if status.is_server_error() => Problem::broken(&"an answer without words"),
        status => {
            let (code, detail, next) = web::status_words(status);
            Problem::new(status, code, detail, next)
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn people_get_pages_and_programs_get_problems() {
        let accepting = |accept: &'static str| HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
        assert!(wants_page("/cases", &accepting("text/html,application/xhtml+xml,*/*;q=0.8")));
        assert!(wants_page("/cases", &HeaderMap::new()));
        assert!(!wants_page("/cases", &accepting("application/json")));
        assert!(!wants_page("/api/cases", &accepting("text/html")));
        assert!(!wants_page("/readyz", &HeaderMap::new()));
    }

    #[test]
    fn what_has_words_keeps_them() {
        assert!(is_bare(&StatusCode::METHOD_NOT_ALLOWED.into_response()));
        assert!(is_bare(&(StatusCode::BAD_REQUEST, "Invalid URL").into_response()));
        assert!(!is_bare(&StatusCode::NO_CONTENT.into_response()));
        assert!(!is_bare(&Problem::not_found().into_response()));
        assert!(!is_bare(&(StatusCode::NOT_FOUND, axum::response::Html("x")).into_response()));
    }
}
