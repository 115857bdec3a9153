//! How long an original is kept: ten years, only ever longer.

use foundation::{Action, Authorized, Date, Instant};
use serde_json::json;
use store::{Unit, sql};

use crate::{Deposit, Error, Extending, Result, note};

/// Years of retention when nothing else was said (建設業法施行規則 28条: 10 years for the books of a completed work).
pub const TERM_YEARS: i16 = 10;

/// The last day of retention for an original of `day`.
#[must_use]
pub fn term_from(day: Date) -> Date {
    let year = day.year().saturating_add(TERM_YEARS);
    // 29 February without its like: 1 March, a day longer rather than shorter.
    Date::new(year, day.month(), day.day())
        .or_else(|_| Date::new(year, 3, 1))
        .unwrap_or(Date::MAX)
}

/// Makes the retention longer.
///
/// # Errors
/// [`Error::OnlyLonger`], the database.
pub async fn extend(deposit: &Authorized<Deposit, Extending>, unit: &mut Unit, until: Date, now: Instant) -> Result<()> {
    if until <= deposit.retain_until {
        return Err(Error::OnlyLonger {
            until: deposit.retain_until,
        });
    }
    let (id, version) = (deposit.id, deposit.version);
    unit.one(sql!(
        "UPDATE custody_deposit SET retain_until = {until}, version = version + 1 WHERE id = {id} AND version = {version}"
    ))
    .await?;
    let facts = json!({ "from": deposit.retain_until.to_string(), "to": until.to_string() });
    note::note(unit, deposit.by(), <Extending as Action<Deposit>>::DEED, id.0, facts, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_years_and_never_a_day_less() {
        assert_eq!(term_from("2026-11-24".parse().unwrap()).to_string(), "2036-11-24");
        assert_eq!(term_from("2028-02-29".parse().unwrap()).to_string(), "2038-03-01");
    }
}
