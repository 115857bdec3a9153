//! `GET /operator`: what waits for a second person, and where each enrolment stands.

use accounts::proposals::Proposal;
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use certification::{Enrolment, EnrolmentId};
use foundation::{Actor, OperatorRole, PersonId};
use store::unit;

use crate::{
    House, SignedIn, Sorry, Visit,
    layout::page,
    paging::{Asked, ONE_MORE, older},
    words,
};

struct Waiting {
    id: String,
    summary: String,
    proposer: String,
    proposed: String,
    /// The viewer proposed it himself: another decides.
    own: bool,
}

struct Running {
    id: String,
    number: String,
    name: String,
    company: String,
    credential: &'static str,
    state: &'static str,
    word: &'static str,
    opened: String,
    /// Only a new letter helps.
    stuck: bool,
    /// The post has the letter, or its holder.
    letter: bool,
}

#[derive(Template)]
#[template(path = "operator/desk.html")]
struct Desk<'a> {
    visit: &'a Visit,
    approver: bool,
    waiting: Vec<Waiting>,
    mine: usize,
    running: Vec<Running>,
    older: Option<String>,
    is_first: bool,
}

/// The page.
pub async fn desk(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    let by = visit.actor();
    let Actor::Operator(operator) = by else {
        return Err(foundation::Refused::OperatorOnly.into());
    };
    let open = Proposal::open_ones(&house.db, by).await?;
    let mut enrolments = Enrolment::letters(&house.db, by, asked.before.map(EnrolmentId), ONE_MORE).await?;
    let older = older(&mut enrolments, |line| line.id.to_string());
    let proposers: Vec<PersonId> = open.iter().map(|proposal| proposal.proposer).collect();
    let names = names(&house, by, &proposers).await?;
    let waiting: Vec<Waiting> = open
        .into_iter()
        .zip(names)
        .map(|(proposal, proposer)| Waiting {
            id: proposal.id.to_string(),
            own: proposal.proposer == operator.person,
            summary: proposal.summary,
            proposer,
            proposed: words::ago(proposal.proposed, visit.now),
        })
        .collect();
    let running = enrolments
        .into_iter()
        .map(|line| Running {
            id: line.id.to_string(),
            credential: line.credential.japanese(),
            state: line.state.word(),
            word: line.state.japanese(),
            opened: words::short_day(line.opened.date_in_japan()),
            stuck: line.needs_new_letter(),
            letter: line.is_under_way(),
            name: line.name,
            company: line.company,
            number: line.number,
        })
        .collect();
    let approver = operator.role == OperatorRole::Approver;
    Ok(page(&Desk {
        visit: &visit,
        approver,
        mine: if approver {
            waiting.iter().filter(|line| !line.own).count()
        } else {
            0
        },
        waiting,
        running,
        older,
        is_first: asked.before.is_none(),
    }))
}

/// The names of people of the operator.
pub(super) async fn names(house: &House, by: &Actor, ids: &[PersonId]) -> Result<Vec<String>, Sorry> {
    let names = unit!(house.db, |unit| accounts::operator_names(unit, by, ids).await).await?;
    Ok(names)
}
