//! Who calls: a bearer token, or the cookie of a browser.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
};
use foundation::Actor;

use crate::{House, Problem};

/// The name of the session cookie. Behind TLS its prefix keeps other hosts of the domain from planting one (RFC 6265bis, 4.1.3.2).
const fn cookie_name(is_tls: bool) -> &'static str {
    if is_tls { "__Host-cectrust_session" } else { "cectrust_session" }
}

/// The header that gives a browser its session, or with `Max-Age=0` takes it away.
pub(crate) fn set_cookie(public_url: &str, token: &str, more: &str) -> Result<HeaderMap, Problem> {
    let is_tls = public_url.starts_with("https://");
    let secure = if is_tls { "; Secure" } else { "" };
    let text = format!("{}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{more}", cookie_name(is_tls));
    let value = HeaderValue::from_str(&text).map_err(|error| Problem::broken(&error))?;
    Ok(HeaderMap::from_iter([(header::SET_COOKIE, value)]))
}

/// The signed-in actor. Refuses nobody with 401.
#[derive(Clone, Debug)]
pub struct Caller(pub Actor);

/// The signed-in actor, or [`Actor::Nobody`].
#[derive(Clone, Debug)]
pub struct Anybody(pub Actor);

impl FromRequestParts<House> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Problem> {
        match who(parts, house).await? {
            Actor::Nobody => Err(Problem::not_signed_in()),
            actor => Ok(Self(actor)),
        }
    }
}

impl FromRequestParts<House> for Anybody {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Problem> {
        who(parts, house).await.map(Self)
    }
}

async fn who(parts: &Parts, house: &House) -> Result<Actor, Problem> {
    let now = house.now();
    if let Some(token) = bearer(parts) {
        return Ok(accounts::actor(&house.db, token, now).await?);
    }
    match cookie(&parts.headers, &house.public_url) {
        None => Ok(Actor::Nobody),
        Some(token) => {
            same_site(parts, &house.public_url)?;
            Ok(accounts::actor(&house.db, token, now).await?)
        }
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The token that a browser sends.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, public_url: &str) -> Option<&'h str> {
    let wanted = cookie_name(public_url.starts_with("https://"));
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted).then_some(value))
}

/// A cookie travels by itself, so a write with a cookie must come from our own pages: `Origin` or `Sec-Fetch-Site` say so, or a header
/// that no form of another site can send.
fn same_site(parts: &Parts, public_url: &str) -> Result<(), Problem> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let ours = match (text("origin"), text("sec-fetch-site")) {
        (Some(origin), _) => origin == public_url,
        (None, Some(site)) => site == "same-origin",
        (None, None) => text("x-cectrust").is_some(),
    };
    if ours {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "other_site",
        "ほかのサイトから送られた操作なので、行いませんでした。",
        "このサービスのページを開いて、もう一度操作してください。プログラムからは、クッキーではなく Authorization: Bearer を使ってください。",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn parts(headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::post("/api/cases");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_write_with_a_cookie_from_another_site_is_refused() {
        let ours = "https://cectrust.example.jp";
        assert!(same_site(&parts(&[("origin", "https://evil.example")]), ours).is_err());
        assert!(same_site(&parts(&[("sec-fetch-site", "cross-site")]), ours).is_err());
        assert!(same_site(&parts(&[]), ours).is_err());
        assert!(same_site(&parts(&[("origin", ours)]), ours).is_ok());
        assert!(same_site(&parts(&[("x-cectrust", "1")]), ours).is_ok());
        assert!(same_site(&parts(&[("origin", "null"), ("x-cectrust", "1")]), ours).is_err());
    }

    #[test]
    fn the_session_cookie_is_found_among_others() {
        let (plain, tls) = ("http://127.0.0.1:1", "https://cectrust.example.jp");
        let sent = |text: &str| parts(&[("cookie", text)]).headers;
        assert_eq!(cookie(&sent("a=b; cectrust_session=t0ken; c=d"), plain), Some("t0ken"));
        assert_eq!(cookie(&sent("xcectrust_session=t"), plain), None);
        // What another host of the domain set is not read.
        assert_eq!(cookie(&sent("cectrust_session=planted"), tls), None);
        assert_eq!(cookie(&sent("__Host-cectrust_session=t0ken"), tls), Some("t0ken"));
        assert_eq!(
            set_cookie(tls, "t", "").unwrap()[header::SET_COOKIE],
            "__Host-cectrust_session=t; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(bearer(&parts(&[("authorization", "Bearer abc")])), Some("abc"));
    }
}
