//! Periods in months by the Civil Code.

use foundation::Date;

/// The last day of a period of `months` that begins after `day`: the first day is not counted (民法140条), it ends the
/// day before the corresponding day, and where there is none, on the last day of that month (民法143条2項).
#[must_use]
pub fn last_day_of_months(day: Date, months: u16) -> Date {
    let first = day.tomorrow().expect("periods begin before the calendar ends");
    let count = i32::from(first.year()) * 12 + i32::from(first.month()) - 1 + i32::from(months);
    let year = i16::try_from(count / 12).expect("periods end before the calendar does");
    let month = i8::try_from(count % 12 + 1).expect("1 to 12");
    match Date::new(year, month, first.day()) {
        Ok(corresponding) => corresponding.yesterday().expect("periods lie inside the calendar"),
        Err(_) => Date::constant(year, month, 1).last_of_month(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_months_end_as_the_civil_code_says() {
        let day = Date::constant;
        assert_eq!(last_day_of_months(day(2026, 11, 30), 3), day(2027, 2, 28));
        assert_eq!(last_day_of_months(day(2026, 11, 29), 3), day(2027, 2, 28));
        assert_eq!(last_day_of_months(day(2026, 8, 15), 3), day(2026, 11, 15));
        assert_eq!(last_day_of_months(day(2026, 12, 31), 12), day(2027, 12, 31));
        assert_eq!(last_day_of_months(day(2028, 2, 28), 120), day(2038, 2, 28));
    }
}
