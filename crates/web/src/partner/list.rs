//! `GET /partners`: 取引先 and where each consent stands; who asks us comes first.

use accounts::Signer;
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use contracts::{Partner, PartnerLine, Standing};
use foundation::Actor;
use store::unit;

use crate::{House, SignedIn, Sorry, Visit, layout::page_with, words};

/// One line.
struct Row {
    id: String,
    name: String,
    user_id: String,
    state: &'static str,
    badge: &'static str,
    says: String,
    has_record: bool,
    can_answer: bool,
    can_end: bool,
    uses: String,
}

impl Row {
    fn of(line: &PartnerLine, visit: &Visit) -> Self {
        let clerk = visit.viewer.registers();
        let mine = visit.actor().desk() == Some(line.asker_desk) || line.asker_name == company(visit);
        let (name, number) = if mine {
            (
                line.partner_name.clone().or_else(|| line.mail.clone()),
                line.partner_number.clone().unwrap_or_default(),
            )
        } else {
            (Some(line.asker_name.clone()), line.asker_number.clone())
        };
        let day = |at: Option<foundation::Instant>| at.map_or_else(String::new, |at| words::day(at.date_in_japan()));
        let asked = words::day(line.asked.date_in_japan());
        let (badge, says) = match (line.state, mine) {
            (Standing::Asked, true) => ("回答待ち", format!("{asked} に依頼しました。相手の番です")),
            (Standing::Asked, false) => ("依頼が届いています", format!("{asked} に届きました。あなたの番です")),
            (Standing::Agreed, _) => ("承諾あり", format!("{} 双方向の承諾", day(line.answered))),
            (Standing::Declined, true) => ("承諾なし", format!("{} 相手が承諾しませんでした", day(line.answered))),
            (Standing::Declined, false) => ("承諾なし", format!("{} 承諾しませんでした", day(line.answered))),
            (Standing::Withdrawn, _) => ("撤回", format!("{} に撤回。成立済みの契約には影響しません", day(line.ended))),
        };
        Self {
            id: line.id.to_string(),
            name: name.unwrap_or_else(|| "ユーザIDで依頼した取引先".to_owned()),
            user_id: number,
            state: line.state.word(),
            badge,
            says,
            has_record: line.text.is_some(),
            can_answer: clerk && !mine && line.state == Standing::Asked,
            can_end: clerk && matches!(line.state, Standing::Agreed | Standing::Asked),
            uses: line.asker_uses.japanese(),
        }
    }
}

fn company(visit: &Visit) -> String {
    visit.viewer.me.as_ref().and_then(|me| me.company.clone()).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "partner/list.html")]
struct List<'a> {
    visit: &'a Visit,
    waiting: Vec<Row>,
    rows: Vec<Row>,
    signers: Vec<Signer>,
    clerk: bool,
    company: String,
    said: Option<&'a str>,
    failed: Option<&'a Sorry>,
}

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn) -> Result<Response, Sorry> {
    again(&house, &visit, None, None).await
}

/// The page, with what was done or what went wrong.
pub(super) async fn again(house: &House, visit: &Visit, said: Option<&str>, failed: Option<Sorry>) -> Result<Response, Sorry> {
    let by = visit.actor();
    let lines = Partner::list(&house.db, by).await?;
    let signers = match by {
        Actor::Member(member) => {
            let company = member.company;
            unit!(house.db, |unit| accounts::signers_of(unit, by, company).await).await?
        }
        Actor::Nobody | Actor::Operator(_) | Actor::System { .. } => Vec::new(),
    };
    let (waiting, rows) = lines.iter().map(|line| Row::of(line, visit)).partition(|row: &Row| row.can_answer);
    let status = if failed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(page_with(
        status,
        &List {
            visit,
            waiting,
            rows,
            signers,
            clerk: visit.viewer.registers(),
            company: company(visit),
            said,
            failed: failed.as_ref(),
        },
    ))
}
