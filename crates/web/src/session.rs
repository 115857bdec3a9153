//! Who looks at the page: the cookie of the session, and what it opens.

use accounts::Me;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use foundation::{Actor, OperatorRole, Refused, Seat};

use crate::{House, Sorry};

/// The name of the session cookie; the API reads the same. Behind TLS its prefix keeps other hosts of the domain from planting one
/// (RFC 6265bis, 4.1.3.2).
fn cookie_name(public_url: &str) -> &'static str {
    if public_url.starts_with("https://") {
        "__Host-cectrust_session"
    } else {
        "cectrust_session"
    }
}

/// Who looks.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// As the rooms know him.
    pub actor: Actor,
    /// As pages name him; none: nobody is signed in.
    pub me: Option<Me>,
    /// He had a session and it is over.
    pub expired: bool,
}

/// What a viewer is, for the places that are shown to him.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nobody is signed in.
    Nobody,
    /// ユーザID of 電子契約サービス.
    Contracts,
    /// ユーザID of 原本保管サービス alone.
    Custody,
    /// 企業ID.
    Company,
    /// 審査.
    Screener,
    /// 承認.
    Approver,
}

impl Viewer {
    /// Nobody.
    #[must_use]
    pub const fn nobody(expired: bool) -> Self {
        Self {
            actor: Actor::Nobody,
            me: None,
            expired,
        }
    }
    /// What he is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match &self.actor {
            Actor::Nobody | Actor::System { .. } => Kind::Nobody,
            Actor::Operator(operator) => match operator.role {
                OperatorRole::Screener => Kind::Screener,
                OperatorRole::Approver => Kind::Approver,
            },
            Actor::Member(member) => match member.seat {
                Seat::Department => Kind::Company,
                Seat::Desk { .. } if member.services.contracts => Kind::Contracts,
                Seat::Desk { .. } => Kind::Custody,
            },
        }
    }
    /// Registers, sends, returns (事務).
    #[must_use]
    pub const fn registers(&self) -> bool {
        matches!(
            &self.actor,
            Actor::Member(foundation::Member {
                seat: Seat::Desk { registers: true, .. },
                ..
            })
        )
    }
    /// May be named as signer.
    #[must_use]
    pub const fn signs(&self) -> bool {
        matches!(
            &self.actor,
            Actor::Member(foundation::Member {
                seat: Seat::Desk { signs: true, .. },
                ..
            })
        )
    }
    /// Where he begins.
    #[must_use]
    pub const fn home(&self) -> &'static str {
        match self.kind() {
            Kind::Nobody => "/",
            Kind::Contracts => "/cases",
            Kind::Custody => "/deposits",
            Kind::Company => "/company",
            Kind::Screener | Kind::Approver => "/operator",
        }
    }
}

/// Who sent these headers.
///
/// # Errors
/// The database did not answer.
pub async fn viewer(house: &House, headers: &HeaderMap) -> Result<Viewer, Sorry> {
    let Some(token) = cookie(headers, &house.public_url) else {
        return Ok(Viewer::nobody(false));
    };
    let actor = match accounts::actor(&house.db, token, house.now()).await {
        Ok(actor) => actor,
        Err(accounts::Error::Refused(Refused::NotSignedIn)) => return Ok(Viewer::nobody(true)),
        Err(error) => return Err(error.into()),
    };
    let me = accounts::me(&house.db, &actor).await?;
    Ok(Viewer {
        actor,
        me: Some(me),
        expired: false,
    })
}

/// The token that a browser sends.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, public_url: &str) -> Option<&'h str> {
    let wanted = cookie_name(public_url);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted && !value.is_empty()).then_some(value))
}

/// The header that gives a browser its session; without `Expires` (rulings.md), and not sent with what other sites post.
///
/// # Errors
/// The token is no header text (it always is).
pub fn give(house: &House, token: &str) -> Result<HeaderValue, Sorry> {
    set(&house.public_url, token, "").map_err(|error| Sorry::broken(&error))
}

/// The header that takes it away.
///
/// # Errors
/// None: it is header text.
pub fn take(house: &House) -> Result<HeaderValue, Sorry> {
    set(&house.public_url, "", "; Max-Age=0").map_err(|error| Sorry::broken(&error))
}

fn set(public_url: &str, token: &str, more: &str) -> Result<HeaderValue, axum::http::header::InvalidHeaderValue> {
    let secure = if public_url.starts_with("https://") { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{more}",
        cookie_name(public_url)
    ))
}

/// A cookie travels by itself, so what changes something must come from our own pages: `Sec-Fetch-Site` or `Origin` say so.
///
/// # Errors
/// It came from elsewhere, or does not say where from.
pub fn same_site(method: &Method, headers: &HeaderMap, public_url: &str) -> Result<(), Sorry> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let ours = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == public_url,
        (None, None) => false,
    };
    if ours {
        return Ok(());
    }
    Err(Sorry::new(
        axum::http::StatusCode::FORBIDDEN,
        "other_site",
        "ほかのサイトから送られた操作なので、行いませんでした。何も変わっていません。",
        "このサービスのページを開いて、もう一度操作してください。",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (axum::http::HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn what_another_site_posts_is_refused() {
        let ours = "https://cectrust.example.jp";
        let asked = |pairs: &[(&'static str, &'static str)]| same_site(&Method::POST, &headers(pairs), ours).is_ok();
        assert!(!asked(&[]));
        assert!(!asked(&[("origin", "https://evil.example")]));
        assert!(!asked(&[("origin", "null")]));
        assert!(!asked(&[
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://cectrust.example.jp")
        ]));
        assert!(!asked(&[("sec-fetch-site", "same-site")]));
        assert!(asked(&[("origin", "https://cectrust.example.jp")]));
        assert!(asked(&[("sec-fetch-site", "same-origin")]));
        assert!(same_site(&Method::GET, &headers(&[]), ours).is_ok());
    }

    #[test]
    fn the_session_cookie_is_found_among_others() {
        let (plain, tls) = ("http://127.0.0.1:1", "https://cectrust.example.jp");
        assert_eq!(
            cookie(&headers(&[("cookie", "a=b; cectrust_session=t0ken; c=d")]), plain),
            Some("t0ken")
        );
        assert_eq!(cookie(&headers(&[("cookie", "xcectrust_session=t")]), plain), None);
        let planted = headers(&[("cookie", "cectrust_session=planted; __Host-cectrust_session=t0ken")]);
        assert_eq!(
            cookie(&planted, tls),
            Some("t0ken"),
            "what another host of the domain set is not read"
        );
        assert_eq!(
            set(tls, "t", "").unwrap(),
            "__Host-cectrust_session=t; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
