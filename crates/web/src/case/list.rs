//! `GET /cases`: 案件一覧. One's own turn first; one line says where each stands.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use contracts::{Case, CaseId, CaseLine, Part, Side};
use serde::Deserialize;

use super::{
    deadline::Until,
    turn::{Group, badge, since, turn},
};
use crate::{
    House, SignedIn, Sorry, Visit,
    layout::page,
    paging::{AT_ONCE, ONE_MORE},
    words,
};

/// What is wanted of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// What is searched for.
    #[serde(default)]
    pub q: String,
    /// Which part.
    #[serde(default)]
    pub show: String,
    /// The case after which a page goes on.
    pub before: Option<uuid::Uuid>,
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
    /// 返送の期限 of what is still open.
    pub until: Option<Until>,
    pub partner: String,
    pub amount: String,
    pub formed: String,
    pub act: Option<(&'static str, &'static str)>,
    pub signed: usize,
    pub has_one: bool,
    pub has_two: bool,
    pub is_sealed: bool,
    pub is_kept: bool,
    /// A mail about it did not arrive: why, and who can mend it.
    pub undelivered: Option<&'static str>,
    /// ユーザID of this side.
    pub desk: String,
    /// Who signs for this side.
    pub person: String,
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
            until: Until::of(line, visit.now),
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
            undelivered: None,
            desk: match line.side {
                Side::A => line.a_number.clone(),
                Side::B => line.b_number.clone().unwrap_or_default(),
            },
            person: match line.side {
                Side::A => line.a_signer_name.clone(),
                Side::B => line.b_signer_name.clone().unwrap_or_default(),
            },
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
    all: i64,
    my_turns: i64,
    pills: [(&'static str, &'static str, i64); 5],
    mine: Vec<&'a Row>,
    others: Vec<&'a Row>,
    done: Vec<&'a Row>,
    drafts: Vec<&'a Row>,
    closed: Vec<&'a Row>,
    /// The address of the next page.
    older: Option<String>,
    /// More of 自分の番 than one page shows.
    is_mine_cut: bool,
    is_first: bool,
    clerk: bool,
    found: usize,
}

/// One page of a part, and the last id if there are more.
pub(crate) async fn paged(
    house: &House,
    visit: &Visit,
    part: Part,
    q: &str,
    before: Option<CaseId>,
) -> Result<(Vec<Row>, Option<CaseId>), Sorry> {
    /// How many lines a search looks through for one page.
    const BATCH: i64 = 500;
    const BATCHES: usize = 20;
    let size = if q.is_empty() { ONE_MORE } else { BATCH };
    let (mut rows, mut last, mut from) = (Vec::new(), None, before);
    for _ in 0..BATCHES {
        let lines = Case::page(&house.db, visit.actor(), part, from, size).await?;
        let is_end = i64::try_from(lines.len()).unwrap_or(i64::MAX) < size;
        for line in &lines {
            if i64::try_from(rows.len()).unwrap_or(i64::MAX) == AT_ONCE {
                return Ok((rows, last));
            }
            let row = Row::of(line, visit);
            last = Some(line.id);
            if q.is_empty() || row.has(q) {
                rows.push(row);
            }
        }
        if is_end {
            return Ok((rows, None));
        }
        from = last;
    }
    Ok((rows, last))
}

/// Marks the cases about which a mail did not arrive.
pub(crate) async fn mark_undelivered(house: &House, rows: &mut [Row]) -> Result<(), Sorry> {
    let undelivered = mail::undelivered(&house.db).await?;
    for row in rows {
        row.undelivered = undelivered.get(&row.id).map(|wrong| super::undelivered::in_short(*wrong));
    }
    Ok(())
}

/// The address of the page after `last`.
pub(crate) fn onward_to(path: &str, show: &str, q: &str, last: CaseId) -> String {
    let (show, q) = (crate::door::escaped(show), crate::door::escaped(q));
    format!("{path}?show={show}&q={q}&before={last}")
}

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    if matches!(visit.viewer.kind(), crate::session::Kind::Company) {
        return Ok(crate::layout::onward("/company"));
    }
    let (q, before) = (asked.q.trim(), asked.before.map(CaseId));
    let counts = Case::counts(&house.db, visit.actor()).await?;
    let part = match asked.show.as_str() {
        "mine" => Part::Mine,
        "others" => Part::Others,
        "done" => Part::Done,
        "draft" => Part::Draft,
        "closed" => Part::Closed,
        _ => Part::Rest,
    };
    let (mut rows, last) = paged(&house, &visit, part, q, before).await?;
    let mut is_mine_cut = false;
    if part == Part::Rest && before.is_none() {
        // 自分の番 comes first and whole, however old it is.
        let (mut mine, more) = paged(&house, &visit, Part::Mine, q, None).await?;
        is_mine_cut = more.is_some();
        mine.append(&mut rows);
        rows = mine;
    }
    mark_undelivered(&house, &mut rows).await?;
    let pick = |group| -> Vec<&Row> { rows.iter().filter(|row| row.group == group).collect() };
    Ok(page(&List {
        visit: &visit,
        q,
        show: &asked.show,
        all: counts.total,
        my_turns: counts.mine,
        pills: [
            ("mine", "自分の番", counts.mine),
            ("others", "ほかの方の番", counts.others),
            ("done", "成立した契約", counts.done),
            ("draft", "下書き", counts.draft),
            ("closed", "差戻し・謝絶", counts.closed),
        ],
        found: rows.len(),
        mine: pick(Group::Mine),
        others: pick(Group::Others),
        done: pick(Group::Done),
        drafts: pick(Group::Draft),
        closed: pick(Group::Closed),
        older: last.map(|last| onward_to("/cases", &asked.show, q, last)),
        is_mine_cut,
        is_first: before.is_none(),
        clerk: visit.viewer.registers(),
    }))
}
