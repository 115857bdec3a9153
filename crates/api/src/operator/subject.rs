//! `POST /api/operator/subjects`

use accounts::proposals::{ProposalId, Proposed, propose};
use axum::{Json, extract::State, http::StatusCode};
use certification::{Credential, NewSubject, SubjectForm};
use foundation::PersonId;
use serde::{Deserialize, Serialize};
use store::unit;
use utoipa::ToSchema;

use crate::{Body, House, Problem, caller::Caller};

/// Whom to certify, and what the screener read in the papers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Propose {
    /// The person.
    #[schema(value_type = String)]
    person: uuid::Uuid,
    /// Name in roman letters, e.g. `TANAKA Ichiro`.
    romaji: String,
    /// 住民票 address: where the letter goes.
    address: String,
    /// Department as told by the company.
    #[serde(default)]
    department: String,
    /// `token` or `server`.
    #[schema(value_type = String)]
    credential: Credential,
}

/// A proposal that waits for a second person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Waiting {
    /// The proposal.
    proposal: String,
    /// One line for who decides.
    summary: String,
    /// The 発行申請番号 that will stand in the letter.
    number: String,
    /// The enrolment that approval will open.
    enrolment: String,
}

/// 電子証明書の利用者を提案します（審査）。承認は、別の人が行います。
#[utoipa::path(post, path = "/api/operator/subjects", operation_id = "proposeSubject", tag = "operator",
    request_body = Propose,
    responses((status = 201, body = Waiting), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn propose_subject(
    State(house): State<House>,
    Caller(actor): Caller,
    Body(entry): Body<Propose>,
) -> Result<(StatusCode, Json<Waiting>), Problem> {
    let (now, actor) = (house.now(), &actor);
    let id = ProposalId::new(now, house.random());
    let person = unit!(house.db, |unit| {
        if !matches!(actor, foundation::Actor::Operator(_)) {
            return Err(accounts::Error::Refused(foundation::Refused::OperatorOnly));
        }
        accounts::person(unit, actor, PersonId(entry.person)).await
    })
    .await?;
    let form = SubjectForm {
        romaji: entry.romaji,
        address: entry.address,
        department: entry.department,
        credential: entry.credential,
    };
    let subject = NewSubject::of(&person, form, now, house.random())?;
    unit!(house.db, |unit| propose(unit, actor, id, &subject, now).await).await?;
    Ok((
        StatusCode::CREATED,
        Json(Waiting {
            proposal: id.to_string(),
            summary: subject.summary(),
            number: subject.number().to_owned(),
            enrolment: subject.enrolment().to_string(),
        }),
    ))
}
