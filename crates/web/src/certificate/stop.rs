//! `GET`, `POST /certificate/{id}/stop`: 緊急停止. From this moment the certificate signs no more; revocation follows at once.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use certification::{Certificate, Reason, Revoking};
use foundation::CertificateId;
use store::unit;

use super::show::{Shown, again};
use crate::{Entries, House, SignedIn, Sorry, Visit, case, layout::page};

#[derive(Template)]
#[template(path = "certificate/stop.html")]
struct Asking<'a> {
    visit: &'a Visit,
    id: uuid::Uuid,
    name: String,
    tail: String,
}

/// Asks once more, and why.
pub async fn ask(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    let by = visit.actor();
    let certificate = unit!(house.db, |unit| {
        Ok::<_, certification::Error>(Certificate::open::<Revoking>(unit, by, CertificateId(id)).await?.into_inner())
    })
    .await?;
    Ok(page(&Asking {
        visit: &visit,
        id,
        name: certificate.name.clone(),
        tail: case::tail(&certificate.serial),
    }))
}

/// Stops it.
pub async fn stop(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path(id): Path<uuid::Uuid>,
    entries: Entries,
) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    let reason = match entries.text("reason") {
        "moved" => Reason::AffiliationChanged,
        "ended" => Reason::CessationOfOperation,
        _ => Reason::KeyCompromise,
    };
    unit!(house.db, |unit| {
        let certificate = Certificate::open::<Revoking>(unit, by, CertificateId(id)).await?;
        Certificate::request_revocation(&certificate, unit, reason, now).await
    })
    .await
    .map_err(|error| Sorry::from(error).with_way("/certificate", "電子証明書に戻る"))?;
    let shown = Shown {
        said: Some("止めました。この電子証明書では、もう署名できません。失効の手続きに入りました。これまでの契約は有効なままです。"),
        ..Shown::default()
    };
    again(&house, &visit, shown).await
}
