//! `GET /cases/{id}/signatures`: the signatures in the file of a case, each with its verdict; the page of a case shows the same card first
//! when its file came in signed, and a file that was not taken is told with the signatures that it brought.

use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};
use contracts::{CaseView, StageName};

use super::{
    Of, story,
    turn::{Turn, turn},
};
use crate::{
    House, SignedIn, Sorry, Visit,
    layout::{onward, page},
    verify::{Ahead, Card, known},
};

#[derive(Template)]
#[template(path = "case/signatures.html")]
struct Signatures<'a> {
    visit: &'a Visit,
    view: &'a CaseView,
    id: String,
    turn: Turn,
    card: Card,
    /// What the way back to the case is for.
    way: &'static str,
}

/// The page; a file without signatures has none.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    let view = story::view(&house, visit.actor(), id).await?;
    let case = format!("/cases/{id}");
    let opened = story::open(&house, visit.actor(), id, None)
        .await
        .map_err(|sorry| sorry.with_way(case.clone(), "案件に戻る"))?;
    let Some(card) = card(&house, &view, &opened).await else {
        return Ok(onward(&case));
    };
    let may = |act: &str| view.may.contains(&act);
    Ok(page(&Signatures {
        visit: &visit,
        id: id.to_string(),
        turn: turn(&view.line, &visit.viewer),
        way: match (may("sendCase"), may("returnCase")) {
            (true, _) => "案件に戻って、送る",
            (_, true) => "案件に戻って、返送する",
            _ => "案件に戻る",
        },
        card,
        view: &view,
    }))
}

/// The card of a file that is kept here.
pub(super) async fn card(house: &House, view: &CaseView, opened: &story::Opened) -> Option<Card> {
    let (bytes, now) = (opened.bytes.clone(), house.now());
    let trust = pades::Trust::new(known(house).roots);
    let another_follows = view.closed.is_none() && opened.stage.name < StageName::ReturnedB;
    jobs::work(move || {
        let report = pades::validate(&bytes, &trust, now, None).ok()?;
        let ahead = another_follows.then(|| Ahead::on_top(pades::is_certified(&bytes).unwrap_or(false)));
        Card::of(&report, ahead)
    })
    .await
}

/// Whether A's file came in signed and waits for the other side: then it was registered and signed at once.
pub(super) fn came_in_signed(view: &CaseView) -> bool {
    let made = |name| view.stages.iter().find(|stage| stage.name == name).map(|stage| stage.made);
    let signed = made(StageName::SignedA);
    view.line.formed.is_none() && view.closed.is_none() && signed.is_some() && signed == made(StageName::Registered)
}

/// A second hold on a file that is put, if signatures stand in it: they are told if it is not taken. Of any other file there is one copy.
pub(super) async fn brought(file: &Bytes) -> Option<Bytes> {
    let probe = file.clone();
    jobs::work(move || signing::has_signatures(&probe)).await.then(|| file.clone())
}

/// The card of a file that was not taken.
pub(super) async fn refused(house: &House, brought: Option<Bytes>, error: &contracts::Error) -> Option<Card> {
    let report = signing::verdict(&house.contracts.signing, brought?, house.now(), house.random())
        .await
        .ok()?;
    Card::refused(&report, error)
}
