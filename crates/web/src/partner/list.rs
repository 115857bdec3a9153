//! `GET /partners`: 取引先 and where each consent stands; who asks us comes first.

use accounts::Signer;
use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use contracts::{Among, Partner, PartnerId, PartnerLine, Standing};
use foundation::Actor;
use store::unit;

use crate::{
    Entries, House, SignedIn, Sorry, Visit,
    layout::page_with,
    paging::{Asked, ONE_MORE, older},
    words,
};

/// One line.
struct Row {
    id: String,
    name: String,
    user_id: String,
    state: &'static str,
    badge: &'static str,
    says: String,
    has_record: bool,
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
    typed: Typed,
    older: Option<String>,
    is_first: bool,
}

/// Requests to answer, which stand whole above the list; more come as these are answered.
const TO_ANSWER: i64 = 200;

/// What was typed in the form that failed.
#[derive(Default)]
pub(super) struct Typed {
    /// Which form: the id of the request that is answered, or `new`.
    form: String,
    to: String,
    /// What was ticked: kinds and signers.
    ticked: Vec<String>,
}

impl Typed {
    pub(super) fn of(form: &str, entries: &Entries) -> Self {
        let ticked = [entries.all("kind"), entries.all("signer")].concat();
        Self {
            form: form.to_owned(),
            to: entries.text("to").to_owned(),
            ticked: ticked.into_iter().map(str::to_owned).collect(),
        }
    }
    /// Whether this form is the one that failed.
    fn is_of(&self, form: &str) -> bool {
        self.form == form
    }
    /// Whether a box is ticked: as it was sent, at first all.
    fn has(&self, form: &str, value: &str) -> bool {
        self.form != form || self.ticked.iter().any(|ticked| ticked == value)
    }
}

/// What was just done on the page.
#[derive(Default)]
pub(super) struct Done<'a> {
    said: Option<&'a str>,
    failed: Option<Sorry>,
    typed: Typed,
}

impl<'a> Done<'a> {
    pub(super) fn said(said: &'a str) -> Self {
        Self {
            said: Some(said),
            ..Self::default()
        }
    }
    pub(super) fn failed(sorry: Sorry, typed: Typed) -> Self {
        Self {
            said: None,
            failed: Some(sorry),
            typed,
        }
    }
}

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    drawn(&house, &visit, Done::default(), asked.before.map(PartnerId)).await
}

/// The page, with what was done or what went wrong.
pub(super) async fn again(house: &House, visit: &Visit, done: Done<'_>) -> Result<Response, Sorry> {
    drawn(house, visit, done, None).await
}

async fn drawn(house: &House, visit: &Visit, done: Done<'_>, before: Option<PartnerId>) -> Result<Response, Sorry> {
    let (by, clerk) = (visit.actor(), visit.viewer.registers());
    let (waiting, among) = match clerk {
        true => (Partner::list(&house.db, by, Among::ToAnswer, None, TO_ANSWER).await?, Among::Others),
        false => (Vec::new(), Among::All),
    };
    let mut lines = Partner::list(&house.db, by, among, before, ONE_MORE).await?;
    let older = older(&mut lines, |line| line.id.to_string());
    let signers = match by {
        Actor::Member(member) => {
            let company = member.company;
            unit!(house.db, |unit| accounts::signers_of(unit, by, company).await).await?
        }
        Actor::Nobody | Actor::Operator(_) | Actor::System { .. } => Vec::new(),
    };
    let rows = |lines: &[PartnerLine]| lines.iter().map(|line| Row::of(line, visit)).collect();
    let Done { said, failed, typed } = done;
    let status = if failed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(page_with(
        status,
        &List {
            visit,
            waiting: rows(&waiting),
            rows: rows(&lines),
            signers,
            clerk,
            company: company(visit),
            said,
            failed: failed.as_ref(),
            typed,
            older,
            is_first: before.is_none(),
        },
    ))
}
