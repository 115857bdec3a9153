//! `GET /api/cases/{id}/document`

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use contracts::{Case, CaseId, Reading, StageName};
use serde::Deserialize;
use store::unit;
use utoipa::IntoParams;

use crate::{Asked, At, House, Problem, caller::Caller};

/// Which stage.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// `uploaded`, `0-registered`, `1-signed-a`, `2-returned-b`, `3-concluded`; the newest if left out.
    stage: Option<String>,
}

/// 契約書のPDF（段階ごと。書かなければ、いちばん新しいもの）。
#[utoipa::path(get, path = "/api/cases/{id}/document", operation_id = "getDocument", tag = "case",
    params(("id" = String, Path), Which),
    responses((status = 200, body = String, content_type = "application/pdf"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn document(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Asked(which): Asked<Which>,
) -> Result<Response, Problem> {
    let (now, actor) = (house.now(), &actor);
    let name = match which.stage {
        None => None,
        Some(word) => Some(StageName::from_word(&word).ok_or_else(Problem::not_found)?),
    };
    let (case, stage) = unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, actor, CaseId(id)).await?;
        let stage = Case::stage(&case, unit, name).await?;
        Case::downloaded(&case, unit, &stage, now).await?;
        Ok::<_, contracts::Error>((case, stage))
    })
    .await?;
    let bytes = house.contracts.read(&case, &stage).await?;
    let file = format!("attachment; filename=\"{}.pdf\"", stage.name.word());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&file).map_err(|error| Problem::broken(&error))?,
        ),
        (
            HeaderName::from_static("x-sha256"),
            HeaderValue::from_str(&stage.sha256).map_err(|error| Problem::broken(&error))?,
        ),
    ];
    Ok((headers, bytes).into_response())
}
