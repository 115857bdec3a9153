//! 和暦.

use foundation::Date;

const ERAS: &[(Date, &str)] = &[
    (Date::constant(2019, 5, 1), "令和"),
    (Date::constant(1989, 1, 8), "平成"),
    (Date::constant(1926, 12, 25), "昭和"),
    (Date::constant(1912, 7, 30), "大正"),
    (Date::constant(1873, 1, 1), "明治"),
];

/// Era and year of `date`, e.g. 「令和8年」, 「令和元年」; before 1873 (the lunar calendar) the western year.
#[must_use]
pub fn era_year(date: Date) -> String {
    let Some((first, name)) = ERAS.iter().find(|(first, _)| *first <= date) else {
        return format!("{}年", date.year());
    };
    // 明治 counts from 1868, though its solar calendar begins in 1873.
    let begin = if *name == "明治" { 1868 } else { first.year() };
    match date.year() - begin + 1 {
        1 => format!("{name}元年"),
        year => format!("{name}{year}年"),
    }
}

/// The whole date, e.g. 「令和8年11月24日」.
#[must_use]
pub fn era_date(date: Date) -> String {
    format!("{}{}月{}日", era_year(date), date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_change_on_their_day() {
        assert_eq!(era_date(Date::constant(2026, 11, 24)), "令和8年11月24日");
        assert_eq!(era_date(Date::constant(2019, 4, 30)), "平成31年4月30日");
        assert_eq!(era_date(Date::constant(2019, 5, 1)), "令和元年5月1日");
        assert_eq!(era_year(Date::constant(1989, 1, 7)), "昭和64年");
        assert_eq!(era_year(Date::constant(1911, 1, 1)), "明治44年");
    }
}
