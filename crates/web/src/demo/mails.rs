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
    people: Vec<(&'static str, &'static str)>,
    mails: Vec<Shown>,
}

/// The page.
pub async fn mails(State(house): State<House>, visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    let stage = stage(&house)?;
    let kept: Vec<Kept> = if asked.to.is_empty() {
        stage.outbox.mails()
    } else {
        stage.outbox.to(&asked.to)
    };
    let name = |to: &str| {
        stage
            .cast
            .iter()
            .find(|player| player.mail == to)
            .map_or_else(|| to.to_owned(), |player| format!("{}（{}）", player.name, player.company))
    };
    let mails = kept
        .into_iter()
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
        people: stage.cast.iter().map(|player| (player.mail, player.name)).collect(),
        mails,
    }))
}
