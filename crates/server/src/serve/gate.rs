//! What answers while the program boots: that it is alive, and what is still missing. Then everything goes to the house.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use api::Problem;
use axum::{
    Json, Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::json;
use tower::ServiceExt as _;

/// Stands before the house from the moment the port is ours.
#[derive(Clone, Default)]
pub struct Gate(Arc<Inside>);

#[derive(Default)]
struct Inside {
    house: OnceLock<Router>,
    missing: Mutex<&'static str>,
}

/// For a browser that comes too early: it tries again by itself.
const PAGE: &str = "<!doctype html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<meta http-equiv=\"refresh\" content=\"1\"><title>準備中｜CECTRUST</title></head>\n\
<body><main><h1>ただいま準備しています</h1><p>まもなく始まります。このページは自動で開き直します。お預かりしたものは失われていません。</p></main></body></html>\n";

impl Gate {
    /// What is being done now; it is missing until the next word, or until the gate is open.
    pub fn now(&self, missing: &'static str) {
        *self.0.missing.lock().unwrap_or_else(PoisonError::into_inner) = missing;
    }
    /// From now on the house answers.
    pub fn open(&self, house: Router) {
        // A gate is opened once.
        drop(self.0.house.set(house));
    }
    /// What listens.
    pub fn router(&self) -> Router {
        let gate = self.clone();
        Router::new().fallback(move |request| async move { gate.answer(request).await })
    }
    async fn answer(self, request: Request) -> Response {
        match self.0.house.get() {
            Some(house) => match house.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            },
            None => self.not_yet(&request),
        }
    }
    fn not_yet(&self, request: &Request) -> Response {
        if request.uri().path() == "/healthz" {
            return Json(json!({ "alive": true, "version": env!("CARGO_PKG_VERSION") })).into_response();
        }
        let mut response = if request.uri().path() != "/readyz" && super::faces::wants_page(request.uri().path(), request.headers()) {
            (StatusCode::SERVICE_UNAVAILABLE, Html(PAGE)).into_response()
        } else {
            let missing = *self.0.missing.lock().unwrap_or_else(PoisonError::into_inner);
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "not_ready",
                format!("起動の途中です。まだ済んでいないこと：{missing}。"),
                "少し待って、もう一度お試しください。続くときは cectrust doctor で調べてください。",
            )
            .into_response()
        };
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};

    use super::*;

    async fn asked(gate: &Gate, path: &str, accept: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::ACCEPT, accept).body(Body::empty()).unwrap();
        let response = gate.router().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn while_booting_it_is_alive_and_says_what_is_missing() {
        let gate = Gate::default();
        gate.now("データベースの準備");
        assert_eq!(asked(&gate, "/healthz", "*/*").await.0, StatusCode::OK);
        let (status, text) = asked(&gate, "/readyz", "*/*").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(
            text.contains("\"code\":\"not_ready\"") && text.contains("データベースの準備"),
            "{text}"
        );
        let (status, text) = asked(&gate, "/cases", "text/html").await;
        assert!(
            status == StatusCode::SERVICE_UNAVAILABLE && text.contains("<html lang=\"ja\">"),
            "{text}"
        );
        assert!(asked(&gate, "/api/cases", "text/html").await.1.contains("not_ready"));
        gate.open(Router::new().route("/cases", get(|| async { "the house" })));
        assert_eq!(asked(&gate, "/cases", "text/html").await, (StatusCode::OK, "the house".to_owned()));
    }
}
