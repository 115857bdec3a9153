//! UTCTime and GeneralizedTime.

use crate::Mode;
use foundation::Instant;

/// Days since 1970-01-01 of a civil date (proleptic Gregorian).
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + if month <= 2 { 1 } else { 0 }, month, day)
}

/// Year, month, day, hour, minute, second.
pub fn civil(at: Instant) -> (i64, i64, i64, i64, i64, i64) {
    let seconds = at.unix_seconds();
    let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    (year, month, day, second / 3_600, second / 60 % 60, second % 60)
}

fn digits(text: &mut &[u8], count: usize) -> Option<i64> {
    let (digits, rest) = text.split_at_checked(count)?;
    *text = rest;
    digits
        .iter()
        .try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0')))
}

fn instant(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> Option<Instant> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    // Second 60 exists in leap seconds; it counts as the next second.
    let fits = (1..=length).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    fits.then(|| Instant::from_unix_seconds(days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second))
}

/// `Z`, or in BER an offset or nothing (taken as UTC).
fn zone(text: &[u8], mode: Mode) -> Option<i64> {
    match (text, mode) {
        (b"Z", _) | (b"", Mode::Ber) => Some(0),
        ([sign @ (b'+' | b'-'), rest @ ..], Mode::Ber) => {
            let mut rest = rest;
            let (hours, minutes) = (digits(&mut rest, 2)?, digits(&mut rest, 2)?);
            let seconds = hours * 3_600 + minutes * 60;
            (rest.is_empty() && hours < 24 && minutes < 60).then_some(if *sign == b'+' { -seconds } else { seconds })
        }
        _ => None,
    }
}

pub fn utc(mut text: &[u8], mode: Mode) -> Option<Instant> {
    let text = &mut text;
    let year = digits(text, 2)?;
    let (month, day, hour, minute) = (digits(text, 2)?, digits(text, 2)?, digits(text, 2)?, digits(text, 2)?);
    let second = if mode == Mode::Ber && !text.first().is_some_and(u8::is_ascii_digit) {
        0
    } else {
        digits(text, 2)?
    };
    // RFC 5280 §4.1.2.5.1: 50..99 is 19xx.
    let year = if year >= 50 { 1900 + year } else { 2000 + year };
    Some(instant(year, month, day, hour, minute, second)?.plus_seconds(zone(text, mode)?))
}

pub fn generalized(mut text: &[u8], mode: Mode) -> Option<Instant> {
    let text = &mut text;
    let (year, month, day, hour) = (digits(text, 4)?, digits(text, 2)?, digits(text, 2)?, digits(text, 2)?);
    let lenient = |text: &[u8]| mode == Mode::Ber && !text.first().is_some_and(u8::is_ascii_digit);
    let minute = if lenient(text) { 0 } else { digits(text, 2)? };
    let second = if lenient(text) { 0 } else { digits(text, 2)? };
    let mut micros = 0;
    if let [b'.' | b',', rest @ ..] = *text {
        let count = rest.iter().take_while(|digit| digit.is_ascii_digit()).count();
        // X.690 §11.7: a point, no trailing zeros.
        if count == 0 || (mode == Mode::Der && (text[0] == b',' || rest[count - 1] == b'0')) {
            return None;
        }
        for place in 0..6 {
            micros = micros * 10 + rest[..count].get(place).map_or(0, |digit| i64::from(digit - b'0'));
        }
        *text = &rest[count..];
    }
    let at = instant(year, month, day, hour, minute, second)?.plus_seconds(zone(text, mode)?);
    Some(Instant(at.0 + micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc(text: &str) -> Instant {
        Instant::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn times_are_read() {
        assert_eq!(utc(b"261124000000Z", Mode::Der), Some(rfc("2026-11-24T00:00:00Z")));
        assert_eq!(utc(b"500101000000Z", Mode::Der), Some(rfc("1950-01-01T00:00:00Z")));
        assert_eq!(utc(b"2611240900+0900", Mode::Ber), Some(rfc("2026-11-24T00:00:00Z")));
        assert_eq!(generalized(b"20261124000000.25Z", Mode::Der), Some(rfc("2026-11-24T00:00:00.25Z")));
        assert_eq!(
            generalized(b"20261124000000.1234567899Z", Mode::Der),
            Some(rfc("2026-11-24T00:00:00.123456Z"))
        );
        assert_eq!(
            generalized(b"99991231235959Z", Mode::Der),
            Some(Instant::from_unix_seconds(253_402_300_799))
        );
        assert_eq!(generalized(b"20240229120000Z", Mode::Der), Some(rfc("2024-02-29T12:00:00Z")));
    }

    #[test]
    fn what_der_forbids_is_refused() {
        for text in [
            &b"20261124000000.0Z"[..],
            b"20261124000000,5Z",
            b"20261124000000.Z",
            b"202611240000Z",
            b"20261124000000+0900",
            b"20261124000000",
            b"20230229120000Z",
            b"20261324000000Z",
            b"",
        ] {
            assert_eq!(generalized(text, Mode::Der), None, "{}", String::from_utf8_lossy(text));
        }
        for text in [&b"2611240000Z"[..], b"261124000000+0900", b"2611240000000Z", b"26112400000aZ"] {
            assert_eq!(utc(text, Mode::Der), None);
        }
    }

    #[test]
    fn civil_goes_round_over_millennia() {
        for days in (-719_528..2_932_896).step_by(97) {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }
}
