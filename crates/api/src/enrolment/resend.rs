//! `POST /api/enrolments/{id}/download-pin/resend`

use axum::{Json, extract::State};
use certification::{Applying, Enrolment, EnrolmentId};
use store::unit;

use crate::{At, House, Problem, caller::Caller, enrolment::Shown};

/// ダウンロードPINを、もう一度メールで送ってもらいます（前のPINは使えなくなります）。
#[utoipa::path(post, path = "/api/enrolments/{id}/download-pin/resend", operation_id = "resendDownloadPin", tag = "enrolment",
    params(("id" = String, Path)),
    responses((status = 200, body = Shown), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn resend_download_pin(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
) -> Result<Json<Shown>, Problem> {
    let (now, by, id) = (house.now(), &actor, EnrolmentId(id));
    let enrolment = unit!(house.db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
        Enrolment::ask_download_pin(&enrolment, unit, now).await?;
        Ok::<_, certification::Error>(Enrolment::open::<Applying>(unit, by, id).await?.into_inner())
    })
    .await?;
    Ok(Json(Shown::from(&enrolment)))
}
