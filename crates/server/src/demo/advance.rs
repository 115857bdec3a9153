//! What `POST /demo/clock` understands: an ISO 8601 duration, or a time.

use foundation::Instant;
use serde::Deserialize;

/// The body: `{"advance":"P8D"}` or `{"to":"2026-12-01T09:00:00+09:00"}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wished {
    /// How far.
    pub advance: Option<String>,
    /// Up to when.
    pub to: Option<String>,
}

impl Wished {
    /// The time that is wished, seen from `now`. Months and years are those of the calendar in Japan.
    ///
    /// # Errors
    /// A sentence.
    pub fn target(&self, now: Instant) -> Result<Instant, String> {
        match (&self.advance, &self.to) {
            (Some(advance), None) => {
                let span: jiff::Span = advance
                    .parse()
                    .map_err(|_| format!("「{advance}」を読めません。P8D や PT1H のように書いてください"))?;
                let start = jiff::Timestamp::from_microsecond(now.0)
                    .map_err(|_| "時刻が範囲の外です".to_owned())?
                    .to_zoned_datetime(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
                let end = start.checked_add(span).map_err(|_| "時刻が範囲の外です".to_owned())?;
                Ok(Instant(end.timestamp().as_microsecond()))
            }
            (None, Some(to)) => {
                Instant::parse_rfc3339(to).map_err(|_| format!("「{to}」を読めません。2026-12-01T09:00:00+09:00 のように書いてください"))
            }
            _ => Err("advance か to の、どちらかひとつを書いてください".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_days_a_month_and_a_time_are_understood() {
        let now = Instant::parse_rfc3339("2026-11-24T09:00:00+09:00").unwrap();
        let wish = |json: &str| serde_json::from_str::<Wished>(json).unwrap().target(now);
        assert_eq!(wish(r#"{"advance":"P8D"}"#).unwrap().rfc3339_japan(), "2026-12-02T09:00:00+09:00");
        assert_eq!(wish(r#"{"advance":"P3M"}"#).unwrap().rfc3339_japan(), "2027-02-24T09:00:00+09:00");
        assert_eq!(
            wish(r#"{"to":"2027-01-01T00:00:00+09:00"}"#).unwrap().rfc3339_japan(),
            "2027-01-01T00:00:00+09:00"
        );
        assert!(wish(r#"{}"#).is_err());
        assert!(wish(r#"{"advance":"eight days"}"#).is_err());
    }
}
