//! All endpoints, and the OpenAPI document they make together.

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{House, Problem, agent, case, certificate, custody, enrolment, operator, partner, refusals, session, verify};

/// The largest document: 50 MB.
pub const LARGEST_DOCUMENT: usize = ::custody::LARGEST_FILE;
/// The largest JSON body. (Documents are received by [`crate::Upload`], with limits of their own.)
const LARGEST_FORM: usize = 1024 * 1024;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "CECTRUST API",
        description = "CECTRUST 電子契約サービス、原本保管サービス、CECSIGN 認証局の入口。断りと失敗は RFC 9457 の problem document（code, detail, next）で答えます。",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
    ),
    components(schemas(Problem))
)]
struct Document;

fn endpoints() -> OpenApiRouter<House> {
    use utoipa::OpenApi as _;
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(
            session::sign_in::sign_in,
            session::show::show_session,
            session::sign_out::sign_out
        ))
        .routes(routes!(session::accept::accept_invitation))
        .routes(routes!(partner::register::register_partner, partner::list::list_partners))
        .routes(routes!(
            partner::answer::answer_consent,
            partner::record::show_consent,
            partner::withdraw::withdraw_consent
        ))
        .routes(routes!(partner::signers::list_signers))
        .routes(routes!(case::create::create_case, case::list::list_cases))
        .routes(routes!(case::show::show_case, case::edit::edit_case))
        .routes(routes!(case::put_document::put_document, case::document::document))
        .routes(routes!(case::findings::list_findings))
        .routes(routes!(case::prepare::prepare_signature))
        .routes(routes!(case::complete::complete_signature))
        .routes(routes!(case::put_signed::put_signed_document))
        .routes(routes!(case::move_deadline::move_deadline))
        .routes(routes!(case::name_signer::name_signer))
        .routes(routes!(case::send::send_case))
        .routes(routes!(case::return_it::return_case))
        .routes(routes!(case::send_back::send_back_case))
        .routes(routes!(case::refuse::refuse_case))
        .routes(routes!(case::withdraw::withdraw_case))
        .routes(routes!(case::confirm::confirm_case))
        .routes(routes!(case::bundle::evidence_bundle))
        .routes(routes!(case::originality::originality_certificate))
        .routes(routes!(verify::verify_document))
        .routes(routes!(enrolment::list::list_enrolments))
        .routes(routes!(enrolment::begin::begin_enrolment))
        .routes(routes!(enrolment::request::submit_request))
        .routes(routes!(enrolment::download_pin::confirm_download_pin))
        .routes(routes!(enrolment::resend::resend_download_pin))
        .routes(routes!(enrolment::receipt::confirm_receipt))
        .routes(routes!(enrolment::agent_code::enrolment_agent_code))
        .routes(routes!(certificate::list::list_certificates))
        .routes(routes!(certificate::show::show_certificate))
        .routes(routes!(certificate::revoke::request_revocation))
        .routes(routes!(agent::hello::hello))
        .routes(routes!(agent::csr::submit_csr))
        .routes(routes!(agent::certificate::fetch_certificate))
        .routes(routes!(agent::self_test::self_test))
        .routes(routes!(agent::to_sign::to_sign))
        .routes(routes!(agent::document::document))
        .routes(routes!(agent::signature::signature))
        .routes(routes!(custody::deposit::deposit, custody::list::list_deposits))
        .routes(routes!(custody::show::show_deposit))
        .routes(routes!(custody::original::deposit_original))
        .routes(routes!(custody::bundle::deposit_bundle))
        .routes(routes!(custody::originality::deposit_originality))
        .routes(routes!(custody::receipt::deposit_receipt))
        .routes(routes!(operator::subject::propose_subject))
        .routes(routes!(operator::proposals::list_proposals))
        .routes(routes!(operator::letter::order_letter))
        .routes(routes!(operator::approve::approve_proposal))
        .routes(routes!(operator::refuse::refuse_proposal))
}

/// The OpenAPI document alone.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut document = endpoints().into_openapi();
    refusals::complete(&mut document);
    document
}

/// The endpoints under `/api`, ready to be merged.
pub fn router(house: House) -> Router {
    let (router, _) = endpoints().split_for_parts();
    let document = Json(openapi());
    let guard = axum::middleware::from_fn_with_state(house.clone(), only_while_noted);
    router
        .route("/api/openapi.json", get(move || async move { document }))
        .route("/api/{*unknown}", axum::routing::any(|| async { Problem::not_found() }))
        .method_not_allowed_fallback(|| async { Problem::wrong_method() })
        .layer(guard)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .with_state(house)
}

/// An act that could not be noted does not begin: a journal more than a minute behind stops every write, and says so.
async fn only_while_noted(State(house): State<House>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) && (house.lagging)() {
        return Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "journal_behind",
            "操作の記録が1分より遅れているため、新しい操作を止めています。お預かりしたものは失われていません。",
            "少し待って、もう一度お試しください。続くときは運営者に連絡してください。",
        )
        .into_response();
    }
    next.run(request).await
}
