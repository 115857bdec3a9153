//! The demo's own routes (outside.md §1); they answer this machine only.

use std::sync::Arc;

use api::{Asked, At, Body, Problem};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use certification::{DemoPost, LetterFailure, Visitor};
use custody::Keeper;
use foundation::Clock;
use mail::Outbox;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Database, sql};

use super::{
    advance,
    faults::{Faults, Wished},
    people,
};
use crate::clock::HouseClock;

/// What the routes play with.
#[derive(Clone)]
pub struct Stage {
    /// Rows.
    pub db: Database,
    /// The demo clock.
    pub clock: Arc<HouseClock>,
    /// Runs what becomes due.
    pub runner: jobs::Runner,
    /// Mails.
    pub outbox: Outbox,
    /// Letters.
    pub letters: Arc<DemoPost>,
    /// Prints them when they are collected.
    pub printer: Arc<dyn papers::Printer>,
    /// What can be broken.
    pub faults: Faults,
    /// How far the first cases are.
    pub story: super::story::Telling,
    /// Makes rounds.
    pub keeper: Arc<Keeper>,
    /// Integrates the log.
    pub sequencer: Arc<log::Sequencer>,
}

/// `/demo/…`
pub fn router(stage: Stage) -> Router {
    Router::new()
        .route("/demo/people", get(cast))
        .route("/demo/outbox", get(outbox))
        .route("/demo/clock", get(now).post(advance_clock))
        .route("/demo/post", get(letters))
        .route("/demo/post/{tracking}/{act}", post(letter_act))
        .route("/demo/faults", post(faults))
        .route("/demo/panic", get(panics))
        .route("/demo/story", get(story))
        .route("/demo/{*unknown}", axum::routing::any(unknown))
        .method_not_allowed_fallback(|| async { Problem::wrong_method() })
        .with_state(stage)
}

async fn cast(State(stage): State<Stage>) -> Result<Json<Vec<Value>>, Problem> {
    let known: Vec<(String, foundation::PersonId)> = stage.db.all(sql!("SELECT sign_in, id FROM accounts_person")).await?;
    let people = people::ALL.iter().map(|person| {
        let mut shown = serde_json::to_value(person).unwrap_or_default();
        let id = known
            .iter()
            .find(|(sign_in, _)| sign_in == person.sign_in)
            .map(|(_, id)| id.to_string());
        shown["person_id"] = json!(id);
        shown
    });
    Ok(Json(people.collect()))
}

#[derive(Debug, Deserialize)]
struct To {
    to: Option<String>,
}

/// JSON, each mail with its RFC 5322 text as `raw`; with `Accept: message/rfc822` the newest mail as it went out, with
/// `Accept: application/mbox` all of them.
async fn outbox(State(stage): State<Stage>, Asked(to): Asked<To>, headers: HeaderMap) -> Result<Response, Problem> {
    let mails = match &to.to {
        Some(address) => stage.outbox.to(address),
        None => stage.outbox.mails(),
    };
    let wanted = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .unwrap_or_default();
    if wanted.starts_with("message/rfc822") {
        let newest = mails.into_iter().next_back().ok_or_else(Problem::not_found)?;
        return Ok(([(header::CONTENT_TYPE, "message/rfc822")], newest.rfc5322).into_response());
    }
    if wanted.starts_with("application/mbox") {
        let mut mbox = Vec::new();
        for mail in mails {
            mbox.extend_from_slice(b"From cectrust Thu Jan  1 00:00:00 1970\n");
            mbox.extend_from_slice(&mail.rfc5322);
            mbox.extend_from_slice(b"\n\n");
        }
        return Ok(([(header::CONTENT_TYPE, "application/mbox")], mbox).into_response());
    }
    let mails: Vec<Value> = mails
        .into_iter()
        .map(|mail| {
            json!({ "to": mail.to, "kind": mail.kind, "subject": mail.subject, "text": mail.text, "raw": String::from_utf8_lossy(&mail.rfc5322) })
        })
        .collect();
    Ok(Json(mails).into_response())
}

/// A person gets the page that says so (`serve::faces` makes it), everybody else a problem document.
async fn unknown(headers: HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        StatusCode::NOT_FOUND.into_response()
    } else {
        Problem::not_found().into_response()
    }
}

/// What everybody sees when a page falls over: nothing else does.
async fn panics() -> Json<Value> {
    panic!("a page that falls over on purpose")
}

async fn story(State(stage): State<Stage>) -> Json<Value> {
    Json(json!({ "story": stage.story.word() }))
}

async fn now(State(stage): State<Stage>) -> Json<Value> {
    Json(json!({ "now": stage.clock.now().rfc3339_japan() }))
}

async fn advance_clock(State(stage): State<Stage>, Body(wished): Body<advance::Wished>) -> Result<Json<Value>, Problem> {
    let target = wished.target(stage.clock.now()).map_err(Problem::bad_request)?;
    let ran = stage.advance(target).await?;
    Ok(Json(
        json!({ "now": stage.clock.now().rfc3339_japan(), "jobs_run": ran.run, "jobs_failed": ran.failed }),
    ))
}

impl Stage {
    /// Moves the clock and runs what became due.
    ///
    /// # Errors
    /// The time is past, or the database does not answer.
    pub async fn advance(&self, target: foundation::Instant) -> Result<jobs::Ran, Problem> {
        let stage = self;
        stage.clock.move_to(target).map_err(|error| {
            Problem::new(
                StatusCode::CONFLICT,
                "clock_backwards",
                error.to_string(),
                "今より先の時刻を指定してください。",
            )
        })?;
        let mut ran = stage.runner.run_due(stage.clock.now()).await?;
        // What the jobs left to the log and to custody is due as well, and may make further jobs.
        for _ in 0..2 {
            stage
                .sequencer
                .integrate(stage.clock.now())
                .await
                .map_err(|error| Problem::broken(&error))?;
            stage.keeper.turn(stage.clock.now()).await?;
            let more = stage.runner.run_due(stage.clock.now()).await?;
            ran = jobs::Ran {
                run: ran.run + more.run,
                failed: ran.failed + more.failed,
            };
        }
        Ok(ran)
    }
}

async fn letters(State(stage): State<Stage>) -> Result<Json<Value>, Problem> {
    let slips = stage.letters.list(&stage.db).await?;
    Ok(Json(serde_json::to_value(slips).unwrap_or_default()))
}

async fn letter_act(
    State(stage): State<Stage>,
    At((tracking, act)): At<(String, String)>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Problem> {
    let (db, now) = (&stage.db, stage.clock.now());
    match act.as_str() {
        "arrive" | "forward" => stage.letters.arrive(db, &tracking, now).await?,
        "collect" => {
            let visitor: Visitor = serde_json::from_slice(&body).map_err(|_| {
                Problem::bad_request("窓口に来た人を {\"name\":\"田中 一郎\",\"paper\":\"運転免許証\"} のように書いてください。")
            })?;
            // A PDF, as it comes out of the envelope; a program that cannot read one, or a machine without fonts, asks for the words.
            let as_words = headers
                .get(header::ACCEPT)
                .and_then(|accept| accept.to_str().ok())
                .is_some_and(|accept| accept.starts_with("text/plain"));
            let printer = stage.printer.clone();
            let open = async |paper: papers::Paper| {
                Ok(if as_words {
                    ("text/plain; charset=utf-8", paper.text().into_bytes())
                } else {
                    ("application/pdf", jobs::work(move || printer.print(&paper)).await?)
                })
            };
            let (media, letter) = stage
                .letters
                .collect(db, &tracking, &visitor, now, open)
                .await
                .map_err(at_the_counter)?;
            return Ok(([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "no-store")], letter).into_response());
        }
        "return" => stage.letters.fail(db, &tracking, LetterFailure::Returned, now).await?,
        "lose" => stage.letters.fail(db, &tracking, LetterFailure::Lost, now).await?,
        "damage" => stage.letters.fail(db, &tracking, LetterFailure::Damaged, now).await?,
        _ => return Err(Problem::not_found()),
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What keeps the letter at the counter is always the clerk's: 409 (outside.md §1).
fn at_the_counter(error: certification::Error) -> Problem {
    let waits = matches!(error, certification::Error::NotPrinted(_));
    let mut problem = Problem::from(error);
    if waits {
        problem.status = StatusCode::CONFLICT;
        problem.detail = format!("書面は郵便局に置いてあります。{}", problem.detail);
        problem.next = format!("{} 文字だけでよければ、Accept: text/plain で受け取れます。", problem.next);
    }
    problem
}

async fn faults(State(stage): State<Stage>, Body(wished): Body<Wished>) -> Result<Json<Wished>, Problem> {
    stage.faults.set(&wished).map_err(Problem::bad_request)?;
    Ok(Json(wished))
}
