//! `POST /api/certificates/{id}/revocation`

use axum::{Json, extract::State, http::StatusCode};
use certification::{Certificate, Reason, Revoking};
use foundation::CertificateId;
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::ToSchema;

use crate::{At, Body, House, Problem, caller::Caller};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevocationWish)]
pub struct Wish {
    /// `unspecified`, `key_compromise`, `affiliation_changed`, `superseded`, `cessation_of_operation`, `privilege_withdrawn`.
    #[schema(value_type = String)]
    reason: Reason,
}

/// From this moment it signs no more; the lists follow at once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevocationAsked)]
pub struct Asked {
    /// Where it stands.
    state: &'static str,
    /// In words.
    sentence: &'static str,
}

/// 電子証明書の失効を求めます。この時から使えなくなり、元に戻せません。
#[utoipa::path(post, path = "/api/certificates/{id}/revocation", operation_id = "requestRevocation", tag = "certificate",
    params(("id" = String, Path)), request_body = Wish,
    responses((status = 202, body = Asked), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn request_revocation(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(wish): Body<Wish>,
) -> Result<(StatusCode, Json<Asked>), Problem> {
    let (now, by) = (house.now(), &actor);
    let state = unit!(house.db, |unit| {
        let certificate = Certificate::open::<Revoking>(unit, by, CertificateId(id)).await?;
        Certificate::request_revocation(&certificate, unit, wish.reason, now).await
    })
    .await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(Asked {
            state: state.word(),
            sentence: state.japanese(),
        }),
    ))
}
