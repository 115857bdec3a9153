//! `GET /demo/mails`: what the program sent, newest first.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use mail::Kept;
use serde::Deserialize;

use super::stage::stage;
use crate::{House, Sorry, Visit, layout::page};

/// Whose mails.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    to: String,
}

struct Shown {
    name: String,
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
    let name = |to: &str| {
        stage
            .cast
            .iter()
            .find(|player| player.mail == to)
            .map_or_else(|| to.to_owned(), |player| format!("{}（{}）", player.name, player.company))
    };
    let mut people: Vec<(String, String)> = Vec::new();
    for mail in &all {
        if people.iter().all(|(to, _)| *to != mail.to) {
            people.push((mail.to.clone(), name(&mail.to)));
        }
    }
    people.sort();
    let mails = all
        .into_iter()
        .filter(|mail| asked.to.is_empty() || mail.to == asked.to)
        .rev()
        .map(|mail| Shown {
            name: name(&mail.to),
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
