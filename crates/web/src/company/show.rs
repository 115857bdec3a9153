//! `GET /company`

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use certification::Certificate;
use contracts::{Case, CaseId, Counts, Part};
use foundation::Refused;

use crate::{
    House, SignedIn, Sorry, Visit,
    case::{
        Row,
        list::{self, Asked, onward_to},
    },
    layout::page,
    session::Kind,
    words,
};

/// A case, with who of the company answers for it.
struct Line {
    row: Row,
    desk: String,
    person: String,
}

/// A ユーザID.
struct User {
    number: String,
    desk: String,
    people: Vec<String>,
    certificates: Vec<(String, &'static str, &'static str, String)>,
    open: i64,
}

#[derive(Template)]
#[template(path = "company/show.html")]
struct Show<'a> {
    visit: &'a Visit,
    lines: Vec<Line>,
    users: Vec<User>,
    q: &'a str,
    show: &'a str,
    pills: [(&'static str, &'static str, i64); 4],
    /// The open case with the nearest deadline.
    next: Option<Row>,
    ours: i64,
    theirs: i64,
    sealing: i64,
    older: Option<String>,
    is_first: bool,
    number: String,
    contracts: bool,
}

/// Certificates in use that one company may have beside its users.
const MOST_CERTIFICATES: i64 = 2_000;

/// Only for a 企業ID.
pub(super) fn company(visit: &Visit) -> Result<(), Sorry> {
    match visit.viewer.kind() {
        Kind::Company => Ok(()),
        Kind::Nobody => Err(Sorry::not_signed_in()),
        _ => Err(Refused::NotYours.into()),
    }
}

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    company(&visit)?;
    let by = visit.actor();
    let has_contracts = matches!(by, foundation::Actor::Member(member) if member.services.contracts);
    let (q, before) = (asked.q.trim(), asked.before.map(CaseId));
    let part = match asked.show.as_str() {
        "open" => Part::Open,
        "done" => Part::Done,
        "closed" => Part::Closed,
        _ => Part::All,
    };
    let (counts, open_of, (lines, last)) = if has_contracts {
        (
            Case::counts(&house.db, by).await?,
            Case::open_by_desk(&house.db, by).await?,
            paged(&house, &visit, part, q, before).await?,
        )
    } else {
        (Counts::default(), Vec::new(), (Vec::new(), None))
    };
    let next = if has_contracts {
        let first = Case::page(&house.db, by, Part::Open, None, 1).await?;
        first.first().map(|line| Row::of(line, &visit)).filter(|row| row.until.is_some())
    } else {
        None
    };
    let certificates = Certificate::in_use(&house.db, by, house.now(), MOST_CERTIFICATES).await?;
    let seats = accounts::users(&house.db, by).await?;
    let mut users: Vec<User> = Vec::new();
    for seat in &seats {
        if users.last().is_none_or(|user| user.number != seat.number) {
            users.push(User {
                number: seat.number.clone(),
                desk: seat.desk_name.clone(),
                people: Vec::new(),
                certificates: Vec::new(),
                open: open_of
                    .iter()
                    .find(|(number, _)| *number == seat.number)
                    .map_or(0, |(_, open)| *open),
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
        user.certificates
            .extend(certificates.iter().filter(|one| Some(one.person) == seat.person).map(|one| {
                let until = format!("{} まで", words::day(one.not_after.date_in_japan()));
                (name.clone(), one.state.word(), one.state.japanese(), until)
            }));
    }
    Ok(page(&Show {
        lines,
        users,
        q,
        show: &asked.show,
        pills: [
            ("", "すべて", counts.total),
            ("open", "進行中", counts.open),
            ("done", "成立", counts.done),
            ("closed", "差戻し・謝絶・取下げ", counts.closed),
        ],
        next,
        ours: counts.ours,
        theirs: counts.open - counts.ours,
        sealing: counts.unsealed,
        older: last.map(|last| onward_to("/company", &asked.show, q, last)),
        is_first: before.is_none(),
        number: visit.viewer.me.as_ref().and_then(|me| me.seat.clone()).unwrap_or_default(),
        contracts: has_contracts,
        visit: &visit,
    }))
}

/// One page of the cases, each with who of the company answers for it.
async fn paged(house: &House, visit: &Visit, part: Part, q: &str, before: Option<CaseId>) -> Result<(Vec<Line>, Option<CaseId>), Sorry> {
    let (mut rows, last) = list::paged(house, visit, part, q, before).await?;
    list::mark_undelivered(house, &mut rows).await?;
    let lines = rows.into_iter().map(|row| Line {
        desk: row.desk.clone(),
        person: row.person.clone(),
        row,
    });
    Ok((lines.collect(), last))
}
