//! `GET /api/cases/{id}/findings`

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use contracts::{Case, CaseId, Reading};
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
    /// The first page, from 1; left out: 1.
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

impl From<&pictures::Found> for Finding {
    fn from(found: &pictures::Found) -> Self {
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
    let book = house.contracts.findings.open(bytes).await.map_err(|error| {
        Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            error.code(),
            error.sentence(),
            "ページを表示できないPDFです。ファイルそのものは getDocument で受け取れます。",
        )
    })?;
    let pages = book.pages();
    let start = which.from.unwrap_or(1).max(1).saturating_sub(1).min(pages);
    let end = start.saturating_add(which.limit.unwrap_or(MOST).clamp(1, MOST)).min(pages);
    let found = house.contracts.findings.within(PATIENCE, &stage, &book, start..end).await;
    let found = found.ok_or_else(|| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "findings_not_yet",
            "ページの点検が、まだ終わっていません。",
            "少し待って、もう一度お試しください。点検は続いています。",
        )
    })?;
    Ok(Json(Findings {
        sha256: stage.sha256,
        pages,
        from: (start + 1).min(pages),
        to: end,
        next: (end < pages).then_some(end + 1),
        findings: found.iter().map(Finding::from).collect(),
    }))
}
