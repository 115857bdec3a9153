//! `POST /api/cases/{id}/signature/prepare`

use axum::{Json, extract::State};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use certification::{Credential, LaunchId, LaunchSecret, Purpose, launch};
use contracts::{Case, CaseId};
use foundation::CertificateId;
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::ToSchema;

use crate::{At, Body, House, Problem, caller::Caller};

/// With which certificate.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignatureWish)]
pub struct Wish {
    /// The newest usable of an agreed kind, if left out.
    #[schema(value_type = Option<String>)]
    certificate: Option<uuid::Uuid>,
}

/// What the credential is to sign.
#[derive(Debug, Serialize, ToSchema)]
pub struct Prepared {
    /// The act, for `completeSignature`.
    act: String,
    /// The certificate.
    certificate: String,
    /// `token` or `server`.
    credential: &'static str,
    /// Until when the signature may come.
    expires: String,
    /// The signature field.
    field: String,
    /// SHA-256 of the stage that is signed, hex.
    document_sha256: String,
    /// The signed attributes (DER SET OF), base64: what is signed.
    to_sign: String,
    /// Their digest, base64, for tokens that sign digests.
    digest: String,
    /// `SHA-256` or `SHA-384`.
    digest_algorithm: String,
    /// A code for `cecsign-agent sign`, if the credential is a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    agent_code: Option<crate::once::Once>,
}

/// 署名の準備：保管している原本から、署名するものを作ります。
#[utoipa::path(post, path = "/api/cases/{id}/signature/prepare", operation_id = "prepareSignature", tag = "case",
    params(("id" = String, Path)), request_body = Wish,
    responses((status = 200, body = Prepared), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn prepare_signature(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(wish): Body<Wish>,
) -> Result<Json<Prepared>, Problem> {
    let (now, by) = (house.now(), &actor);
    let prepared = Case::prepare_signature(&house.contracts, by, CaseId(id), wish.certificate.map(CertificateId), now).await?;
    let agent_code = if prepared.credential == Credential::Token {
        let (launch_id, code, act) = (
            LaunchId::new(now, house.random()),
            LaunchSecret::code(house.random()),
            prepared.act.id.0,
        );
        unit!(house.db, |unit| launch(unit, by, launch_id, Purpose::Sign, act, &code, now).await).await?;
        Some(crate::once::Once::of(code.reveal()))
    } else {
        None
    };
    let waiting = prepared.act.prepared;
    Ok(Json(Prepared {
        act: prepared.act.id.to_string(),
        certificate: prepared.certificate.to_string(),
        credential: prepared.credential.word(),
        expires: prepared.act.expires.rfc3339_japan(),
        field: waiting.field,
        document_sha256: prepared.stage.sha256,
        to_sign: STANDARD.encode(&waiting.to_sign),
        digest: STANDARD.encode(&waiting.digest),
        digest_algorithm: waiting.digest_algorithm,
        agent_code,
    }))
}
