//! What is Japanese about dates, numbers and letters: business days and holidays (dated data), months of the
//! Civil Code (民法140条・143条), era years (和暦), days of the week, width and kana, the check digit of a 法人番号.

mod calendar;
mod corporate_number;
mod day;
mod era;
mod months;
mod weekday;
mod width;

pub use calendar::{KnownYears, holiday, is_business_day, next_business_day};
pub use corporate_number::is_corporate_number;
pub use day::{day, short_day};
pub use era::{era_date, era_year};
pub use foundation::Date;
pub use months::last_day_of_months;
pub use weekday::weekday;
pub use width::{fold, yen};
