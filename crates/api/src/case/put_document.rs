//! `PUT /api/cases/{id}/document`

use axum::{Json, body::Bytes, extract::State};
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
    /// Of a file that came in signed: the verdict on each signature, as `verifyDocument` tells it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Option<Vec<Object>>)]
    signatures: Vec<pades::SignatureReport>,
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
    let bytes = Bytes::from(bytes);
    let signed = brought(&bytes).await;
    let put = match Case::put_document(&house.contracts, &actor, CaseId(id), bytes, None, house.now()).await {
        Ok(put) => put,
        Err(error) => return Err(told(&house, signed, error.into()).await),
    };
    Ok(Json(Put {
        state: put.state.word(),
        pages: put.pages,
        sha256: put.sha256,
        signatures: put.signatures,
    }))
}

/// A second hold on a file that is put, if signatures stand in it: they are told if it is not taken. Of any other file there is one copy.
pub(super) async fn brought(file: &Bytes) -> Option<Bytes> {
    let probe = file.clone();
    jobs::work(move || signing::has_signatures(&probe)).await.then(|| file.clone())
}

/// Why a file was not taken, with the verdict on the signatures that it brought among the facts: `signatures`, as `verifyDocument` tells them.
pub(super) async fn told(house: &House, brought: Option<Bytes>, problem: Problem) -> Problem {
    let Some(file) = brought else { return problem };
    match signing::verdict(&house.contracts.signing, file, house.now(), &*house.contracts.random).await {
        Ok(report) => problem.with_facts(serde_json::json!({ "signatures": report.signatures })),
        Err(_) => problem,
    }
}
