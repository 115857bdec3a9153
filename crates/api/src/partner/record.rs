//! `GET /api/partners/{id}/consent`

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use contracts::{Looking, Partner, PartnerId};
use store::unit;

use crate::{At, House, Problem, caller::Caller};

/// 事前合意の記録（文字）。手元に保存してください：これが相手方のファイルへの記録です。
#[utoipa::path(get, path = "/api/partners/{id}/consent", operation_id = "getConsent", tag = "partner",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn show_consent(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<Response, Problem> {
    let actor = &actor;
    let partner = unit!(house.db, |unit| {
        Ok::<_, contracts::Error>(Partner::open::<Looking>(unit, actor, PartnerId(id)).await?.into_inner())
    })
    .await?;
    match partner.text {
        Some(text) => Ok((
            [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"consent.txt\""),
            ],
            text,
        )
            .into_response()),
        None => Err(Problem::new(
            StatusCode::CONFLICT,
            "consent_missing",
            "この取引先とは、電子契約の事前合意がまだありません。",
            "相手方の回答をお待ちください。",
        )),
    }
}
