//! `GET /api/certificates`

use axum::{Json, extract::State};
use certification::Certificate;
use foundation::CertificateId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{Asked, House, Problem, caller::Caller, certificate::Shown};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Certificates older than this one.
    #[param(value_type = Option<String>)]
    before: Option<uuid::Uuid>,
}

/// 自社の電子証明書の一覧（新しい順、100件まで）。
#[utoipa::path(get, path = "/api/certificates", operation_id = "listCertificates", tag = "certificate",
    params(Page),
    responses((status = 200, body = [Shown]), (status = 401, body = Problem)))]
pub async fn list_certificates(
    State(house): State<House>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
) -> Result<Json<Vec<Shown>>, Problem> {
    let certificates = Certificate::list(&house.db, &actor, page.before.map(CertificateId), 100).await?;
    Ok(Json(certificates.iter().map(Shown::from).collect()))
}
