//! `GET /api/cases/{id}/findings`

use std::{
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Json, extract::State, http::StatusCode};
use contracts::{Case, CaseId, Reading};
use pictures::{Found, NotOpened};
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::{IntoParams, ToSchema};

use crate::{Asked, At, House, Problem, caller::Caller};

/// Pages that are looked at for one answer: as many as the pages look at before a file is sent.
const MOST: usize = 60;
/// So long it is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Which pages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// The first page, from 1; left out: 1. There must be such a page.
    from: Option<usize>,
    /// How many pages, 60 at most; left out: 60.
    limit: Option<usize>,
}

/// What must be known about some pages of a file before it is signed or sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct Findings {
    /// Which file: SHA-256, hex. The newest that this person may read.
    sha256: String,
    /// How many pages it has.
    pages: usize,
    /// The first page that was looked at, from 1.
    from: usize,
    /// The last page that was looked at.
    to: usize,
    /// The page from which to go on; none: these were the last.
    next: Option<usize>,
    /// Each fact once, the weightiest first; empty: nothing was found.
    findings: Vec<Finding>,
}

/// One fact.
#[derive(Debug, Serialize, ToSchema)]
pub struct Finding {
    /// Stable code, e.g. `font_not_embedded`, `hidden_text`.
    code: &'static str,
    /// `missing`: something is missing in the picture. `warning`: the picture can differ from what others see. `note`: worth knowing.
    weight: &'static str,
    /// On which pages, from 1, ascending.
    pages: Vec<usize>,
    /// What a person should read.
    sentence: String,
}

impl From<&Found> for Finding {
    fn from(found: &Found) -> Self {
        Self {
            code: found.fact.code(),
            weight: found.fact.weight().word(),
            pages: found.pages.iter().map(|page| page + 1).collect(),
            sentence: found.sentence(),
        }
    }
}

/// ページの点検の結果（表示できないもの、画面によって違って見えるもの）。送る前、署名する前に。
#[utoipa::path(get, path = "/api/cases/{id}/findings", operation_id = "listFindings", tag = "case",
    params(("id" = String, Path), Which),
    responses((status = 200, body = Findings), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn list_findings(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Asked(which): Asked<Which>,
) -> Result<Json<Findings>, Problem> {
    let actor = &actor;
    let (case, stage) = unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, actor, CaseId(id)).await?;
        let stage = Case::stage(&case, unit, None).await?;
        Ok::<_, contracts::Error>((case, stage))
    })
    .await?;
    let bytes = Arc::new(house.contracts.read(&case, &stage).await?);
    let book = house.contracts.findings.open(bytes).await.map_err(|error| match error {
        NotOpened::Busy => not_yet(),
        error => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            error.code(),
            error.sentence(),
            "ページを表示できないPDFです。ファイルそのものは getDocument で受け取れます。",
        ),
    })?;
    let pages = book.pages();
    let start = which.from.unwrap_or(1).max(1).saturating_sub(1);
    if start >= pages {
        Err(contracts::Error::BadEntry {
            field: "from",
            why: "そのページはありません。ページ数までの番号にしてください。",
        })?;
    }
    let end = start.saturating_add(which.limit.unwrap_or(MOST).clamp(1, MOST)).min(pages);
    // Looked at by sixties, the first of which is what is looked at before sending: no caller makes it be looked at a page at a time.
    let (mut asked, until) = (Vec::new(), Instant::now() + PATIENCE);
    for from in (start / MOST * MOST..end).step_by(MOST) {
        let pages = from..(from + MOST).min(pages);
        let patience = until.saturating_duration_since(Instant::now());
        let found = house.contracts.findings.within(patience, &stage, &book, pages).await;
        let found = found.ok_or_else(not_yet)?;
        asked.extend(found.iter().flat_map(|found| of_pages(found, start..end)));
    }
    let found = Found::of(&asked);
    Ok(Json(Findings {
        sha256: stage.sha256,
        pages,
        from: start + 1,
        to: end,
        next: (end < pages).then_some(end + 1),
        findings: found.iter().map(Finding::from).collect(),
    }))
}

/// What of it is on these pages.
fn of_pages(found: &Found, pages: Range<usize>) -> impl Iterator<Item = pictures::Finding> {
    let these = found.pages.iter().copied().filter(move |page| pages.contains(page));
    these.map(|page| pictures::Finding {
        page,
        fact: found.fact.clone(),
    })
}

fn not_yet() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "findings_not_yet",
        "ページの点検が、まだ終わっていません。",
        "少し待って、もう一度お試しください。点検は続いています。",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_fact_only_the_pages_that_were_asked_for_are_told() {
        let found = |pages: Vec<usize>| Found {
            fact: pictures::Fact::Blending,
            pages,
        };
        // Pages 59 to 62 of two parts.
        let parts = [found(vec![0, 57, 58, 59]), found(vec![60, 62, 119])];
        let asked: Vec<_> = parts.iter().flat_map(|found| of_pages(found, 58..62)).collect();
        assert_eq!(Found::of(&asked), [found(vec![58, 59, 60])]);
        assert_eq!(of_pages(&found(vec![1]), 2..3).count(), 0);
    }
}
