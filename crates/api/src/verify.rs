//! `POST /api/verify`

use axum::{Json, extract::State};
use pades::{Report, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{House, Problem, extract::Continued};

/// What was found; the words are those of EN 319 102-1.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    /// `valid`, `altered`, `undecidable`, `unsigned`.
    verdict: &'static str,
    /// One line a signature.
    #[schema(value_type = Vec<Object>)]
    signatures: Vec<pades::SignatureReport>,
    /// One line a time-stamp.
    #[schema(value_type = Vec<Object>)]
    timestamps: Vec<pades::TimestampReport>,
    /// What changes no verdict.
    warnings: Vec<String>,
}

/// PDFの署名とタイムスタンプを検証します。サインインは要りません。このサービスの認証局だけを信頼します。
#[utoipa::path(post, path = "/api/verify", operation_id = "verifyDocument", tag = "verify",
    request_body(content = String, content_type = "application/pdf"),
    responses((status = 200, body = Found), (status = 422, body = Problem)))]
pub async fn verify_document(State(house): State<House>, Continued(bytes): Continued) -> Result<Json<Found>, Problem> {
    let (trust, now) = (house.signing.trust().clone(), house.now());
    let report = jobs::work(move || pades::validate(&bytes, &trust, now, None)).await;
    match report {
        Ok(report) => Ok(Json(report.into())),
        Err(error) => Err(Problem::new(
            axum::http::StatusCode::UNPROCESSABLE_ENTITY,
            "pdf_unreadable",
            format!("PDFとして読めません（{error}）。"),
            "ファイルが途中で切れていないかを確かめ、もう一度お試しください。",
        )),
    }
}

impl From<Report> for Found {
    fn from(report: Report) -> Self {
        let verdict = match report.verdict() {
            Verdict::Valid => "valid",
            Verdict::Altered => "altered",
            Verdict::Undecidable => "undecidable",
            Verdict::Unsigned => "unsigned",
        };
        Self {
            verdict,
            signatures: report.signatures,
            timestamps: report.timestamps,
            warnings: report.warnings,
        }
    }
}
