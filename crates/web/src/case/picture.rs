//! Pages as they are signed, drawn here: whole ones, tiles of large ones, strips of small ones.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use contracts::CaseId;
use pictures::{Book, NotDrawn, Picture, Strip};

use super::story;
use crate::{House, SignedIn, Sorry, Visit};

/// Widths that are drawn, in pixels: a thumbnail, a page beside a form, a page to read at three zooms.
const WIDTHS: [u32; 5] = [104, 480, 800, 1500, 2000];
/// Small pictures in one strip.
pub(super) const IN_STRIP: usize = 10;
/// They are shown at half this size, on the colour of the desk.
const STRIP: Strip = Strip {
    width: 104,
    height: 148,
    cell: 192,
    ground: [227, 233, 241],
};

/// `GET /cases/{id}/page/{sha}/{page}/{width}`: a page.
pub async fn page(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path((id, sha, page, width)): Path<(uuid::Uuid, String, usize, u32)>,
    headers: HeaderMap,
) -> Result<Response, Sorry> {
    if !WIDTHS.contains(&width) || page == 0 {
        return Err(Sorry::not_found());
    }
    answer(&house, &visit, CaseId(id), &sha, &headers, move |book| book.draw(page - 1, width)).await
}

/// `GET /cases/{id}/tile/{sha}/{page}/{zoom}/{column}/{row}`: a part of a page, 512 pixels wide and high; zoom 0 has 18 dots to the
/// inch, each further one twice as many.
pub async fn tile(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path((id, sha, page, zoom, column, row)): Path<(uuid::Uuid, String, usize, u8, u32, u32)>,
    headers: HeaderMap,
) -> Result<Response, Sorry> {
    let at = page.checked_sub(1).ok_or_else(Sorry::not_found)?;
    answer(&house, &visit, CaseId(id), &sha, &headers, move |book| {
        book.tile(at, zoom, column, row)
    })
    .await
}

/// `GET /cases/{id}/strip/{sha}/{from}`: ten small pages below each other.
pub async fn strip(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path((id, sha, from)): Path<(uuid::Uuid, String, usize)>,
    headers: HeaderMap,
) -> Result<Response, Sorry> {
    let at = from.checked_sub(1).ok_or_else(Sorry::not_found)?;
    answer(&house, &visit, CaseId(id), &sha, &headers, move |book| {
        book.strip(at..at.saturating_add(IN_STRIP), STRIP)
    })
    .await
}

/// The picture, after the right was asked: from the browser's own store, from what was drawn lately, or drawn now.
async fn answer(
    house: &House,
    visit: &Visit,
    id: CaseId,
    sha: &str,
    headers: &HeaderMap,
    draw: impl FnOnce(&Book) -> Result<Picture, NotDrawn> + Send + 'static,
) -> Result<Response, Sorry> {
    let book = story::book(house, visit.actor(), id, sha).await?;
    // The address names the bytes and the part: what it shows never changes. Only this browser keeps it.
    let part = visit.path.split_once(sha).map_or("", |(_, part)| part).replace('/', "-");
    let name = format!("{sha}{part}");
    let tag = format!("\"{name}\"");
    let keep = [
        (header::CACHE_CONTROL, "private, max-age=604800, immutable".to_owned()),
        (header::ETAG, tag.clone()),
    ];
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes())
    {
        return Ok((StatusCode::NOT_MODIFIED, keep).into_response());
    }
    let png = match house.shelf().drawn(&name) {
        Some(png) => png,
        None => {
            let drawn = house.draw(move || draw(&book)).await.map_err(not_drawn)?;
            let png = std::sync::Arc::new(drawn.png);
            house.shelf().keep_drawn(name, png.clone());
            png
        }
    };
    Ok((keep, [(header::CONTENT_TYPE, "image/png")], png.to_vec()).into_response())
}

fn not_drawn(why: NotDrawn) -> Sorry {
    if why == NotDrawn::NoSuchPage {
        return Sorry::not_found();
    }
    let status = if why == NotDrawn::Busy {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Sorry::new(
        status,
        why.code(),
        why.sentence(),
        "PDFをダウンロードして、お手元のソフトでご覧ください。",
    )
}
