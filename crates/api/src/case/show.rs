//! `GET /api/cases/{id}`

use axum::{Json, extract::State};
use contracts::{Case, CaseId, CaseView, Reading};
use foundation::Instant;
use serde::Serialize;
use store::unit;
use utoipa::ToSchema;

use crate::{At, House, Problem, caller::Caller, case::list::Line, partner::Named};

/// A case in full.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseShown)]
pub struct Shown {
    /// Its line.
    #[serde(flatten)]
    line: Line,
    /// What that means now.
    sentence: String,
    /// 取引先.
    partner: String,
    /// 工期, from.
    period_from: Option<String>,
    /// 工期, to.
    period_to: Option<String>,
    /// A's 署名者.
    a_signer: Option<Named>,
    /// B's 署名者.
    b_signer: Option<Named>,
    /// A's signature field.
    a_field: Option<String>,
    /// B's signature field.
    b_field: Option<String>,
    /// Proven time of A's signature.
    a_signed: Option<String>,
    /// Proven time of B's signature; to A only after 返送.
    b_signed: Option<String>,
    /// First opened by B.
    viewed: Option<String>,
    /// 返送.
    returned: Option<String>,
    /// A took note.
    confirmed: Option<String>,
    /// 差戻し, 謝絶, 取下げ.
    closed: Option<String>,
    /// Its reason.
    reason: Option<String>,
    /// The failed seal, if the last try failed.
    seal_failure: Option<Failure>,
    /// The deposit of the original.
    deposit: Option<String>,
    /// The stages of the file that this person may read; each is a byte prefix of the next.
    stages: Vec<Stage>,
    /// What this person may do now, as operationIds.
    may: Vec<&'static str>,
}

/// A failed seal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failure {
    /// Stable code, e.g. `seal_failed_tsa`.
    code: String,
    /// Why, in words.
    reason: &'static str,
    /// Tries so far.
    tries: i64,
    /// When the next one begins.
    next_try: Option<String>,
}

/// A stage of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stage {
    /// `uploaded`, `0-registered`, `1-signed-a`, `2-returned-b`, `3-concluded`.
    name: &'static str,
    /// SHA-256, hex.
    sha256: String,
    /// Size.
    bytes: i64,
    /// When.
    made: String,
}

impl From<CaseView> for Shown {
    fn from(view: CaseView) -> Self {
        let time = |time: Option<Instant>| time.map(Instant::rfc3339_japan);
        let named = |person: Option<contracts::NamedPerson>| person.map(|person| Named::new(person.person, person.name));
        Self {
            line: view.line.into(),
            sentence: view.sentence,
            partner: view.partner.to_string(),
            period_from: view.period_from.map(|date| date.to_string()),
            period_to: view.period_to.map(|date| date.to_string()),
            a_signer: named(view.a_signer),
            b_signer: named(view.b_signer),
            a_field: view.a_field,
            b_field: view.b_field,
            a_signed: time(view.a_signed),
            b_signed: time(view.b_signed),
            viewed: time(view.viewed),
            returned: time(view.returned),
            confirmed: time(view.confirmed),
            closed: time(view.closed),
            reason: view.reason,
            seal_failure: view.seal_failure.map(|failure| Failure {
                reason: failure.sentence(),
                code: failure.code,
                tries: failure.tries,
                next_try: time(failure.next_try),
            }),
            deposit: view.deposit.map(|deposit| deposit.to_string()),
            stages: view
                .stages
                .into_iter()
                .map(|stage| Stage {
                    name: stage.name.word(),
                    sha256: stage.sha256,
                    bytes: stage.bytes,
                    made: stage.made.rfc3339_japan(),
                })
                .collect(),
            may: view.may,
        }
    }
}

/// 案件の内容、いまの状況、いまできること。
#[utoipa::path(get, path = "/api/cases/{id}", operation_id = "getCase", tag = "case",
    params(("id" = String, Path)),
    responses((status = 200, body = Shown), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub async fn show_case(State(house): State<House>, Caller(actor): Caller, At(id): At<uuid::Uuid>) -> Result<Json<Shown>, Problem> {
    let (now, actor) = (house.now(), &actor);
    let view = unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, actor, CaseId(id)).await?;
        Case::viewed(&case, unit, now).await?;
        Case::view(&case, unit).await
    })
    .await?;
    Ok(Json(view.into()))
}
