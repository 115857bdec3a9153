//! 曜日.

use foundation::Date;

const DAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

/// The day of the week of `date` in one letter, e.g. 「月」.
#[must_use]
pub fn weekday(date: Date) -> &'static str {
    let at = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
    DAYS.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_go_round() {
        assert_eq!(weekday(Date::constant(2026, 11, 23)), "月");
        assert_eq!(weekday(Date::constant(2026, 11, 29)), "日");
        assert_eq!(weekday(Date::constant(2026, 11, 30)), "月");
    }
}
