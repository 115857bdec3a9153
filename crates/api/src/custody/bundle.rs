//! `GET /api/deposits/{id}/evidence-bundle`

use std::convert::Infallible;

use ::custody::DepositId;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use bytes::Bytes;
use futures_util::stream;

use crate::{At, House, Problem, caller::Caller};

/// 証拠一式（bundle.zip）：預けた文書を、だれでも、この仕組みの外で検証できます。
#[utoipa::path(get, path = "/api/deposits/{id}/evidence-bundle", operation_id = "getDepositEvidenceBundle", tag = "custody",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "application/zip"), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn deposit_bundle(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
) -> Result<impl IntoResponse, Problem> {
    super::applied(&actor)?;
    let pieces = ::custody::bundle(&house.db, &house.objects, &actor, DepositId(id)).await?;
    Ok(archive(pieces))
}

/// The answer of `bundle.zip`, sent piece by piece as it lies in memory.
pub(crate) fn archive(pieces: Vec<Vec<u8>>) -> impl IntoResponse {
    let length: usize = pieces.iter().map(Vec::len).sum();
    let pieces = stream::iter(pieces.into_iter().map(|piece| Ok::<_, Infallible>(Bytes::from(piece))));
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
            (
                header::CONTENT_DISPOSITION,
                HeaderValue::from_static("attachment; filename=\"bundle.zip\""),
            ),
            (header::CONTENT_LENGTH, HeaderValue::from(length)),
        ],
        Body::from_stream(pieces),
    )
}
