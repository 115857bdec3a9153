//! `GET /api/certificates`

use axum::{Json, extract::State};
use certification::Certificate;

use crate::{House, Problem, caller::Caller, certificate::Shown};

/// 自社の電子証明書の一覧。
#[utoipa::path(get, path = "/api/certificates", operation_id = "listCertificates", tag = "certificate",
    responses((status = 200, body = [Shown]), (status = 401, body = Problem)))]
pub async fn list_certificates(State(house): State<House>, Caller(actor): Caller) -> Result<Json<Vec<Shown>>, Problem> {
    let certificates = Certificate::list(&house.db, &actor).await?;
    Ok(Json(certificates.iter().map(Shown::from).collect()))
}
