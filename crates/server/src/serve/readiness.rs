//! `/healthz` and `/readyz`.

use std::time::Duration;

use api::Problem;
use axum::{
    Json, extract,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;
use std::sync::Arc;

/// What readiness looks at. (Migrations and self-tests are behind the program when it listens.)
#[derive(Clone)]
pub struct Watched {
    /// Chains the journal.
    pub journal: journal::Sequencer,
    /// Integrates the log.
    pub log: Arc<log::Sequencer>,
    /// Where the status listener is.
    pub status_url: String,
}

/// The same limit as for new acts (law 3).
const PATIENCE: Duration = Duration::from_secs(60);

/// `GET /healthz`: the process answers.
pub async fn alive() -> Json<serde_json::Value> {
    Json(json!({ "alive": true, "version": env!("CARGO_PKG_VERSION") }))
}

/// `GET /readyz`: migrated, self-test signature passed, nothing behind by more than a minute.
pub async fn ready(extract::State(watched): extract::State<Watched>) -> Response {
    let mut missing = Vec::new();
    if watched.journal.lagging() {
        missing.push("操作の記録の連鎖が、1分より遅れています");
    }
    if watched.log.lag() > PATIENCE {
        missing.push("証跡ログの記録が、1分より遅れています");
    }
    if missing.is_empty() {
        return Json(json!({ "ready": true, "status_url": watched.status_url })).into_response();
    }
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "not_ready",
        format!("{}。", missing.join("。")),
        "少し待って、もう一度お試しください。続くときは cectrust doctor で調べてください。",
    )
    .into_response()
}
