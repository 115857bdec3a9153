//! The door every page passes: who looks is asked once, what changes something must come from our own pages, and what went wrong
//! becomes a page with a sentence.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{House, Sorry, layout, layout::Visit, session, session::Viewer};

#[derive(Template)]
#[template(path = "sorry.html")]
struct SorryPage<'a> {
    visit: &'a Visit,
    sorry: &'a Sorry,
    title: &'a str,
}

/// Middleware.
pub async fn door(State(house): State<House>, mut request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let wanted = request.uri().path_and_query().map_or_else(|| path.clone(), ToString::to_string);
    let viewer = match session::viewer(&house, request.headers()).await {
        Ok(viewer) => Arc::new(viewer),
        Err(sorry) => return dressed(&house, Arc::new(Viewer::nobody(false)), path, &sorry),
    };
    if let Err(sorry) = session::same_site(&method, request.headers(), &house.public_url) {
        return dressed(&house, viewer, path, &sorry);
    }
    if !matches!(method, Method::GET | Method::HEAD | Method::OPTIONS) && (house.lagging)() {
        return dressed(&house, viewer, path, &behind());
    }
    request.extensions_mut().insert(viewer.clone());
    let mut response = next.run(request).await;
    let Some(sorry) = response.extensions_mut().remove::<Sorry>() else {
        return response;
    };
    if sorry.status == StatusCode::UNAUTHORIZED && method == Method::GET {
        let over = if viewer.expired { "&over=1" } else { "" };
        return layout::onward(&format!("/sign-in?next={}{over}", escaped(&wanted)));
    }
    dressed(&house, viewer, path, &sorry)
}

/// An act that could not be noted does not begin (law 3).
fn behind() -> Sorry {
    Sorry::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "journal_behind",
        "操作の記録が1分より遅れているため、新しい操作を止めています。お預かりしたものは失われていません。",
        "少し待って、もう一度お試しください。続くときは運営者に連絡してください。",
    )
}

pub(crate) fn dressed(house: &House, viewer: Arc<Viewer>, path: String, sorry: &Sorry) -> Response {
    let visit = Visit {
        shown: house.shown.clone(),
        viewer,
        path,
        now: house.now(),
        demo: house.demo.clone(),
        turns: None,
    };
    let title = match sorry.status {
        _ if sorry.code == "original_damaged" => "改ざん検知",
        StatusCode::NOT_FOUND => "見つかりません",
        StatusCode::FORBIDDEN => "この操作はできません",
        StatusCode::UNAUTHORIZED => "サインインが必要です",
        status if status.is_server_error() => "うまくいきませんでした",
        _ => "まだできません",
    };
    let page = SorryPage {
        visit: &visit,
        sorry,
        title,
    };
    match page.render() {
        Ok(text) => (sorry.status, axum::response::Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page of a failure failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A path as a value inside an address.
pub(crate) fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
