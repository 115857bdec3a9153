//! `GET /api/deposits/{id}/original`

use ::custody::DepositId;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::{At, House, Problem, caller::Caller};

/// 預けた文書そのもの（1バイトも変わっていません）。
#[utoipa::path(get, path = "/api/deposits/{id}/original", operation_id = "getDepositOriginal", tag = "custody",
    params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "application/octet-stream"), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn deposit_original(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<Response, Problem> {
    super::applied(&actor)?;
    let (deposit, bytes) = ::custody::original(&house.db, &house.objects, &actor, DepositId(id)).await?;
    let media = HeaderValue::from_str(&deposit.media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_DISPOSITION, attachment(&deposit.file_name)),
    ];
    Ok((headers, bytes).into_response())
}

/// RFC 6266: the name as it was deposited, in the form that takes every character.
pub(super) fn attachment(name: &str) -> HeaderValue {
    let mut text = "attachment; filename*=UTF-8''".to_owned();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_japanese_name_survives_the_header() {
        assert_eq!(
            attachment("図面 1.dwg").to_str().unwrap(),
            "attachment; filename*=UTF-8''%E5%9B%B3%E9%9D%A2%201.dwg"
        );
    }
}
