//! `GET /demo/mails`: what the program sent, newest first.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use foundation::Actor;
use mail::Kept;
use serde::Deserialize;
use store::unit;

use super::stage::{Player, stage};
use crate::{House, Sorry, Visit, layout::page, words};

/// Whose mails.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    to: String,
}

struct Shown {
    name: String,
    address: String,
    at: String,
    subject: String,
    text: String,
}

#[derive(Template)]
#[template(path = "demo/mails.html")]
struct Mails<'a> {
    visit: &'a Visit,
    to: &'a str,
    people: Vec<(String, String)>,
    mails: Vec<Shown>,
}

/// The page.
pub async fn mails(State(house): State<House>, visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    let stage = stage(&house)?;
    let all: Vec<Kept> = stage.outbox.mails();
    let mut people: Vec<(String, String)> = Vec::new();
    for mail in &all {
        if people.iter().all(|(to, _)| *to != mail.to) {
            people.push((mail.to.clone(), name(&house, &stage.cast, &mail.to).await?));
        }
    }
    people.sort();
    let name = |to: &str| {
        people
            .iter()
            .find(|(address, _)| address == to)
            .map_or_else(String::new, |(_, name)| name.clone())
    };
    let mails = all
        .into_iter()
        .filter(|mail| asked.to.is_empty() || mail.to == asked.to)
        .rev()
        .map(|mail| Shown {
            name: name(&mail.to),
            address: mail.to,
            at: words::moment(mail.at),
            subject: mail.subject,
            text: mail.text,
        })
        .collect();
    Ok(page(&Mails {
        visit: &visit,
        to: &asked.to,
        people,
        mails,
    }))
}

/// Whose address it is: a person of the demo, or the desk of a company; nobody's is said as it is.
async fn name(house: &House, cast: &[Player], to: &str) -> Result<String, Sorry> {
    if let Some(player) = cast.iter().find(|player| player.mail == to) {
        return Ok(format!("{}（{}）", player.name, player.company));
    }
    // The page shows every mail whole; whom it went to is no secret beside that.
    let by = Actor::System { cause: "demo" };
    let desk = unit!(house.db, |unit| accounts::desk_by_mail(unit, &by, to).await).await?;
    Ok(desk.map_or_else(
        || "登録のない宛先".to_owned(),
        |desk| format!("{}　{}", desk.company_name, desk.name),
    ))
}
