//! `POST /api/enrolments/{id}/download-pin`

use axum::{Json, extract::State};
use certification::EnrolmentId;
use foundation::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{At, Body, House, Problem, caller::Caller};

/// What came by mail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DownloadPinEntry)]
pub struct Entry {
    /// ダウンロードPIN.
    #[schema(value_type = String)]
    pin: Secret<String>,
}

/// The certificate, to be written and tried.
#[derive(Debug, Serialize, ToSchema)]
pub struct Issued {
    /// The certificate.
    certificate: String,
    /// PEM.
    pem: String,
    /// Issuing CA and root, PEM.
    chain: Vec<String>,
}

/// ダウンロードPINを入力して、電子証明書を発行してもらいます。
#[utoipa::path(post, path = "/api/enrolments/{id}/download-pin", operation_id = "confirmDownloadPin", tag = "enrolment",
    params(("id" = String, Path)), request_body = Entry,
    responses((status = 200, body = Issued), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 423, body = Problem)))]
pub async fn confirm_download_pin(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Entry>,
) -> Result<Json<Issued>, Problem> {
    let certificate = certification::confirm_download_pin(
        &house.db,
        &house.authority,
        &actor,
        EnrolmentId(id),
        &entry.pin,
        house.now(),
        house.random(),
    )
    .await?;
    Ok(Json(Issued {
        certificate: certificate.id.to_string(),
        pem: pki::pem::encode("CERTIFICATE", &certificate.der),
        chain: house.chain().iter().map(|der| pki::pem::encode("CERTIFICATE", der)).collect(),
    }))
}
