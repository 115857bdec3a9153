//! `POST /api/invitations/accept`

use axum::{extract::State, http::StatusCode};
use foundation::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{Body, House, Problem};

/// The code of an invitation and the password that is wished.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// From the invitation.
    #[schema(value_type = String)]
    code: Secret<String>,
    /// At least 12 characters.
    #[schema(value_type = String)]
    password: Secret<String>,
}

/// 招待を受けて、パスワードを決めます。
#[utoipa::path(post, path = "/api/invitations/accept", operation_id = "acceptInvitation", tag = "session",
    request_body = Accept,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn accept_invitation(State(house): State<House>, Body(entry): Body<Accept>) -> Result<StatusCode, Problem> {
    accounts::accept_invitation(&house.db, house.random(), house.now(), entry.code.reveal(), entry.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
