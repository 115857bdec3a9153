//! `GET /company`

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use certification::Certificate;
use contracts::{Case, CaseId, CaseLine, Side, state::State as Stand};
use foundation::Refused;
use serde::Deserialize;

use crate::{House, SignedIn, Sorry, Visit, case::Row, layout::page, session::Kind, words};

/// What is wanted of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    show: String,
    before: Option<uuid::Uuid>,
}

/// A case, with who of the company answers for it.
struct Line {
    row: Row,
    desk: String,
    person: String,
    kind: &'static str,
}

/// A ユーザID.
struct User {
    number: String,
    desk: String,
    people: Vec<String>,
    certificates: Vec<(String, &'static str, &'static str, String)>,
    open: usize,
}

#[derive(Template)]
#[template(path = "company/show.html")]
struct Show<'a> {
    visit: &'a Visit,
    lines: Vec<Line>,
    users: Vec<User>,
    q: &'a str,
    show: &'a str,
    pills: [(&'static str, &'static str, usize); 4],
    ours: usize,
    theirs: usize,
    sealing: usize,
    older: Option<String>,
    number: String,
    contracts: bool,
}

pub(super) const AT_ONCE: i64 = 200;

/// Only for a 企業ID.
pub(super) fn company(visit: &Visit) -> Result<(), Sorry> {
    match visit.viewer.kind() {
        Kind::Company => Ok(()),
        Kind::Nobody => Err(Sorry::not_signed_in()),
        _ => Err(Refused::NotYours.into()),
    }
}

const fn kind(state: Stand) -> &'static str {
    match state {
        Stand::Draft | Stand::Signed | Stand::Waiting | Stand::Countersigned => "open",
        Stand::Sealing | Stand::SealFailed | Stand::Keeping | Stand::Concluded => "done",
        Stand::SentBack | Stand::Refused | Stand::Withdrawn => "closed",
    }
}

/// The next one to act is of this company.
const fn is_ours(line: &CaseLine) -> bool {
    matches!(
        (line.state, line.side),
        (Stand::Draft | Stand::Signed, Side::A) | (Stand::Waiting | Stand::Countersigned, Side::B)
    )
}

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    company(&visit)?;
    let by = visit.actor();
    let has_contracts = matches!(by, foundation::Actor::Member(member) if member.services.contracts);
    let lines = if has_contracts {
        Case::list(&house.db, by, asked.before.map(CaseId), AT_ONCE).await?
    } else {
        Vec::new()
    };
    let certificates = Certificate::list(&house.db, by).await?;
    let seats = accounts::users(&house.db, by).await?;
    let count = |wanted: &str| lines.iter().filter(|line| kind(line.state) == wanted).count();
    let q = asked.q.trim();
    let shown = lines
        .iter()
        .map(|line| Line {
            row: Row::of(line, &visit),
            desk: if line.side == Side::A {
                line.a_number.clone()
            } else {
                line.b_number.clone().unwrap_or_default()
            },
            person: if line.side == Side::A {
                line.a_signer_name.clone()
            } else {
                line.b_signer_name.clone().unwrap_or_default()
            },
            kind: kind(line.state),
        })
        .filter(|line| (asked.show.is_empty() || asked.show == line.kind) && (q.is_empty() || line.row.has(q)))
        .collect();
    let mut users: Vec<User> = Vec::new();
    for seat in &seats {
        if users.last().is_none_or(|user| user.number != seat.number) {
            let mine = |line: &&CaseLine| {
                let number = if line.side == Side::A {
                    Some(&line.a_number)
                } else {
                    line.b_number.as_ref()
                };
                number == Some(&seat.number) && kind(line.state) == "open"
            };
            users.push(User {
                number: seat.number.clone(),
                desk: seat.desk_name.clone(),
                people: Vec::new(),
                certificates: Vec::new(),
                open: lines.iter().filter(mine).count(),
            });
        }
        let (Some(user), Some(name)) = (users.last_mut(), &seat.name) else {
            continue;
        };
        let role = match (seat.registers, seat.signs) {
            (true, true) => "事務・署名",
            (true, false) => "事務",
            (false, true) => "署名",
            (false, false) => "閲覧",
        };
        user.people.push(format!("{name}（{role}）"));
        user.certificates.extend(
            certificates
                .iter()
                .filter(|one| Some(one.person) == seat.person && matches!(one.state.word(), "active" | "issued"))
                .map(|one| {
                    let until = format!("{} まで", words::day(one.not_after.date_in_japan()));
                    (name.clone(), one.state.word(), one.state.japanese(), until)
                }),
        );
    }
    Ok(page(&Show {
        lines: shown,
        users,
        q,
        show: &asked.show,
        pills: [
            ("", "すべて", lines.len()),
            ("open", "進行中", count("open")),
            ("done", "成立", count("done")),
            ("closed", "差戻し・謝絶・取下げ", count("closed")),
        ],
        ours: lines.iter().filter(|line| is_ours(line)).count(),
        theirs: lines.iter().filter(|line| kind(line.state) == "open" && !is_ours(line)).count(),
        sealing: lines
            .iter()
            .filter(|line| matches!(line.state, Stand::Sealing | Stand::SealFailed | Stand::Keeping))
            .count(),
        older: (i64::try_from(lines.len()).unwrap_or(0) == AT_ONCE)
            .then(|| lines.last().map(|line| line.id.to_string()))
            .flatten(),
        number: visit.viewer.me.as_ref().and_then(|me| me.seat.clone()).unwrap_or_default(),
        contracts: has_contracts,
        visit: &visit,
    }))
}
