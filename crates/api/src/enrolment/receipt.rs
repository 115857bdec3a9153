//! `POST /api/enrolments/{id}/receipt`

use axum::{Json, extract::State};
use certification::EnrolmentId;
use foundation::Secret;
use keys::HolderSecret;
use serde::Deserialize;
use store::unit;
use utoipa::ToSchema;

use crate::{At, Body, House, Problem, caller::Caller, enrolment::Shown};

/// The proof that certificate and key fit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReceiptEntry)]
pub struct Entry {
    /// 署名の合言葉 of the server-held key. (A token gives its proof through the agent.)
    #[schema(value_type = String)]
    secret: Secret<String>,
}

/// 自己署名試験をして、電子証明書の受領を確認します（サーバ保管の鍵）。
#[utoipa::path(post, path = "/api/enrolments/{id}/receipt", operation_id = "confirmReceipt", tag = "enrolment",
    params(("id" = String, Path)), request_body = Entry,
    responses((status = 200, body = Shown), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn confirm_receipt(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Entry>,
) -> Result<Json<Shown>, Problem> {
    let (by, id) = (&actor, EnrolmentId(id));
    let secret = HolderSecret::typed(entry.secret.reveal());
    certification::confirm_receipt_with_secret(&house.db, by, id, &secret, house.now()).await?;
    let enrolment = unit!(house.db, |unit| {
        Ok::<_, certification::Error>(
            certification::Enrolment::open::<certification::Applying>(unit, by, id)
                .await?
                .into_inner(),
        )
    })
    .await?;
    Ok(Json(Shown::from(&enrolment)))
}
