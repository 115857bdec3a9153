//! `POST /api/partners/{id}/consent`

use axum::{Json, extract::State};
use contracts::{Answering, Partner, PartnerId};
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::ToSchema;

use crate::{At, Body, House, Problem, caller::Caller, partner::WantedUses};

/// Yes with what the own side uses, or no.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Whether it is agreed.
    agree: bool,
    /// Which certificates the own side uses; needed when it is agreed.
    uses: Option<WantedUses>,
}

/// Where the consent stands now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answered {
    /// `agreed` or `declined`.
    state: &'static str,
}

/// 事前合意（建設業法第19条第3項の承諾）に答えます。
#[utoipa::path(post, path = "/api/partners/{id}/consent", operation_id = "answerConsent", tag = "partner",
    params(("id" = String, Path)), request_body = Answer,
    responses((status = 200, body = Answered), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn answer_consent(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Answer>,
) -> Result<Json<Answered>, Problem> {
    let (now, actor) = (house.now(), &actor);
    let uses = match (entry.agree, entry.uses) {
        (true, None) => {
            return Err(Problem::bad_request(
                "承諾するときは、自社が使う電子証明書と署名者（uses）を書いてください。",
            ));
        }
        (true, Some(uses)) => Some(uses.plain()),
        (false, _) => None,
    };
    let state = unit!(house.db, |unit| {
        let partner = Partner::open::<Answering>(unit, actor, PartnerId(id)).await?;
        Partner::answer(&partner, unit, uses.as_ref(), now).await
    })
    .await?;
    Ok(Json(Answered { state: state.word() }))
}
