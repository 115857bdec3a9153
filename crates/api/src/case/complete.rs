//! `POST /api/cases/{id}/signature/complete`

use axum::{Json, extract::State};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use contracts::{Case, CaseId, Done, SignatureBy};
use foundation::Secret;
use keys::HolderSecret;
use serde::{Deserialize, Serialize};
use signing::ActId;
use utoipa::ToSchema;

use crate::{At, Body, House, Problem, caller::Caller};

/// The signature value (from a token), or the 署名の合言葉 of a server-held key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignatureEntry)]
pub struct Entry {
    /// From `prepareSignature`.
    #[schema(value_type = String)]
    act: uuid::Uuid,
    /// RSA PKCS#1 v1.5, or ECDSA as DER; base64.
    signature: Option<String>,
    /// Five words.
    #[schema(value_type = Option<String>)]
    secret: Option<Secret<String>>,
}

/// A signature that is part of the case now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Signed {
    /// Where the case stood.
    pub(crate) from: &'static str,
    /// Where the case stands.
    pub(crate) state: &'static str,
    /// The proven time.
    pub(crate) signed_at: String,
    /// SHA-256 of the new stage, hex.
    pub(crate) sha256: String,
    /// What was found about the signature.
    #[schema(value_type = Object)]
    pub(crate) report: pades::SignatureReport,
}

impl From<Done> for Signed {
    fn from(done: Done) -> Self {
        let from = if done.state == contracts::state::State::Signed {
            "draft"
        } else {
            "waiting"
        };
        Self {
            from,
            state: done.state.word(),
            signed_at: done.signed_at.rfc3339_japan(),
            sha256: done.sha256,
            report: done.report,
        }
    }
}

/// 署名を完了します：署名値を確かめ、タイムスタンプと検証情報を付けます。
#[utoipa::path(post, path = "/api/cases/{id}/signature/complete", operation_id = "completeSignature", tag = "case",
    params(("id" = String, Path)), request_body = Entry,
    responses((status = 200, body = Signed), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn complete_signature(
    State(house): State<House>,
    Caller(actor): Caller,
    At(id): At<uuid::Uuid>,
    Body(entry): Body<Entry>,
) -> Result<Json<Signed>, Problem> {
    let signature = match (entry.signature, entry.secret) {
        (Some(text), None) => SignatureBy::Value(
            STANDARD
                .decode(text)
                .map_err(|_| Problem::bad_request("署名値（signature）を base64 として読めません。"))?,
        ),
        (None, Some(secret)) => SignatureBy::Secret(HolderSecret::typed(secret.reveal())),
        _ => {
            return Err(Problem::bad_request(
                "署名値（signature）か署名の合言葉（secret）の、どちらかひとつを送ってください。",
            ));
        }
    };
    let done = Case::complete_signature(&house.contracts, &actor, CaseId(id), ActId(entry.act), signature, house.now()).await?;
    Ok(Json(done.into()))
}
