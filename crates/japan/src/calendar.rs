//! Holidays and business days, as dated data.

use foundation::Date;
use jiff::civil::Weekday;

/// The first and last year whose holidays are known here. Outside them an answer would be a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownYears;
impl KnownYears {
    /// First year.
    pub const FIRST: i16 = 2026;
    /// Last year.
    pub const LAST: i16 = 2027;
}

// 国民の祝日に関する法律; 春分・秋分 as announced by the observatory (暦要項).
const HOLIDAYS: &[(i16, i8, i8, &str)] = &[
    (2026, 1, 1, "元日"),
    (2026, 1, 12, "成人の日"),
    (2026, 2, 11, "建国記念の日"),
    (2026, 2, 23, "天皇誕生日"),
    (2026, 3, 20, "春分の日"),
    (2026, 4, 29, "昭和の日"),
    (2026, 5, 3, "憲法記念日"),
    (2026, 5, 4, "みどりの日"),
    (2026, 5, 5, "こどもの日"),
    (2026, 5, 6, "休日（振替）"),
    (2026, 7, 20, "海の日"),
    (2026, 8, 11, "山の日"),
    (2026, 9, 21, "敬老の日"),
    (2026, 9, 22, "国民の休日"),
    (2026, 9, 23, "秋分の日"),
    (2026, 10, 12, "スポーツの日"),
    (2026, 11, 3, "文化の日"),
    (2026, 11, 23, "勤労感謝の日"),
    (2027, 1, 1, "元日"),
    (2027, 1, 11, "成人の日"),
    (2027, 2, 11, "建国記念の日"),
    (2027, 2, 23, "天皇誕生日"),
    (2027, 3, 21, "春分の日"),
    (2027, 3, 22, "休日（振替）"),
    (2027, 4, 29, "昭和の日"),
    (2027, 5, 3, "憲法記念日"),
    (2027, 5, 4, "みどりの日"),
    (2027, 5, 5, "こどもの日"),
    (2027, 7, 19, "海の日"),
    (2027, 8, 11, "山の日"),
    (2027, 9, 20, "敬老の日"),
    (2027, 9, 23, "秋分の日"),
    (2027, 10, 11, "スポーツの日"),
    (2027, 11, 3, "文化の日"),
    (2027, 11, 23, "勤労感謝の日"),
];

/// The name of the holiday on `date`, if it is one.
#[must_use]
pub fn holiday(date: Date) -> Option<&'static str> {
    HOLIDAYS
        .iter()
        .find(|(year, month, day, _)| (*year, *month, *day) == (date.year(), date.month(), date.day()))
        .map(|(.., name)| *name)
}

/// Whether the operator's desk is open: no Saturday, Sunday, holiday, nor 12-29 to 01-03.
#[must_use]
pub fn is_business_day(date: Date) -> bool {
    let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let year_end = matches!((date.month(), date.day()), (12, 29..=31) | (1, 1..=3));
    !weekend && !year_end && holiday(date).is_none()
}

/// `date` itself if it is a business day, else the next one (民法142条).
#[must_use]
pub fn next_business_day(date: Date) -> Date {
    let mut day = date;
    while !is_business_day(day) {
        day = day.tomorrow().expect("the calendar of the program does not end on a holiday");
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date as D;

    #[test]
    fn three_holidays_in_a_row_and_the_turn_of_the_year() {
        let day = |m, d| D::constant(2026, m, d);
        assert_eq!(next_business_day(day(9, 19)), day(9, 24));
        assert!(is_business_day(day(12, 28)));
        assert_eq!(next_business_day(day(12, 29)), D::constant(2027, 1, 4));
        assert_eq!(holiday(day(9, 22)), Some("国民の休日"));
    }
}
