//! `GET /cases/{id}/page/{sha}/{page}/{width}`: a page as it is signed, drawn here.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use contracts::CaseId;

use super::story;
use crate::{House, SignedIn, Sorry};

/// Widths that are drawn, in pixels: a thumbnail, a page beside a form, a page to read at three zooms.
const WIDTHS: [u32; 5] = [104, 480, 800, 1500, 2000];

/// The picture.
pub async fn page(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path((id, sha, page, width)): Path<(uuid::Uuid, String, usize, u32)>,
) -> Result<Response, Sorry> {
    if !WIDTHS.contains(&width) || page == 0 {
        return Err(Sorry::not_found());
    }
    let opened = story::open(&house, visit.actor(), CaseId(id), Some(&sha)).await?;
    let picture = jobs::work(move || opened.book.draw(page - 1, width)).await.map_err(|why| {
        Sorry::new(
            axum::http::StatusCode::UNPROCESSABLE_ENTITY,
            why.code(),
            why.sentence(),
            "PDFをダウンロードして、お手元のソフトでご覧ください。",
        )
    })?;
    // The address names the bytes: it never shows anything else. Only this browser keeps it.
    let keep = "private, max-age=604800, immutable";
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, keep)], picture.png).into_response())
}
