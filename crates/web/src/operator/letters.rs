//! `GET /operator/letters/{id}`: one letter with a 申請PIN on its way through the post, and what the operator can report of it.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use certification::{Enrolment, EnrolmentId, LetterFailure, LetterLine};
use foundation::Actor;
use store::unit;

use crate::{Entries, House, SignedIn, Sorry, Visit, layout::onward, layout::page_with, words};

#[derive(Template)]
#[template(path = "operator/letter.html")]
struct Page<'a> {
    visit: &'a Visit,
    line: LetterLine,
    opened: String,
    custody: Option<String>,
    next: &'static str,
    history: Vec<(String, &'static str, String)>,
    /// What is wrong with the 引受番号 that was typed.
    failed: Option<&'a Sorry>,
    typed: Option<&'a str>,
}

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    drawn(&house, &visit, id, None).await
}

/// The page, with what is wrong with what was typed.
async fn drawn(house: &House, visit: &Visit, id: uuid::Uuid, failed: Option<(&Sorry, &str)>) -> Result<Response, Sorry> {
    let by = visit.actor();
    if !matches!(by, Actor::Operator(_)) {
        return Err(foundation::Refused::OperatorOnly.into());
    }
    let line = Enrolment::letter(&house.db, by, EnrolmentId(id)).await?;
    let entries = journal::about(&house.db, &id.to_string()).await?;
    let history = entries
        .iter()
        .rev()
        .filter_map(|entry| {
            let did = entry.facts["did"].as_str()?;
            let more = entry.facts["tracking"].as_str().unwrap_or_default().to_owned();
            Some((words::moment(entry.at), told(did)?, more))
        })
        .collect();
    let status = failed.map_or(StatusCode::OK, |(sorry, _)| sorry.status);
    let view = Page {
        visit,
        opened: words::day(line.opened.date_in_japan()),
        // Its last day counts whole: the moment is the midnight after it.
        custody: line.custody_until.map(|until| words::day(until.plus_seconds(-1).date_in_japan())),
        next: next(&line),
        history,
        line,
        failed: failed.map(|(sorry, _)| sorry),
        typed: failed.map(|(_, typed)| typed),
    };
    Ok(page_with(status, &view))
}

/// What happened, for the history.
fn told(did: &str) -> Option<&'static str> {
    Some(match did {
        "mailed" => "書面を発送しました",
        "print_broken_off" => "書面を渡せませんでした（申請PINは無効です）",
        "tracking_registered" => "引受番号を登録しました",
        "reached_post" => "郵便局に届きました",
        "forwarded" => "別の郵便局に回りました",
        "picked_up" => "本人が受け取りました",
        "came_back" => "書面が返送されました（申請PINは無効です）",
        "went_missing" => "書面がなくなりました（申請PINは無効です）",
        "was_damaged" => "書面が破れました（申請PINは無効です）",
        "new_letter_ordered" => "新しい書面を頼みました",
        "pin_accepted" => "本人が申請PINを入れました",
        "pin_exhausted" => "申請PINを5回間違えました（使えなくなりました）",
        "lapsed" => "申請PINの期限が過ぎました",
        _ => return None,
    })
}

fn next(line: &LetterLine) -> &'static str {
    if line.may_be_picked_up() {
        "本人が受け取ったら「本人が受け取った」を押します"
    } else if line.may_arrive() {
        "郵便局に届いたら「郵便局に届いた」を押します"
    } else if line.needs_new_letter() {
        "新しい書面だけが助けになります。本人に確かめてから送ります"
    } else if line.is_under_way() {
        "本人が申請PINを入れるのを待ちます"
    } else {
        "この書面について、することはありません"
    }
}

fn back(id: uuid::Uuid) -> impl Fn(Sorry) -> Sorry {
    move |sorry| sorry.with_way(format!("/operator/letters/{id}"), "書面のページに戻る")
}

/// `POST /operator/letters/{id}/tracking`: the 引受番号 of the slip.
pub async fn tracking(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path(id): Path<uuid::Uuid>,
    entries: Entries,
) -> Result<Response, Sorry> {
    let (now, by, number) = (house.now(), visit.actor(), entries.text("tracking"));
    let registered = unit!(house.db, |unit| {
        let enrolment = Enrolment::open_to_run(unit, by, EnrolmentId(id)).await?;
        Enrolment::register_tracking(&enrolment, unit, number, now).await
    })
    .await
    .map_err(Sorry::from);
    match registered {
        Ok(_) => Ok(onward(&format!("/operator/letters/{id}"))),
        Err(sorry) if sorry.at.is_some() => drawn(&house, &visit, id, Some((&sorry, number))).await,
        Err(sorry) => Err(back(id)(sorry)),
    }
}

/// `POST /operator/letters/{id}/{fate}`: `arrived`, `collected`, `returned`, `lost`, `damaged`.
pub async fn report(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path((id, fate)): Path<(uuid::Uuid, String)>,
) -> Result<Response, Sorry> {
    let (now, by, fate) = (house.now(), visit.actor(), fate.as_str());
    if !matches!(fate, "arrived" | "collected" | "returned" | "lost" | "damaged") {
        return Err(Sorry::not_found());
    }
    unit!(house.db, |unit| {
        let enrolment = Enrolment::open_to_run(unit, by, EnrolmentId(id)).await?;
        match fate {
            "arrived" => Enrolment::reached_post(&enrolment, unit, now).await,
            "collected" => Enrolment::picked_up(&enrolment, unit, now).await,
            "returned" => Enrolment::letter_failed(&enrolment, unit, LetterFailure::Returned, now).await,
            "lost" => Enrolment::letter_failed(&enrolment, unit, LetterFailure::Lost, now).await,
            _ => Enrolment::letter_failed(&enrolment, unit, LetterFailure::Damaged, now).await,
        }
    })
    .await
    .map_err(|error| back(id)(error.into()))?;
    Ok(onward(&format!("/operator/letters/{id}")))
}
