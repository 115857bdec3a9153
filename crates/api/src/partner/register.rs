//! `POST /api/partners`

use axum::{Json, extract::State, http::StatusCode};
use contracts::{Known, Partner, PartnerId, Requested};
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::ToSchema;

use crate::{Body, House, Problem, caller::Caller, partner::WantedUses};

/// Whom to ask, and what the own side uses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// ユーザID of the desk (or `mail`).
    user_id: Option<String>,
    /// Mail address (or `user_id`).
    mail: Option<String>,
    /// Which certificates the own side uses.
    uses: WantedUses,
}

/// The answer is the same whether anybody is there or not.
#[derive(Debug, Serialize, ToSchema)]
pub struct Asked {
    /// Under which the request waits.
    partner: String,
    /// What the person reads.
    sentence: &'static str,
}

/// 取引先に、電子契約の事前合意を依頼します（ユーザIDかメールアドレスで）。
#[utoipa::path(post, path = "/api/partners", operation_id = "registerPartner", tag = "partner",
    request_body = Register,
    responses((status = 202, body = Asked), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn register_partner(
    State(house): State<House>,
    Caller(actor): Caller,
    Body(entry): Body<Register>,
) -> Result<(StatusCode, Json<Asked>), Problem> {
    let (now, actor) = (house.now(), &actor);
    let known = match (entry.user_id, entry.mail) {
        (Some(number), None) => Known::UserId(number),
        (None, Some(mail)) => Known::Mail(mail),
        _ => {
            return Err(Problem::bad_request(
                "取引先は、ユーザID（user_id）かメールアドレス（mail）の、どちらかひとつで指定してください。",
            ));
        }
    };
    let (id, uses) = (PartnerId::new(now, house.random()), entry.uses.plain());
    let requested = unit!(house.db, |unit| Partner::register(unit, actor, id, &known, &uses, now).await).await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(Asked {
            partner: requested.partner.to_string(),
            sentence: Requested::SENTENCE,
        }),
    ))
}
