//! Time as an argument: microseconds since the epoch, and dates in Japan.

use std::sync::atomic::{AtomicI64, Ordering};

/// A point in time: microseconds since 1970-01-01T00:00:00Z. This is what rows hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// A civil date in Japan (Asia/Tokyo).
pub type Date = jiff::civil::Date;

impl Instant {
    /// From whole seconds since the epoch.
    #[must_use]
    pub const fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds * 1_000_000)
    }
    /// Whole seconds since the epoch, rounded down (ASN.1 times have no fraction here).
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
    /// This instant without its fraction of a second.
    #[must_use]
    pub const fn floor_second(self) -> Self {
        Self::from_unix_seconds(self.unix_seconds())
    }
    /// `seconds` later (or earlier, if negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1_000_000)
    }
    /// `days` × 24 hours later (or earlier).
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days * 86_400)
    }
    /// Seconds from `earlier` to this instant, rounded down.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(1_000_000)
    }
    /// RFC 3339 in UTC with as many digits as needed, e.g. `2026-11-24T00:00:00Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.timestamp().to_string()
    }
    /// RFC 3339 in Japan time without a fraction, e.g. `2026-11-24T09:00:00+09:00`.
    #[must_use]
    pub fn rfc3339_japan(self) -> String {
        self.floor_second().in_japan().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
    /// For people, e.g. `2026年11月24日 09:00:00`.
    #[must_use]
    pub fn japanese(self) -> String {
        self.in_japan().strftime("%Y年%-m月%-d日 %H:%M:%S").to_string()
    }
    /// The civil date in Japan.
    #[must_use]
    pub fn date_in_japan(self) -> Date {
        self.in_japan().date()
    }
    /// Midnight in Japan at the beginning of `date`.
    #[must_use]
    pub fn japan_midnight(date: Date) -> Self {
        let midnight = date.at(0, 0, 0, 0).to_zoned_datetime(japan()).expect("a fixed offset has no gaps");
        Self(midnight.timestamp().as_microsecond())
    }
    /// Reads RFC 3339 text with any offset.
    ///
    /// # Errors
    /// Text that is no RFC 3339 time.
    pub fn parse_rfc3339(text: &str) -> Result<Self, jiff::Error> {
        Ok(Self(text.parse::<jiff::Timestamp>()?.as_microsecond()))
    }
    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX)
    }
    fn in_japan(self) -> jiff::ZonedDateTime {
        self.timestamp().to_zoned_datetime(japan())
    }
}

fn japan() -> jiff::tz::TimeZone {
    // Japan has had no summer time since 1951; a fixed offset needs no zone database on the machine.
    jiff::tz::TimeZone::fixed(jiff::tz::offset(9))
}

/// Where the present comes from. Formats never ask; services get an `Instant`.
pub trait Clock: Send + Sync {
    /// The present.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until it is moved; for tests.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// Stands at `now`.
    #[must_use]
    pub const fn new(now: Instant) -> Self {
        Self(AtomicI64::new(now.0))
    }
    /// Moves on by `seconds`.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japan_is_nine_hours_ahead_and_text_goes_round() {
        let instant = Instant::parse_rfc3339("2026-11-24T00:30:00+09:00").unwrap();
        assert_eq!(instant.rfc3339(), "2026-11-23T15:30:00Z");
        assert_eq!(instant.rfc3339_japan(), "2026-11-24T00:30:00+09:00");
        assert_eq!(instant.japanese(), "2026年11月24日 00:30:00");
        assert_eq!(instant.date_in_japan().to_string(), "2026-11-24");
        assert_eq!(Instant::japan_midnight(instant.date_in_japan()).rfc3339(), "2026-11-23T15:00:00Z");
    }

    #[test]
    fn seconds_round_down_also_before_the_epoch() {
        assert_eq!(Instant(-1).unix_seconds(), -1);
        assert_eq!(Instant(1_999_999).unix_seconds(), 1);
    }
}
