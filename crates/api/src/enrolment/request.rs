//! `POST /api/enrolments/{id}/request`

use axum::{Json, extract::State};
use certification::{Applying, Enrolment, EnrolmentId, ProvenRequest};
use foundation::Actor;
use keys::HolderSecret;
use pki::KeyType;
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::ToSchema;

use crate::{At, Body, House, Problem, caller::Caller};

/// A request made on the holder's side (`csr`), or the wish for a server-held key (`make_key`).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyRequest)]
pub struct Request {
    /// PKCS#10, PEM.
    csr: Option<String>,
    /// `rsa2048`, `rsa3072`, `p256`, `p384`.
    make_key: Option<String>,
}

/// The key is there; the ダウンロードPIN follows by mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accepted {
    /// Where the enrolment stands.
    state: &'static str,
    /// What to do now.
    next: &'static str,
    /// 署名の合言葉 of a server-held key: shown once, kept nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    secret: Option<crate::once::Once>,
}

/// 証明書発行要求（CSR）を出すか、サーバ保管の鍵を作ります。署名の合言葉は、ここで一度だけ表示します。
#[utoipa::path(post, path = "/api/enrolments/{id}/request", operation_id = "submitRequest", tag = "enrolment",
    params(("id" = String, Path)), request_body = Request,
    responses((status = 200, body = Accepted), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn submit_request(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Request>,
) -> Result<Json<Accepted>, Problem> {
    let (now, by, id) = (house.now(), &actor, EnrolmentId(id));
    let (state, secret) = match (entry.csr, entry.make_key) {
        (Some(csr), None) => {
            let request = ProvenRequest::read(csr.as_bytes())?;
            let state = unit!(house.db, |unit| {
                let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
                Enrolment::submit_request(&enrolment, unit, &request, now).await
            })
            .await?;
            (state, None)
        }
        (None, Some(word)) => {
            let key_type = key_type(&word)?;
            let secret = secret(&house, by).await?;
            let state = certification::make_server_key(&house.db, by, id, key_type, &secret, now, house.random()).await?;
            (state, Some(crate::once::Once::of(secret.words())))
        }
        _ => {
            return Err(Problem::bad_request(
                "CSR（csr）か、サーバ保管の鍵の種類（make_key）の、どちらかひとつを送ってください。",
            ));
        }
    };
    Ok(Json(Accepted {
        state: state.word(),
        next: state.what_next(),
        secret,
    }))
}

/// Five words, drawn. (The people of the demo have theirs as constants, so that a stranger can sign as them.)
async fn secret(house: &House, by: &Actor) -> Result<HolderSecret, Problem> {
    let person = by.person().ok_or_else(Problem::not_signed_in)?;
    let card = match by {
        Actor::Member(_) => unit!(house.db, |unit| accounts::person(unit, by, person).await).await?,
        // An enrolment is its person's alone; this says the same as for any other stranger.
        Actor::Nobody | Actor::Operator(_) | Actor::System { .. } => return Err(Problem::not_found()),
    };
    Ok((house.known_secret)(&card.sign_in).map_or_else(|| HolderSecret::generate(house.random()), HolderSecret::of_the_demo))
}

fn key_type(word: &str) -> Result<KeyType, Problem> {
    match word {
        "rsa2048" => Ok(KeyType::Rsa2048),
        "rsa3072" => Ok(KeyType::Rsa3072),
        "p256" => Ok(KeyType::P256),
        "p384" => Ok(KeyType::P384),
        other => Err(Problem::bad_request(format!(
            "「{other}」という鍵の種類はありません（rsa2048、rsa3072、p256、p384）。"
        ))),
    }
}
