//! `DELETE /api/session`

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use store::unit;

use crate::{
    House, Problem,
    caller::{Caller, set_cookie},
};

/// サインアウト：このセッションは、もう使えません。
#[utoipa::path(delete, path = "/api/session", operation_id = "signOut", tag = "session",
    responses((status = 204), (status = 401, body = Problem)))]
pub async fn sign_out(State(house): State<House>, Caller(actor): Caller) -> Result<(StatusCode, HeaderMap), Problem> {
    let (now, actor) = (house.now(), &actor);
    unit!(house.db, |unit| accounts::sign_out(unit, actor, now).await).await?;
    Ok((StatusCode::NO_CONTENT, set_cookie(&house.public_url, "", "; Max-Age=0")?))
}
