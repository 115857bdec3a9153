//! `PUT /api/cases/{id}/signer`

use axum::{extract::State, http::StatusCode};
use contracts::{Case, CaseId, NamingSigner};
use foundation::PersonId;
use serde::Deserialize;
use store::unit;
use utoipa::ToSchema;

use crate::{At, Body, House, Problem, caller::Caller};

/// Who signs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// One of those the own consent names.
    #[schema(value_type = String)]
    person: uuid::Uuid,
}

/// 受け取った側が、自社の署名者を選びます（事前合意に名前のある方から）。
#[utoipa::path(put, path = "/api/cases/{id}/signer", operation_id = "nameSigner", tag = "case",
    params(("id" = String, Path)), request_body = Signer,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn name_signer(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Signer>,
) -> Result<StatusCode, Problem> {
    let (now, actor) = (house.now(), &actor);
    unit!(house.db, |unit| {
        let case = Case::open::<NamingSigner>(unit, actor, CaseId(id)).await?;
        Case::name_signer(&case, unit, PersonId(entry.person), now).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
