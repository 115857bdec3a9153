//! The practice statement in its short form, Japanese first.

use axum::extract::State;
use axum::response::Response;

use crate::Responder;
use crate::responder::typed;

const TEXT: &str = include_str!("cps.html");

pub(crate) async fn page(State(responder): State<Responder>) -> Response {
    let identity = &responder.0.identity;
    let banner = if identity.demo {
        "<p class=\"demo\"><strong>デモ環境</strong>: ここで発行する証明書に効力はありません。 / Demo: certificates issued here have no effect.</p>"
    } else {
        ""
    };
    let body = TEXT
        .replace("{banner}", banner)
        .replace("{arc}", &identity.arc.to_string())
        .replace("{tsa}", &identity.tsa_policy.to_string());
    let mut response = typed("text/html; charset=utf-8", "max-age=3600", body);
    response.headers_mut().insert(
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
            .parse()
            .expect("a header"),
    );
    response
}
