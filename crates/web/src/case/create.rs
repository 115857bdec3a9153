//! `GET /cases/new`, `POST /cases`: 案件を登録して送る. The PDF may be put at once.

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use contracts::{Case, CaseId, CaseView, Side, state::State as Stand};
use foundation::Refused;
use serde::Deserialize;
use store::unit;

use super::{
    compose, document,
    fill::{self, Fill},
};
use crate::{Entries, House, SignedIn, Sorry, layout::onward};

/// Another case whose fields are taken over: one that was sent back, most often.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    like: Option<uuid::Uuid>,
}

/// A case that its partner sent back, and that is made again.
pub(super) struct SentBack {
    /// Its id.
    pub id: String,
    /// Who sent it back.
    pub by: String,
    /// What shall be changed.
    pub reason: String,
}

impl SentBack {
    fn of(view: &CaseView) -> Option<Self> {
        let line = &view.line;
        let is_ours = line.state == Stand::SentBack && line.side == Side::A;
        view.reason.clone().filter(|_| is_ours).map(|reason| Self {
            id: line.id.to_string(),
            by: line.b_name.clone().unwrap_or_else(|| "取引先".to_owned()),
            reason,
        })
    }
}

/// The empty form.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    if !visit.viewer.registers() {
        return Err(match visit.viewer.kind() {
            crate::session::Kind::Company => Refused::CompanyIdCannotContract.into(),
            _ => Refused::NotAClerk.into(),
        });
    }
    let (filled, again) = match asked.like {
        None => (Fill::empty(visit.now), None),
        Some(id) => {
            let view = super::story::view(&house, visit.actor(), CaseId(id)).await?;
            (Fill::like(&view, visit.now), SentBack::of(&view))
        }
    };
    compose::new(&house, &visit, filled, again, None, StatusCode::OK).await
}

/// Registers the draft and puts its document; what is wrong is said beside the form, and nothing that was entered is lost.
pub async fn create(State(house): State<House>, SignedIn(visit): SignedIn, mut entries: Entries) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    let typed = Fill::typed(&entries);
    let id = CaseId::new(now, house.random());
    let written = async {
        let fields = fill::fields(&entries)?;
        unit!(house.db, |unit| Case::create(unit, by, id, &fields, now).await).await?;
        Ok::<_, Sorry>(())
    };
    if let Err(sorry) = written.await {
        // Why it is made again goes on standing above the form.
        let again = match entries.text("like").parse() {
            Ok(like) => super::story::view(&house, by, CaseId(like))
                .await
                .ok()
                .as_ref()
                .and_then(SentBack::of),
            Err(_) => None,
        };
        return compose::new(&house, &visit, typed, again, Some(sorry), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match entries.file("pdf") {
        Some(file) => document::put_on(&house, &visit, id, file.bytes, "").await,
        None => Ok(onward(&format!("/cases/{id}/compose"))),
    }
}
