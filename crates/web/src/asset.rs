//! The style sheet, inside the binary.

use axum::{http::header, response::IntoResponse};

const STYLE: &str = include_str!("../assets/style.css");

/// `GET /assets/style.css`
pub async fn style() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, "text/css; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=300"),
        ],
        STYLE,
    )
}
