//! Days as people write them, with the day of the week.

use foundation::Date;

use crate::weekday;

/// 「2026年11月23日(月)」
#[must_use]
pub fn day(date: Date) -> String {
    format!("{}年{}", date.year(), short_day(date))
}

/// 「11月23日(月)」, where the year is known.
#[must_use]
pub fn short_day(date: Date) -> String {
    format!("{}月{}日({})", date.month(), date.day(), weekday(date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_with_its_weekday() {
        let date = Date::constant(2026, 11, 30);
        assert_eq!(
            (day(date).as_str(), short_day(date).as_str()),
            ("2026年11月30日(月)", "11月30日(月)")
        );
    }
}
