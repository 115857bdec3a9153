//! `GET /operator/health`: seal backlog, time-stamps, lists and answers of status, sequencers, failed jobs.

use std::{future::Future, pin::Pin};

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use foundation::{Actor, Instant};

use crate::{
    House, SignedIn, Sorry, Visit,
    layout::page,
    paging::{Asked, ONE_MORE, older},
    words,
};

/// How a reading is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Well.
    Well,
    /// To be watched.
    Watch,
    /// Somebody must act.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What.
    pub what: &'static str,
    /// How it is.
    pub tone: Tone,
    /// What was found.
    pub found: String,
    /// One by one, where there are several.
    pub lines: Vec<String>,
    /// Since when it is so.
    pub since: Option<Instant>,
    /// What to do, where something is to be done.
    pub next: &'static str,
    /// The page where it is done: address and words.
    pub way: Option<(&'static str, &'static str)>,
}

impl Reading {
    const fn word(&self) -> &'static str {
        match self.tone {
            Tone::Well => "yes",
            Tone::Watch => "open",
            Tone::Bad => "no",
        }
    }
    fn since(&self) -> Option<String> {
        self.since.map(words::moment)
    }
    const fn badge(&self) -> (&'static str, &'static str) {
        match self.tone {
            Tone::Well => ("valid", "よい"),
            Tone::Watch => ("undecided", "注意"),
            Tone::Bad => ("altered", "要対応"),
        }
    }
}

/// A future as a trait object can give it.
pub type Soon<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Looks at the running program; `server` knows how.
pub trait Health: Send + Sync {
    /// Everything, the worst first or in a fixed order.
    fn look(&self) -> Soon<'_, Vec<Reading>>;
}

struct Job {
    kind: String,
    attempts: u32,
    run_at: String,
    error: String,
}

#[derive(Template)]
#[template(path = "operator/health.html")]
struct Page<'a> {
    visit: &'a Visit,
    readings: Vec<Reading>,
    bad: usize,
    watch: usize,
    failed: Vec<Job>,
    waiting: Vec<Job>,
    now: String,
    older: Option<String>,
    is_first: bool,
}

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    if !matches!(visit.actor(), Actor::Operator(_)) {
        return Err(foundation::Refused::OperatorOnly.into());
    }
    let readings = house.health.look().await;
    let shown = |jobs: Vec<jobs::Listed>| -> Vec<Job> {
        jobs.into_iter()
            .map(|job| Job {
                kind: job_words(&job.kind),
                attempts: job.attempts,
                run_at: words::moment(job.run_at),
                error: job.last_error.unwrap_or_default(),
            })
            .collect()
    };
    let mut failed = jobs::failed_page(&house.db, asked.before.map(jobs::JobId), ONE_MORE).await?;
    let older = older(&mut failed, |job| job.id.to_string());
    let count = |tone| readings.iter().filter(|reading| reading.tone == tone).count();
    Ok(page(&Page {
        visit: &visit,
        bad: count(Tone::Bad),
        watch: count(Tone::Watch),
        readings,
        failed: shown(failed),
        older,
        is_first: asked.before.is_none(),
        waiting: shown(jobs::waiting(&house.db).await?),
        now: words::moment(visit.now),
    }))
}

/// What a kind of job is called.
fn job_words(kind: &str) -> String {
    let word = match kind {
        kind if kind.contains("seal") => "契約の封緘",
        kind if kind.contains("mail") => "メールの送信",
        kind if kind.contains("letter") => "承認通知書の作成",
        kind if kind.contains("download") => "ダウンロードPINの送信",
        kind if kind.contains("receipt") => "電子証明書の受領の確認",
        kind if kind.contains("revoke") => "失効の手続き",
        kind if kind.contains("list") => "失効リストの公開",
        kind if kind.contains("issue") => "電子証明書の発行",
        kind if kind.contains("keep") || kind.contains("kept") => "原本の保管",
        _ => "そのほかの仕事",
    };
    word.to_owned()
}
