//! `POST /api/session`

use axum::{Json, extract::State, http::HeaderMap};
use foundation::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Body, House, Problem,
    caller::{cookie, set_cookie},
};

/// What a person types.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// His sign-in ID.
    sign_in: String,
    /// His password.
    #[schema(value_type = String)]
    password: Secret<String>,
    /// 企業ID or ユーザID to sit on; may be left out by who has only one.
    id: Option<String>,
}

/// A session that has begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedIn {
    /// To be sent as `Authorization: Bearer …`. Shown once; also set as a cookie.
    #[schema(value_type = String)]
    token: crate::once::Once,
    /// His name.
    name: String,
    /// 企業ID or ユーザID he sits on; none for people of the operator.
    id: Option<String>,
    /// When the session ends, whatever happens.
    until: String,
}

/// サインイン：人として、ひとつのID（企業IDかユーザID）に座ります。
#[utoipa::path(post, path = "/api/session", operation_id = "signIn", tag = "session",
    request_body = SignIn,
    responses((status = 200, body = SignedIn), (status = 401, body = Problem), (status = 422, body = Problem), (status = 423, body = Problem)))]
pub async fn sign_in(
    State(house): State<House>,
    sent: HeaderMap,
    Body(entry): Body<SignIn>,
) -> Result<(HeaderMap, Json<SignedIn>), Problem> {
    let entry = accounts::SignIn {
        sign_in: entry.sign_in,
        password: entry.password,
        seat: entry.id,
    };
    let begun = accounts::sign_in(&house.db, house.random(), house.now(), &entry).await?;
    // A client that keeps cookies has this one instead of the older one from now on.
    if let Some(older) = cookie(&sent, &house.public_url) {
        accounts::supersede(&house.db, older, Some(&begun), house.now()).await?;
    }
    let headers = set_cookie(&house.public_url, begun.token.reveal(), "")?;
    Ok((
        headers,
        Json(SignedIn {
            token: crate::once::Once::of(begun.token.reveal()),
            name: begun.name,
            id: begun.seat.map(|seat| seat.number),
            until: begun.until.rfc3339_japan(),
        }),
    ))
}
