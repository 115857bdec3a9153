//! `POST /api/deposits?file_name=…`

use ::custody::{Own, Receipt, deposit_own};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Asked, House, Problem, Upload, caller::Caller};

/// What the file is called.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The file's name.
    file_name: String,
}

/// What the depositor has in hand at once. Kept by him, it proves later what was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    /// The deposit.
    id: String,
    /// When the bytes were durable.
    received: String,
    /// How many.
    size: u64,
    /// SHA-256 of the original, hex.
    sha256: String,
    /// SHA-512 of the original, hex.
    sha512: String,
    /// SHA-512 of `record.json`, hex.
    record_sha512: String,
    /// The last day of retention.
    retain_until: String,
}

impl From<Receipt> for Taken {
    fn from(receipt: Receipt) -> Self {
        Self {
            id: receipt.deposit.to_string(),
            received: receipt.received.rfc3339_japan(),
            size: receipt.size,
            sha256: receipt.sha256,
            sha512: receipt.sha512,
            record_sha512: receipt.record_sha512,
            retain_until: receipt.retain_until.to_string(),
        }
    }
}

/// 自社の文書を預けます（種類は問いません。50MBまで）。受付票は、この答えです。
#[utoipa::path(post, path = "/api/deposits", operation_id = "deposit", tag = "custody",
    params(Named), request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = Taken), (status = 403, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem), (status = 507, body = Problem)))]
pub async fn deposit(
    State(house): State<House>,
    Caller(actor): Caller,
    Asked(named): Asked<Named>,
    headers: HeaderMap,
    Upload(bytes): Upload,
) -> Result<(StatusCode, Json<Taken>), Problem> {
    super::applied(&actor)?;
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let own = Own {
        file_name: named.file_name,
        media,
        bytes,
    };
    let receipt = deposit_own(&house.db, &house.objects, &actor, own, house.now(), house.random()).await?;
    Ok((StatusCode::CREATED, Json(receipt.into())))
}
