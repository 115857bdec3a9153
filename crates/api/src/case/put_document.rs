//! `PUT /api/cases/{id}/document`

use axum::{Json, extract::State};
use contracts::{Case, CaseId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{At, House, Problem, Upload, caller::Caller};

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Put {
    /// `draft`, or `signed` if it had been signed outside.
    state: &'static str,
    /// Number of pages.
    pages: usize,
    /// SHA-256 of the uploaded bytes, hex.
    sha256: String,
}

/// 契約書のPDFを置きます（50MBまで）。未署名なら署名欄を置き、外で署名済みなら署名を検証します。
#[utoipa::path(put, path = "/api/cases/{id}/document", operation_id = "putDocument", tag = "case",
    params(("id" = String, Path)), request_body(content = String, content_type = "application/pdf"),
    responses((status = 200, body = Put), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn put_document(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Upload(bytes): Upload,
) -> Result<Json<Put>, Problem> {
    let put = Case::put_document(&house.contracts, &actor, CaseId(id), bytes, None, house.now()).await?;
    Ok(Json(Put {
        state: put.state.word(),
        pages: put.pages,
        sha256: put.sha256,
    }))
}
