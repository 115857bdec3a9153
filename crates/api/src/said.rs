//! From the errors of the rooms to problems: code, sentence and next step are theirs; the status is chosen here, by the code.

use axum::http::StatusCode;

use crate::Problem;

/// Which status a code answers with. What is not named is a conflict with the state of the thing: 409.
const STATUS: &[(StatusCode, &[&str])] = &[
    (
        StatusCode::UNAUTHORIZED,
        &[
            "not_signed_in",
            "wrong_sign_in",
            "agent_code_unknown",
            "agent_code_used",
            "agent_code_lapsed",
        ],
    ),
    (
        StatusCode::FORBIDDEN,
        &[
            "company_id_cannot_contract",
            "company_id_cannot_deposit",
            "service_not_applied_for",
            "not_a_clerk",
            "not_the_signer",
            "not_your_side",
            "operator_only",
            "two_persons_needed",
            "secret_wrong",
            "pin_wrong",
            "pin_needed",
        ],
    ),
    (
        StatusCode::NOT_FOUND,
        &[
            "not_found",
            "invitation_unknown",
            "invitation_used",
            "invitation_replaced",
            "invitation_lapsed",
        ],
    ),
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        &[
            "bad_entry",
            "weak_password",
            "choose_seat",
            "no_such_seat",
            "pin_mistyped",
            "file_empty",
            "file_name_missing",
            "request_unreadable",
            "request_unproven",
            "key_refused",
            "key_not_allowed",
            "csr_invalid",
            "self_test_wrong",
            "signature_wrong",
            // What was uploaded is not what may be uploaded.
            "signature_invalid",
            "signer_revoked",
            "ca_not_agreed",
            "not_a_continuation",
            "nothing_added",
            "wrong_field",
            "no_signature_added",
            "several_signatures_added",
            "wrong_signer",
            "object_freed",
            "page_changed",
            "annotation_added",
            "changed_more_than_allowed",
        ],
    ),
    (StatusCode::LOCKED, &["sign_in_locked", "pin_locked", "secret_locked"]),
    (StatusCode::TOO_MANY_REQUESTS, &["too_many_requests", "download_pin_mails_used"]),
    (StatusCode::NOT_IMPLEMENTED, &["not_yet", "printer_not_built_in"]),
    (StatusCode::PAYLOAD_TOO_LARGE, &["file_too_large"]),
    (StatusCode::INSUFFICIENT_STORAGE, &["storage_full"]),
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        &[
            "storage_failed",
            "database_failed",
            "log_failed",
            "original_damaged",
            "template_broken",
        ],
    ),
    (
        StatusCode::SERVICE_UNAVAILABLE,
        &[
            "tsa_failed",
            "status_failed",
            "evidence_failed_tsa",
            "authority_not_ready",
            "signer_failed",
            "mail_failed",
            "fonts_missing",
            "glyph_missing",
        ],
    ),
];

/// A problem in the words of a room.
pub(crate) fn problem(code: &str, sentence: String, next: String, cause: &dyn std::fmt::Display) -> Problem {
    if matches!(code, "internal" | "broken" | "store") {
        return Problem::broken(cause);
    }
    let status = status(code);
    if status.is_server_error() {
        tracing::warn!(%code, %cause, "a request was answered with {status}: {cause}");
    }
    Problem::new(status, code, sentence, next)
}

fn status(code: &str) -> StatusCode {
    STATUS.iter().find(|(_, codes)| codes.contains(&code)).map_or_else(
        // What was uploaded is not what may be uploaded: the request itself is at fault.
        || {
            if code.starts_with("pdf_") || code.starts_with("upload_") {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::CONFLICT
            }
        },
        |(status, _)| *status,
    )
}

/// `said!(accounts::Error, …)`: those errors become problems.
macro_rules! said {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Problem {
            fn from(error: $error) -> Self {
                problem(error.code(), error.sentence(), error.next(), &error)
            }
        }
    )*};
}
said!(
    accounts::Error,
    certification::Error,
    signing::Error,
    contracts::Error,
    ::custody::Error
);

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        Self::broken(&error)
    }
}
