//! `DELETE /api/session`

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use store::unit;

use crate::{
    House, Problem,
    caller::{COOKIE, Caller},
};

/// サインアウト：このセッションは、もう使えません。
#[utoipa::path(delete, path = "/api/session", operation_id = "signOut", tag = "session",
    responses((status = 204), (status = 401, body = Problem)))]
pub async fn sign_out(State(house): State<House>, Caller(actor): Caller) -> Result<(StatusCode, HeaderMap), Problem> {
    let (now, actor) = (house.now(), &actor);
    unit!(house.db, |unit| accounts::sign_out(unit, actor, now).await).await?;
    let mut headers = HeaderMap::new();
    let cookie = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    headers.insert(
        header::SET_COOKIE,
        HeaderValue::from_str(&cookie).map_err(|error| Problem::broken(&error))?,
    );
    Ok((StatusCode::NO_CONTENT, headers))
}
