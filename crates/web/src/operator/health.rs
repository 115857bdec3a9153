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

/// Jobs of one kind that met the same, in one line.
#[derive(Debug, PartialEq, Eq)]
struct Job {
    kind: &'static str,
    error: String,
    /// How many they are.
    count: usize,
    /// How often the most tried of them was tried.
    attempts: u32,
    /// The first of them in the list: when it failed last, or runs next.
    at: String,
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
    let mut failed = jobs::failed_page(&house.db, asked.before.map(jobs::JobId), ONE_MORE).await?;
    let older = older(&mut failed, |job| job.id.to_string());
    let count = |tone| readings.iter().filter(|reading| reading.tone == tone).count();
    Ok(page(&Page {
        visit: &visit,
        bad: count(Tone::Bad),
        watch: count(Tone::Watch),
        readings,
        failed: folded(failed, Instant::max),
        older,
        is_first: asked.before.is_none(),
        waiting: folded(jobs::waiting(&house.db).await?, Instant::min),
        now: words::moment(visit.now),
    }))
}

/// Equal jobs in one line, where the first of them stands; of their moments `chosen` tells the one that counts.
fn folded(jobs: Vec<jobs::Listed>, chosen: fn(Instant, Instant) -> Instant) -> Vec<Job> {
    let mut lines: Vec<(Job, Instant)> = Vec::new();
    for job in jobs {
        let (kind, error) = (job_words(&job.kind), job.last_error.unwrap_or_default());
        match lines.iter_mut().find(|(line, _)| line.kind == kind && line.error == error) {
            Some((line, at)) => {
                line.count += 1;
                line.attempts = line.attempts.max(job.attempts);
                *at = chosen(*at, job.run_at);
                line.at = words::moment(*at);
            }
            None => lines.push((
                Job {
                    kind,
                    error,
                    count: 1,
                    attempts: job.attempts,
                    at: words::moment(job.run_at),
                },
                job.run_at,
            )),
        }
    }
    lines.into_iter().map(|(line, _)| line).collect()
}

/// What a kind of job is called.
fn job_words(kind: &str) -> &'static str {
    match kind {
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_jobs_stand_in_one_line_with_their_number_and_the_moment_that_counts() {
        let at = |time: &str| Instant::parse_rfc3339(&format!("2026-11-23T{time}+09:00")).unwrap();
        let job = |nth: u128, kind: &str, run_at, attempts, error: &str| jobs::Listed {
            id: jobs::JobId(uuid::Uuid::from_u128(nth)),
            kind: kind.to_owned(),
            state: jobs::State::Failed,
            run_at,
            attempts,
            last_error: Some(error.to_owned()),
        };
        let listed = || {
            vec![
                job(4, "mail.send", at("10:00:00"), 3, "no route"),
                job(3, "contracts.seal", at("11:00:00"), 1, "no route"),
                job(2, "mail.send", at("12:00:00"), 9, "no route"),
                job(1, "mail.send", at("13:00:00"), 9, "refused"),
            ]
        };
        let failed = folded(listed(), Instant::max);
        assert_eq!(failed.iter().map(|line| line.count).collect::<Vec<_>>(), [2, 1, 1]);
        let first = &failed[0];
        assert_eq!((first.attempts, first.at.as_str()), (9, "2026年11月23日(月) 12:00:00"));
        assert_eq!(folded(listed(), Instant::min)[0].at, "2026年11月23日(月) 10:00:00");
    }
}
