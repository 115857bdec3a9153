//! Dates, times and amounts as people read them.

use foundation::Instant;
pub use japan::{day, short_day};

/// 「14:32:08」 in Japan.
#[must_use]
pub fn time(at: Instant) -> String {
    at.rfc3339_japan().get(11..19).unwrap_or_default().to_owned()
}

/// 「2026年11月23日(月) 14:32:08」 in Japan.
#[must_use]
pub fn moment(at: Instant) -> String {
    format!("{} {}", day(at.date_in_japan()), time(at))
}

/// 「きょう 14:32」, 「きのう 9:05」, 「3日前」, else the day.
#[must_use]
pub fn ago(at: Instant, now: Instant) -> String {
    let (date, today) = (at.date_in_japan(), now.date_in_japan());
    let days = (Instant::japan_midnight(today).seconds_since(Instant::japan_midnight(date))) / 86_400;
    let clock = time(at).get(..5).unwrap_or_default().trim_start_matches('0').to_owned();
    let clock = if clock.starts_with(':') { format!("0{clock}") } else { clock };
    match days {
        0 => format!("きょう {clock}"),
        1 => format!("きのう {clock}"),
        2..=13 => format!("{days}日前"),
        _ => short_day(date),
    }
}

/// 「¥48,950,000」, or 「金額なし」.
#[must_use]
pub fn yen(amount: Option<i64>) -> String {
    match amount {
        None => "金額なし".to_owned(),
        Some(amount) => format!("¥{}", japan::yen(amount).trim_end_matches('円')),
    }
}

/// 「221 kB」, for people.
#[must_use]
pub fn size(bytes: u64) -> String {
    if bytes < 1000 {
        format!("{bytes} バイト")
    } else if bytes < 1_000_000 {
        format!("{} kB", bytes / 1000)
    } else {
        format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
    }
}

/// A hash in groups of four, so that people can compare it.
#[must_use]
pub fn hash(hex: &str) -> String {
    let groups: Vec<&str> = hex
        .as_bytes()
        .chunks(4)
        .map(|four| std::str::from_utf8(four).unwrap_or_default())
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_times_and_amounts_read_as_people_write_them() {
        let at = Instant::parse_rfc3339("2026-11-23T14:32:08+09:00").unwrap();
        assert_eq!(moment(at), "2026年11月23日(月) 14:32:08");
        assert_eq!(ago(at, at.plus_days(1)), "きのう 14:32");
        assert_eq!(ago(at, at.plus_days(3)), "3日前");
        assert_eq!(yen(Some(48_950_000)), "¥48,950,000");
        assert_eq!(yen(None), "金額なし");
        assert_eq!(size(221_604), "221 kB");
        assert_eq!(hash("c85e07f13a"), "c85e 07f1 3a");
    }
}
