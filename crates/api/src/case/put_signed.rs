//! `PUT /api/cases/{id}/signed-document`

use axum::{Json, body::Bytes, extract::State};
use contracts::{Case, CaseId};

use super::put_document::{brought, told};
use crate::{At, House, Problem, caller::Caller, case::complete::Signed, extract::Continued};

/// 外のソフトで署名したPDFを出します。送られたPDFに、決められた署名だけが加わったものに限ります。
#[utoipa::path(put, path = "/api/cases/{id}/signed-document", operation_id = "putSignedDocument", tag = "case",
    params(("id" = String, Path)), request_body(content = String, content_type = "application/pdf"),
    responses((status = 200, body = Signed), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn put_signed_document(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Continued(bytes): Continued,
) -> Result<Json<Signed>, Problem> {
    let bytes = Bytes::from(bytes);
    let signed = brought(&bytes).await;
    match Case::put_signed_document(&house.contracts, &actor, CaseId(id), bytes, house.now()).await {
        Ok(done) => Ok(Json(done.into())),
        Err(error) => Err(told(&house, signed, error.into()).await),
    }
}
