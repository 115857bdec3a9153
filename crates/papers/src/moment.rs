//! A time as papers tell it.

use foundation::Instant;

/// 「2026年11月23日(月) 10時12分08秒 日本時間(UTC+9)」: a paper goes to readers in any country, so a time says from where it counts.
pub fn moment(at: Instant) -> String {
    let (date, text) = (at.date_in_japan(), at.rfc3339_japan());
    let part = |from: usize| text.get(from..from + 2).unwrap_or_default();
    format!(
        "{}年{}月{}日({}) {}時{}分{}秒 日本時間(UTC+9)",
        date.year(),
        date.month(),
        date.day(),
        japan::weekday(date),
        part(11),
        part(14),
        part(17)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_its_day_seconds_and_offset() {
        let at = Instant::parse_rfc3339("2026-11-22T15:12:08.9Z").expect("a time");
        assert_eq!(moment(at), "2026年11月23日(月) 00時12分08秒 日本時間(UTC+9)");
    }
}
