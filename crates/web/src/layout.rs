//! What every page carries: who looks, the places in the head, the desk's hours in the foot.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{Html, IntoResponse, Response},
};
use foundation::{Actor, Date, Instant};

use crate::{House, Shown, Sorry, assets, demo, session::Kind, session::Viewer, words};

/// One look at one page: what the base template needs.
#[derive(Clone, Debug)]
pub struct Visit {
    /// What is true of this installation.
    pub shown: Shown,
    /// Who looks.
    pub viewer: Arc<Viewer>,
    /// The path of the page.
    pub path: String,
    /// The present.
    pub now: Instant,
    /// What only the demo has.
    pub demo: Option<Arc<crate::Stage>>,
    /// In the demo: how many cases wait for this viewer.
    pub turns: Option<usize>,
}

/// A visit by somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Visit);

/// A place in the head.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Where.
    pub address: &'static str,
    /// In words.
    pub words: &'static str,
    /// The page belongs there.
    pub here: bool,
}

impl Visit {
    /// The viewer as the rooms know him.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.viewer.actor
    }
    /// The address of an asset.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }
    /// The places of this viewer; at most five, never a hidden menu.
    #[must_use]
    pub fn ways(&self) -> Vec<Way> {
        let ways: &[(&'static str, &'static str)] = match self.viewer.kind() {
            Kind::Nobody => &[("/sign-in", "サインイン"), ("/verify", "検証")],
            Kind::Contracts => &[
                ("/cases", "案件一覧"),
                ("/cases/new", "送る"),
                ("/partners", "取引先"),
                ("/certificate", "電子証明書"),
                ("/verify", "検証"),
            ],
            Kind::Custody => &[("/deposits", "文書を預ける"), ("/verify", "検証")],
            Kind::Company => &[
                ("/company", "自社の案件と利用者"),
                ("/certificate", "電子証明書"),
                ("/verify", "検証"),
            ],
            Kind::Screener | Kind::Approver => &[("/operator", "審査と承認"), ("/operator/health", "運用の状態"), ("/verify", "検証")],
        };
        // A 企業ID reaches its cases from the page of the company, the operator the mails from the page of health.
        let path = match self.viewer.kind() {
            Kind::Company if self.path.starts_with("/cases/") => "/company",
            Kind::Screener | Kind::Approver if self.path.starts_with("/operator/mail") => "/operator/health",
            _ => self.path.as_str(),
        };
        // The longest address that the path begins with is where we are.
        let here = ways
            .iter()
            .filter(|(address, _)| path == *address || path.strip_prefix(address).is_some_and(|rest| rest.starts_with('/')))
            .map(|(address, _)| *address)
            .max_by_key(|address| address.len());
        ways.iter()
            .filter(|(address, _)| *address != "/cases/new" || self.viewer.registers())
            .map(|(address, words)| Way {
                address,
                words,
                here: here == Some(*address),
            })
            .collect()
    }
    /// The page on which this viewer finds his cases, in words; its address is his first page.
    #[must_use]
    pub fn cases_words(&self) -> &'static str {
        if self.viewer.kind() == Kind::Company {
            "自社の案件と利用者"
        } else {
            "案件一覧"
        }
    }
    /// The 署名の合言葉 of the viewer, which only the demo knows.
    #[must_use]
    pub fn sealing_secret(&self) -> Option<&'static str> {
        let me = self.viewer.me.as_ref()?;
        let cast = &self.demo.as_ref()?.cast;
        cast.iter().find(|player| player.name == me.name)?.sealing_secret
    }
    /// Whether the viewer is this person of the demo.
    #[must_use]
    pub fn is_person(&self, name: &str) -> bool {
        self.viewer.me.as_ref().is_some_and(|me| me.name == name)
    }
    /// Whether the desk is closed today, and when it opens next.
    #[must_use]
    pub fn desk_today(&self) -> Option<(String, String)> {
        let today: Date = self.now.date_in_japan();
        if japan::is_business_day(today) {
            return None;
        }
        let why = japan::holiday(today).map_or("お休み", |_| "祝日のためお休み");
        Some((
            format!("今日 {} は{why}です。", words::short_day(today)),
            format!("次は {} 9:00 から。", words::short_day(japan::next_business_day(today))),
        ))
    }
}

impl FromRequestParts<House> for Visit {
    type Rejection = Sorry;
    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Sorry> {
        let viewer = match parts.extensions.get::<Arc<Viewer>>() {
            Some(viewer) => viewer.clone(),
            None => Arc::new(crate::session::viewer(house, &parts.headers).await?),
        };
        let turns = match house.demo {
            Some(_) => demo::turns(house, &viewer).await,
            None => None,
        };
        Ok(Self {
            shown: house.shown.clone(),
            viewer,
            path: parts.uri.path().to_owned(),
            now: house.now(),
            demo: house.demo.clone(),
            turns,
        })
    }
}

impl FromRequestParts<House> for SignedIn {
    type Rejection = Sorry;
    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Sorry> {
        let visit = Visit::from_request_parts(parts, house).await?;
        if matches!(visit.viewer.actor, Actor::Nobody) {
            return Err(Sorry::not_signed_in());
        }
        Ok(Self(visit))
    }
}

/// A page from its template.
pub fn page<T: askama::Template>(template: &T) -> Response {
    page_with(StatusCode::OK, template)
}

/// A page with another status.
pub fn page_with<T: askama::Template>(status: StatusCode, template: &T) -> Response {
    match template.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => Sorry::broken(&error).into_response(),
    }
}

/// After a form: on to the next page.
pub fn onward(address: &str) -> Response {
    axum::response::Redirect::to(address).into_response()
}
