//! `GET /partners/{id}/consent`: the record of the consent, for one's own file (施行規則13条の4).

use axum::{
    extract::{Path, State},
    response::Response,
};
use contracts::{Looking, Partner, PartnerId};
use store::unit;

use crate::{House, SignedIn, Sorry, case::attachment};

/// The text.
pub async fn record(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    let by = visit.actor();
    let partner = unit!(house.db, |unit| {
        Ok::<_, contracts::Error>(Partner::open::<Looking>(unit, by, PartnerId(id)).await?.into_inner())
    })
    .await?;
    let text = partner.text.ok_or_else(|| {
        Sorry::new(
            axum::http::StatusCode::CONFLICT,
            "consent_missing",
            "この取引先とは、電子契約の事前合意がまだありません。",
            "相手方の回答をお待ちください。",
        )
        .with_way("/partners", "取引先に戻る")
    })?;
    attachment("事前合意.txt", "text/plain; charset=utf-8", text.into_bytes())
}
