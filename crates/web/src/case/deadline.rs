//! 返送の期限: how every page of a case tells it, and the page on which A moves it (`GET`, `POST /cases/{id}/deadline`).

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use contracts::{
    Case, CaseId, CaseLine, CaseView, MovingDeadline, Side,
    deadline::{Left, said, usual},
    state::State as Stand,
};
use foundation::{Date, Instant};
use store::unit;

use super::{Of, acts::back_to, story};
use crate::{
    Entries, House, SignedIn, Sorry, Visit,
    layout::{onward, page_with},
    words,
};

/// The deadline in words, beside today.
#[derive(Clone, Debug)]
pub(crate) struct Until {
    /// 「11月30日(月)」.
    pub day: String,
    /// 「あと7日」.
    pub left: String,
    /// `days`, `today` or `over`.
    pub word: &'static str,
}

impl Until {
    /// That of a case that is still open; what is formed or closed waits for nobody.
    pub(crate) fn of(line: &CaseLine, now: Instant) -> Option<Self> {
        let is_open = matches!(line.state, Stand::Draft | Stand::Signed | Stand::Waiting | Stand::Countersigned);
        let day = line.reply_by.filter(|_| is_open)?;
        let today = now.date_in_japan();
        let left = Left::until(day, today);
        Some(Self {
            day: said(day, today),
            left: left.japanese(),
            word: left.word(),
        })
    }
    /// The day has passed.
    pub(crate) fn is_over(&self) -> bool {
        self.word == Left::Over(1).word()
    }
}

/// 「2026年11月30日(月)　あと7日」 under the field that holds the day; what a browser shows inside it depends on its own language.
pub(super) fn beside(typed: &str, now: Instant) -> String {
    typed.parse().map_or_else(
        |_| "期限なし".to_owned(),
        |day: Date| format!("{}　{}", words::day(day), Left::until(day, now.date_in_japan()).japanese()),
    )
}

/// What is said where the day has passed: headline and what can be done now, as this side may know it.
pub(super) fn over(view: &CaseView, until: &Until) -> Option<(String, String)> {
    if !until.is_over() {
        return None;
    }
    let line = &view.line;
    let may = |act: &str| view.may.contains(&act);
    let says = match (line.state, line.side) {
        (Stand::Draft | Stand::Signed, _) => "この期限のままでは送れません。期限を変えてから送ってください。".to_owned(),
        (_, Side::A) => format!(
            "期限を過ぎても、案件は終わりません。相手の方は、いまも署名と返送ができます。{}",
            match (may("moveDeadline"), may("withdrawCase")) {
                (true, true) => "待つときは期限を変え、待たないときは取下げてください。",
                (true, false) => "待つときは、期限を変えられます。",
                _ => "",
            }
        ),
        (_, Side::B) => format!(
            "期限を過ぎても、署名と返送はできます。遅れるときは、{} にお知らせください。",
            line.a_name
        ),
    };
    Some((format!("返送の{}", until.left), says))
}

#[derive(Template)]
#[template(path = "case/deadline.html")]
struct Moving<'a> {
    visit: &'a Visit,
    id: String,
    over: String,
    title: &'a str,
    /// As it stands now.
    now: Option<Until>,
    typed: String,
    beside: String,
    today: String,
    is_sent: bool,
    failed: Option<&'a Sorry>,
}

/// The page, with what was typed and what was wrong with it.
async fn asked(house: &House, visit: &Visit, id: CaseId, failed: Option<(String, Sorry)>) -> Result<Response, Sorry> {
    let view = story::view(house, visit.actor(), id).await?;
    let line = &view.line;
    if !view.may.contains(&"moveDeadline") {
        let sorry = Sorry::new(
            StatusCode::CONFLICT,
            "not_now",
            format!("いまは、この案件の返送の期限を変えることはできません。{}", view.sentence),
            "案件を開き、いまの状況を確かめてください。",
        );
        return Err(back_to(id)(failed.map_or(sorry, |(_, sorry)| sorry)));
    }
    let (today, status) = (
        visit.now.date_in_japan(),
        if failed.is_some() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        },
    );
    let (typed, failed) = failed.unzip();
    // A day that has passed is no proposal.
    let typed = typed.unwrap_or_else(|| {
        line.reply_by
            .filter(|day| *day >= today)
            .unwrap_or_else(|| usual(visit.now))
            .to_string()
    });
    Ok(page_with(
        status,
        &Moving {
            visit,
            id: id.to_string(),
            over: format!("契約書　{}", line.contract_number),
            title: &line.title,
            now: Until::of(line, visit.now),
            beside: beside(&typed, visit.now),
            typed,
            today: today.to_string(),
            is_sent: line.sent.is_some(),
            failed: failed.as_ref(),
        },
    ))
}

/// Asks for the day.
pub async fn ask(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    asked(&house, &visit, id, None).await
}

/// Moves it; an empty field takes it away.
pub async fn put(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, entries: Entries) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    let moved = async {
        let day = entries.date("reply_by", "返送の期限")?;
        unit!(house.db, |unit| {
            let case = Case::open::<MovingDeadline>(unit, by, id).await?;
            Case::move_deadline(&case, unit, day, now).await
        })
        .await?;
        Ok::<_, Sorry>(())
    };
    match moved.await {
        Ok(()) => Ok(onward(&format!("/cases/{id}"))),
        Err(sorry) => asked(&house, &visit, id, Some((entries.text("reply_by").to_owned(), sorry))).await,
    }
}

#[cfg(test)]
mod tests {
    use super::beside;
    use foundation::Instant;

    #[test]
    fn a_day_is_said_in_japanese_beside_its_field() {
        let now = Instant::parse_rfc3339("2026-11-23T23:30:00+09:00").unwrap();
        assert_eq!(beside("2026-11-30", now), "2026年11月30日(月)　あと7日");
        assert_eq!(beside("2026-11-23", now), "2026年11月23日(月)　本日まで");
        for none in ["", "あした"] {
            assert_eq!(beside(none, now), "期限なし");
        }
    }
}
