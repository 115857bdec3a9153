//! `GET /api/certificates/{id}`

use axum::{Json, extract::State};
use certification::Certificate;
use foundation::CertificateId;
use store::unit;

use crate::{At, House, Problem, caller::Caller, certificate::Shown};

/// 電子証明書と、その状態。
#[utoipa::path(get, path = "/api/certificates/{id}", operation_id = "getCertificate", tag = "certificate",
    params(("id" = String, Path)),
    responses((status = 200, body = Shown), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn show_certificate(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<Json<Shown>, Problem> {
    let by = &actor;
    let certificate = unit!(house.db, |unit| {
        Ok::<_, certification::Error>(
            Certificate::open::<certification::ViewingCertificate>(unit, by, CertificateId(id))
                .await?
                .into_inner(),
        )
    })
    .await?;
    Ok(Json(Shown::from(&certificate)))
}
