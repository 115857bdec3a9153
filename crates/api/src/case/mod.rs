//! 案件: one contract between two desks.

pub mod bundle;
pub mod complete;
pub mod confirm;
pub mod create;
pub mod document;
pub mod edit;
pub mod findings;
pub mod list;
pub mod move_deadline;
pub mod name_signer;
pub mod originality;
pub mod prepare;
pub mod put_document;
pub mod put_signed;
pub mod refuse;
pub mod return_it;
pub mod send;
pub mod send_back;
pub mod show;
pub mod withdraw;

use contracts::{CaseId, Fields, PartnerId, state::State};
use foundation::{Date, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Problem;

/// The fields of 契約書 1対1.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaseEntry)]
pub struct Entry {
    /// 案件名.
    title: String,
    /// 契約番号, unique per desk.
    contract_number: String,
    /// 契約日, `2026-11-24`.
    contract_date: String,
    /// 契約金額 税込 in yen; none: 「金額なし」.
    amount: Option<i64>,
    /// 工期, from.
    period_from: Option<String>,
    /// 工期, to.
    period_to: Option<String>,
    /// 返送の期限, `2026-11-30`: the day by which the other side is asked to return it; none: no deadline.
    reply_by: Option<String>,
    /// 取引先.
    #[schema(value_type = String)]
    partner: uuid::Uuid,
    /// Own 署名者 (`listSigners`).
    #[schema(value_type = String)]
    signer: uuid::Uuid,
    /// The other side's 署名者, one of those its consent names; may be left to it.
    #[schema(value_type = Option<String>)]
    partner_signer: Option<uuid::Uuid>,
}

/// Reads a day.
fn date(text: &str) -> Result<Date, Problem> {
    text.parse()
        .map_err(|_| Problem::bad_request(format!("日付「{text}」を読めません。2026-11-24 のように書いてください。")))
}

impl Entry {
    fn fields(self) -> Result<Fields, Problem> {
        let period = match (&self.period_from, &self.period_to) {
            (Some(from), Some(to)) => Some((date(from)?, date(to)?)),
            (None, None) => None,
            _ => return Err(Problem::bad_request("工期は、着手の日と完成の日の両方を書いてください。")),
        };
        Ok(Fields {
            contract_date: date(&self.contract_date)?,
            title: self.title,
            contract_number: self.contract_number,
            amount: self.amount,
            period,
            reply_by: self.reply_by.as_deref().map(date).transpose()?,
            partner: PartnerId(self.partner),
            a_signer: PersonId(self.signer),
            b_signer: self.partner_signer.map(PersonId),
        })
    }
}

/// A case that has moved.
#[derive(Debug, Serialize, ToSchema)]
pub struct Moved {
    /// The case.
    id: String,
    /// Where it stood.
    from: &'static str,
    /// Where it stands.
    state: &'static str,
    /// What that means now.
    sentence: String,
}

impl Moved {
    fn new(id: CaseId, from: State, to: State) -> Self {
        Self {
            id: id.to_string(),
            from: from.word(),
            state: to.word(),
            sentence: to.sentence().to_owned(),
        }
    }
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// For the other side.
    #[serde(default)]
    reason: String,
}
