//! `GET /operator`: what waits for a second person, and where each enrolment stands.

use accounts::proposals::Proposal;
use askama::Template;
use axum::{extract::State, response::Response};
use certification::{Enrolment, enrolment_states};
use foundation::{Actor, OperatorRole, PersonId};
use store::unit;

use crate::{House, SignedIn, Sorry, Visit, layout::page, words};

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
}

#[derive(Template)]
#[template(path = "operator/desk.html")]
struct Desk<'a> {
    visit: &'a Visit,
    approver: bool,
    waiting: Vec<Waiting>,
    mine: usize,
    running: Vec<Running>,
}

/// The page.
pub async fn desk(State(house): State<House>, SignedIn(visit): SignedIn) -> Result<Response, Sorry> {
    let by = visit.actor();
    let Actor::Operator(operator) = by else {
        return Err(foundation::Refused::OperatorOnly.into());
    };
    let open = Proposal::open_ones(&house.db, by).await?;
    let enrolments = Enrolment::list(&house.db, by).await?;
    let people = accounts::everybody(&house.db, by).await?;
    let person = |id: PersonId| people.iter().find(|person| person.id == id);
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
        .map(|enrolment| Running {
            id: enrolment.id.to_string(),
            name: person(enrolment.person).map(|person| person.name.clone()).unwrap_or_default(),
            company: person(enrolment.person)
                .map(|person| person.company_name.clone())
                .unwrap_or_default(),
            credential: enrolment.credential.japanese(),
            state: enrolment.state.word(),
            word: enrolment.state.japanese(),
            opened: words::short_day(enrolment.opened.date_in_japan()),
            stuck: matches!(
                enrolment.state,
                enrolment_states::State::Returned
                    | enrolment_states::State::LetterGone
                    | enrolment_states::State::PinLocked
                    | enrolment_states::State::Lapsed
            ),
            number: enrolment.number,
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
    }))
}

/// The names of people of the operator.
pub(super) async fn names(house: &House, by: &Actor, ids: &[PersonId]) -> Result<Vec<String>, Sorry> {
    let names = unit!(house.db, |unit| accounts::operator_names(unit, by, ids).await).await?;
    Ok(names)
}
