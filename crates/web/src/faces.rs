//! Pages for answers that no handler wrote: a wrong method, a body that is too long, a panic.

use std::sync::Arc;

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{House, Sorry, door::dressed, session, session::Viewer};

/// The stable word, what happened, and what to do, for a refusal without words of its own.
#[must_use]
pub const fn status_words(status: StatusCode) -> (&'static str, &'static str, &'static str) {
    match status {
        StatusCode::FORBIDDEN => (
            "forbidden",
            "この操作は、いまの利用者にはできません。何も変わっていません。",
            "はじめのページに戻り、できる操作を選んでください。",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "wrong_method",
            "このページでは、その操作はできません。何も変わっていません。",
            "はじめのページから開き、ページの中のボタンからやり直してください。",
        ),
        StatusCode::REQUEST_TIMEOUT => (
            "too_slow",
            "送信が途中で止まったため、受け取りをやめました。何も変わっていません。",
            "通信の状態を確かめて、もう一度送ってください。",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "file_too_large",
            "送られたものが大きすぎます（50 MBまで）。何も変わっていません。",
            "ファイルを小さくするか、分けて送ってください。",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            "encoding_not_taken",
            "圧縮して送られたもの（Content-Encoding）や、フォームでないものは受け取りません。何も変わっていません。",
            "圧縮せずに、そのままの形で送ってください。",
        ),
        StatusCode::URI_TOO_LONG | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => (
            "address_too_long",
            "アドレスが長すぎて読めません。何も変わっていません。",
            "はじめのページから開き直してください。",
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            "too_many",
            "短い間に操作が続いたため、少しお待ちいただいています。何も変わっていません。",
            "1分ほど待って、もう一度お試しください。",
        ),
        _ => (
            "request_not_understood",
            "送られた内容を読めませんでした。何も変わっていません。",
            "ページを開き直して、もう一度操作してください。",
        ),
    }
}

/// The page for a status that came without words.
pub async fn faced(house: &House, headers: &HeaderMap, path: &str, status: StatusCode) -> Response {
    let viewer = session::viewer(house, headers).await.unwrap_or_else(|_| Viewer::nobody(false));
    let sorry = match status {
        StatusCode::NOT_FOUND => Sorry::not_found(),
        // A number in the path that is none: there is no such page.
        StatusCode::BAD_REQUEST if path != "/" => Sorry::not_found(),
        status if status.is_server_error() => Sorry::broken(&format!("{status} without words at {path}")),
        status => {
            let (code, detail, next) = status_words(status);
            Sorry::new(status, code, detail, next)
        }
    };
    dressed(house, Arc::new(viewer), path.to_owned(), &sorry)
}
