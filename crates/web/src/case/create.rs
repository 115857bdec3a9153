//! `GET /cases/new`, `POST /cases`: 案件を登録して送る. The PDF may be put at once.

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use contracts::{Case, CaseId};
use foundation::Refused;
use serde::Deserialize;
use store::unit;

use super::{
    compose, document,
    fill::{self, Fill},
};
use crate::{Entries, House, SignedIn, Sorry, layout::onward};

/// Another case whose fields are taken over.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    like: Option<uuid::Uuid>,
}

/// The empty form.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    if !visit.viewer.registers() {
        return Err(match visit.viewer.kind() {
            crate::session::Kind::Company => Refused::CompanyIdCannotContract.into(),
            _ => Refused::NotAClerk.into(),
        });
    }
    let filled = match asked.like {
        None => Fill::empty(visit.now),
        Some(id) => Fill::like(&super::story::view(&house, visit.actor(), CaseId(id)).await?, visit.now),
    };
    compose::new(&house, &visit, filled, None, StatusCode::OK).await
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
        return compose::new(&house, &visit, typed, Some(sorry), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match entries.file("pdf") {
        Some(file) => document::put_on(&house, &visit, id, file.bytes, "").await,
        None => Ok(onward(&format!("/cases/{id}/compose"))),
    }
}
