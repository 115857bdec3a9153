//! `GET /api/partners`

use axum::{Json, extract::State};
use contracts::{Among, Partner, PartnerId, PartnerLine};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Asked, House, Problem, caller::Caller, partner::Uses};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Pairs older than this one.
    #[param(value_type = Option<String>)]
    before: Option<uuid::Uuid>,
}

/// One pair of desks with its consent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PartnerLine)]
pub struct Line {
    /// Its id.
    id: String,
    /// `asked`, `agreed`, `declined`, `withdrawn`.
    state: &'static str,
    /// ユーザID of who asked (甲).
    asker_user_id: String,
    /// His company.
    asker_company: String,
    /// ユーザID of who was asked (乙); told to 甲 only once it is agreed.
    partner_user_id: Option<String>,
    /// His company; likewise.
    partner_company: Option<String>,
    /// The address that was asked.
    mail: Option<String>,
    /// What 甲 uses.
    asker_uses: Uses,
    /// What 乙 uses.
    partner_uses: Option<Uses>,
    /// Version of the text.
    text_version: String,
    /// When it was asked.
    asked: String,
    /// When it was answered.
    answered: Option<String>,
    /// When it was withdrawn.
    ended: Option<String>,
}

impl From<PartnerLine> for Line {
    fn from(line: PartnerLine) -> Self {
        Self {
            id: line.id.to_string(),
            state: line.state.word(),
            asker_user_id: line.asker_number,
            asker_company: line.asker_name,
            partner_user_id: line.partner_number,
            partner_company: line.partner_name,
            mail: line.mail,
            asker_uses: line.asker_uses.into(),
            partner_uses: line.partner_uses.map(Uses::from),
            text_version: line.text_version,
            asked: line.asked.rfc3339_japan(),
            answered: line.answered.map(foundation::Instant::rfc3339_japan),
            ended: line.ended.map(foundation::Instant::rfc3339_japan),
        }
    }
}

/// 取引先と事前合意の一覧（新しい順、100件まで）。
#[utoipa::path(get, path = "/api/partners", operation_id = "listPartners", tag = "partner",
    params(Page),
    responses((status = 200, body = [Line]), (status = 403, body = Problem)))]
pub async fn list_partners(
    State(house): State<House>,
    Caller(actor): Caller,
    Asked(page): Asked<Page>,
) -> Result<Json<Vec<Line>>, Problem> {
    let lines = Partner::list(&house.db, &actor, Among::All, page.before.map(PartnerId), 100).await?;
    Ok(Json(lines.into_iter().map(Line::from).collect()))
}
