//! `GET /api/cases`

use axum::{Json, extract::State};
use contracts::{Case, CaseId, CaseLine};
use foundation::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Asked, House, Problem, caller::Caller};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Cases older than this one.
    #[param(value_type = Option<String>)]
    before: Option<uuid::Uuid>,
}

/// One line of the list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseLine)]
pub struct Line {
    /// The case.
    pub(super) id: String,
    /// Where it stands, as this person may know it.
    pub(super) state: &'static str,
    /// 案件名.
    title: String,
    /// 契約番号.
    contract_number: String,
    /// 契約日.
    contract_date: String,
    /// 契約金額 税込; none: 「金額なし」.
    amount: Option<i64>,
    /// 返送の期限, `2026-11-30`; none: no deadline. Its passing closes nothing.
    reply_by: Option<String>,
    /// Company of A.
    a_company: String,
    /// ユーザID of A.
    a_user_id: String,
    /// Company of B.
    b_company: Option<String>,
    /// ユーザID of B.
    b_user_id: Option<String>,
    /// On which side this person stands: `a` or `b`.
    side: &'static str,
    /// 登録.
    created: String,
    /// 送付.
    sent: Option<String>,
    /// 成立.
    formed: Option<String>,
    /// 封緘.
    sealed: Option<String>,
    /// 保管.
    kept: Option<String>,
}

impl From<CaseLine> for Line {
    fn from(line: CaseLine) -> Self {
        let time = |time: Option<Instant>| time.map(Instant::rfc3339_japan);
        Self {
            id: line.id.to_string(),
            state: line.state.word(),
            title: line.title,
            contract_number: line.contract_number,
            contract_date: line.contract_date.to_string(),
            amount: line.amount,
            reply_by: line.reply_by.map(|day| day.to_string()),
            a_company: line.a_name,
            a_user_id: line.a_number,
            b_company: line.b_name,
            b_user_id: line.b_number,
            side: line.side.word(),
            created: line.created.rfc3339_japan(),
            sent: time(line.sent),
            formed: time(line.formed),
            sealed: time(line.sealed),
            kept: time(line.kept),
        }
    }
}

/// 案件の一覧（新しい順、100件まで）。
#[utoipa::path(get, path = "/api/cases", operation_id = "listCases", tag = "case",
    params(Page),
    responses((status = 200, body = [Line]), (status = 403, body = Problem)))]
pub async fn list_cases(State(house): State<House>, Caller(actor): Caller, Asked(page): Asked<Page>) -> Result<Json<Vec<Line>>, Problem> {
    let lines = Case::list(&house.db, &actor, page.before.map(CaseId), 100).await?;
    Ok(Json(lines.into_iter().map(Line::from).collect()))
}
