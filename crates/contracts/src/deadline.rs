//! 返送の期限: the day by which A wishes the case returned. Days are those of Japan, and the day itself still counts wholly. It is a wish,
//! not a condition of the contract: its passing closes nothing and hinders nobody; it may not lie in the past when the case is sent.

use foundation::{Action as _, Authorized, Date, Instant};
use serde::Serialize;
use store::{Unit, sql};

use crate::{
    Case, Error,
    limits::Limits,
    right::{MovingDeadline, Side},
    state::{Did, State, step},
};

/// So many moves are told: of a case that is moved day after day, the newest.
const MOST_MOVES: i64 = 50;

const FIELD: &str = "返送の期限";

/// How far a deadline is from today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// So many days are left after today.
    Days(i64),
    /// It is today.
    Today,
    /// It has passed, so many days ago.
    Over(i64),
}

impl Left {
    /// From `today` to `day`.
    #[must_use]
    pub fn until(day: Date, today: Date) -> Self {
        match days_from(today, day) {
            0 => Self::Today,
            days if days > 0 => Self::Days(days),
            days => Self::Over(-days),
        }
    }
    /// 「あと7日」, 「本日まで」, 「期限を2日過ぎています」.
    #[must_use]
    pub fn japanese(self) -> String {
        match self {
            Self::Days(days) => format!("あと{days}日"),
            Self::Today => "本日まで".to_owned(),
            Self::Over(days) => format!("期限を{days}日過ぎています"),
        }
    }
    /// `days`, `today` or `over`, for style sheets and programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Days(_) => "days",
            Self::Today => "today",
            Self::Over(_) => "over",
        }
    }
    /// Whether the day has passed.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Over(_))
    }
}

/// The deadline that a form proposes: some days from now, moved to the next business day.
#[must_use]
pub fn usual(now: Instant) -> Date {
    let days = Limits::at(now).reply_days;
    japan::next_business_day(now.plus_days(days).date_in_japan())
}

/// The day in few words: with its year only where it is not this one.
#[must_use]
pub fn said(day: Date, today: Date) -> String {
    if day.year() == today.year() {
        japan::short_day(day)
    } else {
        japan::day(day)
    }
}

/// Days from one date to another; negative if it lies before.
fn days_from(from: Date, to: Date) -> i64 {
    // Japan has no summer time: every day has 86 400 seconds.
    Instant::japan_midnight(to).seconds_since(Instant::japan_midnight(from)) / 86_400
}

/// A deadline as it may stand in a draft: not years away from today, which is a slip of the hand. A draft may be older than its deadline.
pub(crate) fn plausible(day: Option<Date>, now: Instant) -> Result<(), Error> {
    let most = Limits::at(now).reply_days_most;
    match day {
        Some(day) if days_from(now.date_in_japan(), day).abs() > most => Err(Error::BadEntry {
            field: FIELD,
            why: "今日から1年より離れた日です。日付を確かめて、入力し直してください。",
        }),
        _ => Ok(()),
    }
}

/// A case is not sent with a deadline that has passed.
pub(crate) fn not_over(day: Option<Date>, now: Instant) -> Result<(), Error> {
    match day {
        Some(day) if day < now.date_in_japan() => Err(Error::DeadlinePast { day }),
        _ => Ok(()),
    }
}

/// One move of the deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// When A moved it.
    pub at: Instant,
    /// To which day; none: taken away.
    pub to: Option<Date>,
}

/// The newest moves of a case's deadline, in order, as the journal tells them.
pub(crate) async fn moves(unit: &mut Unit, case: &Case) -> Result<Vec<Moved>, Error> {
    if case.reply_by_moved.is_none() {
        return Ok(Vec::new());
    }
    let told = journal::each(unit, &case.id.to_string(), MovingDeadline::DEED, MOST_MOVES).await?;
    let read = |(at, facts): (Instant, serde_json::Value)| Moved {
        at,
        to: facts["facts"]["reply_by"].as_str().and_then(|day| day.parse().ok()),
    };
    Ok(told.into_iter().map(read).collect())
}

/// What is journaled of it; `crate::examine` compares the row with it.
pub(crate) fn journaled(day: Option<Date>) -> serde_json::Value {
    serde_json::json!(day.map(|day| day.to_string()))
}

impl Case {
    /// A moves the deadline of a case that is signed or waits at B, or takes it away. B is sent no mail of it (at most four a contract):
    /// his pages show it. Moved again to the same day, nothing happens. Gives the state as A may know it.
    ///
    /// # Errors
    /// The day has passed or is years away, the state does not allow it, or the database did not answer.
    pub async fn move_deadline(
        case: &Authorized<Self, MovingDeadline>,
        unit: &mut Unit,
        day: Option<Date>,
        now: Instant,
    ) -> Result<State, Error> {
        step(case.state, Did::DeadlineMoved)?;
        plausible(day, now)?;
        if day.is_some_and(|day| day < now.date_in_japan()) {
            return Err(Error::BadEntry {
                field: FIELD,
                why: "過ぎた日です。今日か、今日より後の日を指定してください。",
            });
        }
        if case.reply_by != day {
            unit.one(sql!(
                "UPDATE contracts_case SET reply_by = {day}, reply_by_moved = {now} WHERE id = {case.id} AND version = {case.version}"
            ))
            .await?;
            let facts = serde_json::json!({ "reply_by": journaled(day), "before": journaled(case.reply_by) });
            Self::moved(case, unit, Did::DeadlineMoved, facts, now).await?;
        }
        Ok(case.state_for(Side::A))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).unwrap()
    }
    const fn day(month: i8, day: i8) -> Date {
        Date::constant(2026, month, day)
    }

    #[test]
    fn the_day_itself_still_counts_and_months_and_years_go_on() {
        for (until, today, left, words) in [
            (day(11, 30), day(11, 23), Left::Days(7), "あと7日"),
            (day(11, 30), day(11, 30), Left::Today, "本日まで"),
            (day(11, 30), day(12, 2), Left::Over(2), "期限を2日過ぎています"),
            (Date::constant(2027, 1, 5), day(12, 28), Left::Days(8), "あと8日"),
            (Date::constant(2028, 3, 1), Date::constant(2028, 2, 28), Left::Days(2), "あと2日"),
        ] {
            assert_eq!((Left::until(until, today), left.japanese().as_str()), (left, words));
        }
    }

    #[test]
    fn a_form_proposes_the_seventh_day_or_the_next_one_that_is_worked_on() {
        assert_eq!(usual(at("2026-11-23T09:00:00+09:00")), day(11, 30));
        // The seventh day is a Sunday, after a Saturday.
        assert_eq!(usual(at("2026-11-28T23:59:59+09:00")), day(12, 7));
        // 勤労感謝の日, and the turn of the year.
        assert_eq!(usual(at("2026-11-16T12:00:00+09:00")), day(11, 24));
        assert_eq!(usual(at("2026-12-24T12:00:00+09:00")), Date::constant(2027, 1, 4));
        // Early in Japan it is still yesterday in Greenwich: the day is Japan's.
        assert_eq!(usual(at("2026-11-23T00:00:01+09:00")), day(11, 30));
    }

    #[test]
    fn another_year_is_named() {
        assert_eq!(said(day(11, 30), day(11, 23)), "11月30日(月)");
        assert_eq!(said(Date::constant(2027, 1, 5), day(12, 28)), "2027年1月5日(火)");
    }

    #[test]
    fn a_deadline_lapses_with_the_end_of_its_day_in_japan() {
        let until = Some(day(11, 30));
        not_over(until, at("2026-11-30T23:59:59+09:00")).unwrap();
        let over = not_over(until, at("2026-12-01T00:00:00+09:00")).unwrap_err();
        assert_eq!(over.code(), "deadline_past");
        not_over(None, at("2026-12-01T00:00:00+09:00")).unwrap();
    }

    #[test]
    fn a_year_too_many_is_a_slip() {
        let now = at("2026-11-23T09:00:00+09:00");
        plausible(Some(Date::constant(2027, 11, 23)), now).unwrap();
        for slip in [Date::constant(2062, 11, 30), Date::constant(206, 11, 30)] {
            assert_eq!(plausible(Some(slip), now).unwrap_err().code(), "bad_entry");
        }
    }
}
