//! `GET /cases`: 案件一覧. One's own turn first; one line says where each stands.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contracts::{Case, CaseId, CaseLine, Side};
use serde::Deserialize;

use super::turn::{Group, badge, since, turn};
use crate::{House, SignedIn, Sorry, Visit, layout::page, words};

/// What is wanted of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    show: String,
    before: Option<uuid::Uuid>,
}

/// One line.
pub(crate) struct Row {
    pub id: String,
    pub title: String,
    pub number: String,
    pub state: &'static str,
    pub badge: &'static str,
    pub group: Group,
    pub now: String,
    pub since: String,
    pub partner: String,
    pub amount: String,
    pub formed: String,
    pub act: Option<(&'static str, &'static str)>,
    pub signed: usize,
    pub has_one: bool,
    pub has_two: bool,
    pub is_sealed: bool,
    pub is_kept: bool,
}

impl Row {
    pub(crate) fn of(line: &CaseLine, visit: &Visit) -> Self {
        let turn = turn(line, &visit.viewer);
        Self {
            id: line.id.to_string(),
            title: line.title.clone(),
            number: line.contract_number.clone(),
            state: line.state.word(),
            badge: badge(line.state),
            group: turn.group,
            now: turn.now,
            since: since(line, visit.now),
            partner: match line.side {
                Side::A => line.b_name.clone().unwrap_or_else(|| "（承諾待ち）".to_owned()),
                Side::B => line.a_name.clone(),
            },
            amount: words::yen(line.amount),
            formed: line.formed.map_or_else(String::new, |at| words::day(at.date_in_japan())),
            act: turn.act,
            signed: turn.signed,
            has_one: turn.signed > 0,
            has_two: turn.signed > 1,
            is_sealed: line.sealed.is_some(),
            is_kept: line.kept.is_some(),
        }
    }
    pub(crate) fn has(&self, wanted: &str) -> bool {
        let fold = |text: &str| japan::fold(text).to_lowercase().replace([',', '¥', ' '], "");
        let wanted = fold(wanted);
        [&self.title, &self.number, &self.partner, &self.amount, &self.formed]
            .iter()
            .any(|text| fold(text).contains(&wanted))
    }
}

#[derive(Template)]
#[template(path = "case/list.html")]
struct List<'a> {
    visit: &'a Visit,
    q: &'a str,
    show: &'a str,
    all: usize,
    my_turns: usize,
    pills: [(&'static str, &'static str, usize); 5],
    mine: Vec<&'a Row>,
    others: Vec<&'a Row>,
    done: Vec<&'a Row>,
    drafts: Vec<&'a Row>,
    closed: Vec<&'a Row>,
    older: Option<String>,
    clerk: bool,
    found: usize,
}

const AT_ONCE: i64 = 100;

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    if matches!(visit.viewer.kind(), crate::session::Kind::Company) {
        return Ok(crate::layout::onward("/company"));
    }
    let lines = Case::list(&house.db, visit.actor(), asked.before.map(CaseId), AT_ONCE).await?;
    let older = (i64::try_from(lines.len()).unwrap_or(0) == AT_ONCE)
        .then(|| lines.last().map(|line| line.id.to_string()))
        .flatten();
    let rows: Vec<Row> = lines.iter().map(|line| Row::of(line, &visit)).collect();
    let count = |group| rows.iter().filter(|row| row.group == group).count();
    let q = asked.q.trim();
    let pick = |group, word: &str| -> Vec<&Row> {
        rows.iter()
            .filter(|row| row.group == group && (asked.show.is_empty() || asked.show == word) && (q.is_empty() || row.has(q)))
            .collect()
    };
    let (mine, others, done, drafts, closed) = (
        pick(Group::Mine, "mine"),
        pick(Group::Others, "others"),
        pick(Group::Done, "done"),
        pick(Group::Draft, "draft"),
        pick(Group::Closed, "closed"),
    );
    Ok(page(&List {
        visit: &visit,
        q,
        show: &asked.show,
        all: rows.len(),
        my_turns: count(Group::Mine),
        pills: [
            ("mine", "自分の番", count(Group::Mine)),
            ("others", "ほかの方の番", count(Group::Others)),
            ("done", "成立した契約", count(Group::Done)),
            ("draft", "下書き", count(Group::Draft)),
            ("closed", "差戻し・謝絶", count(Group::Closed)),
        ],
        found: mine.len() + others.len() + done.len() + drafts.len() + closed.len(),
        mine,
        others,
        done,
        drafts,
        closed,
        older,
        clerk: visit.viewer.registers(),
    }))
}
