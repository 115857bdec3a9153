//! Files: lists, certificates, the log, and a page that says what is here.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::Responder;
use crate::responder::{plain, typed};

async fn file(responder: &Responder, name: &str, kind: &'static str, cache: &'static str) -> Response {
    let mut found = responder.0.memory.file(name);
    if found.is_none() {
        if let Err(error) = responder.refresh().await {
            tracing::warn!(%error, "the publications could not be read");
        }
        found = responder.0.memory.file(name);
    }
    match found {
        Some(published) => typed(kind, cache, published.body),
        None => plain(StatusCode::SERVICE_UNAVAILABLE, "まだ公開されていません。 / Not published yet.\n"),
    }
}

pub(crate) async fn ca_crl(State(responder): State<Responder>) -> Response {
    file(&responder, "ca.crl", "application/pkix-crl", "max-age=60").await
}
pub(crate) async fn root_crl(State(responder): State<Responder>) -> Response {
    file(&responder, "root.crl", "application/pkix-crl", "max-age=900").await
}
pub(crate) async fn issuing_cer(State(responder): State<Responder>) -> Response {
    file(&responder, "issuing.cer", "application/pkix-cert", "max-age=86400").await
}
pub(crate) async fn root_cer(State(responder): State<Responder>) -> Response {
    file(&responder, "root.cer", "application/pkix-cert", "max-age=86400").await
}

/// C2SP tlog-tiles: `checkpoint`, `tile/…`. Full tiles never change; the checkpoint and partial tiles do.
pub(crate) async fn log(State(responder): State<Responder>, Path(path): Path<String>) -> Response {
    let (kind, cache) = match path.as_str() {
        "checkpoint" => ("text/plain; charset=utf-8", "no-cache"),
        partial if partial.contains(".p/") => ("application/octet-stream", "no-cache"),
        _ => ("application/octet-stream", "max-age=86400, immutable"),
    };
    match log::published(&responder.0.db, &path).await {
        Ok(Some(bytes)) => typed(kind, cache, bytes),
        Ok(None) => plain(StatusCode::NOT_FOUND, "ここには何もありません。 / There is nothing here.\n"),
        Err(error) => {
            tracing::warn!(%error, "the log could not be read");
            plain(
                StatusCode::SERVICE_UNAVAILABLE,
                "ログを読み取れません。 / The log cannot be read.\n",
            )
        }
    }
}

pub(crate) async fn index() -> Response {
    plain(
        StatusCode::OK,
        "CECSIGN 公開情報 / CECSIGN repository\n\n\
         /g1/root.cer      ルート認証局証明書 / root certificate\n\
         /g1/issuing.cer   発行認証局証明書 / issuing CA certificate\n\
         /g1/root.crl      ルートの失効リスト / list of the root\n\
         /g1/ca.crl        発行認証局の失効リスト / list of the issuing CA\n\
         /g1/ocsp          OCSP (RFC 6960)\n\
         /g1/tsa           タイムスタンプ / time-stamps (RFC 3161)\n\
         /cps              認証業務規程 / practice statement\n\
         /log/checkpoint   証跡ログ / log (C2SP tlog-tiles)\n",
    )
}
