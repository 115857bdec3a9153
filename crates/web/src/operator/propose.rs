//! `GET /operator/subjects/new`, `POST /operator/subjects/new`: 審査 proposes whom to certify.

use accounts::{
    PersonCard,
    proposals::{ProposalId, propose as put},
};
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use certification::{Credential, NewSubject, SubjectForm};
use foundation::{Actor, PersonId};
use store::unit;

use crate::{
    Entries, House, SignedIn, Sorry, Visit,
    layout::{onward, page_with},
};

#[derive(Template)]
#[template(path = "operator/propose.html")]
struct Propose<'a> {
    visit: &'a Visit,
    people: &'a [PersonCard],
    chosen: &'a str,
    romaji: &'a str,
    address: &'a str,
    department: &'a str,
    server: bool,
    failed: Option<&'a Sorry>,
}

/// The form.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn) -> Result<Response, Sorry> {
    let people = accounts::everybody(&house.db, visit.actor()).await?;
    Ok(page_with(
        StatusCode::OK,
        &Propose {
            visit: &visit,
            people: &people,
            chosen: "",
            romaji: "",
            address: "",
            department: "",
            server: false,
            failed: None,
        },
    ))
}

/// Puts it before a second person, or shows the form again with what was wrong.
pub async fn propose(State(house): State<House>, SignedIn(visit): SignedIn, entries: Entries) -> Result<Response, Sorry> {
    match proposed(&house, visit.actor(), &entries).await {
        Ok(id) => Ok(onward(&format!("/operator/proposals/{id}"))),
        Err(sorry) if sorry.status.is_server_error() => Err(sorry),
        Err(sorry) => {
            let people = accounts::everybody(&house.db, visit.actor()).await?;
            Ok(page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &Propose {
                    visit: &visit,
                    people: &people,
                    chosen: entries.text("person"),
                    romaji: entries.text("romaji"),
                    address: entries.text("address"),
                    department: entries.text("department"),
                    server: entries.text("credential") == "server",
                    failed: Some(&sorry),
                },
            ))
        }
    }
}

async fn proposed(house: &House, by: &Actor, entries: &Entries) -> Result<ProposalId, Sorry> {
    if !matches!(by, Actor::Operator(_)) {
        return Err(foundation::Refused::OperatorOnly.into());
    }
    let (now, person) = (house.now(), PersonId(entries.id("person", "利用者")?));
    let person = unit!(house.db, |unit| accounts::person(unit, by, person).await).await?;
    let form = SubjectForm {
        romaji: entries.text("romaji").to_owned(),
        address: entries.text("address").to_owned(),
        department: entries.text("department").to_owned(),
        credential: match entries.text("credential") {
            "server" => Credential::Server,
            "token" => Credential::Token,
            _ => return Err(Sorry::not_understood("「鍵の置き場所」が選ばれていません。何も変わっていません。").at("credential")),
        },
    };
    let subject = NewSubject::of(&person, form, now, house.random())?;
    let id = ProposalId::new(now, house.random());
    unit!(house.db, |unit| put(unit, by, id, &subject, now).await).await?;
    Ok(id)
}
