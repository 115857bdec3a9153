//! Numbers that rules set, as dated data (law 10).

use foundation::Instant;

/// What held at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    from: i64,
    /// Largest PDF in bytes.
    pub file: usize,
    /// Requests to become 取引先 by mail, per desk and day.
    pub mail_requests: i64,
    /// Days from today that a form proposes for the 返送 …
    pub reply_days: i64,
    /// … and the most that is no slip of the hand.
    pub reply_days_most: i64,
    /// Seconds until the second try to seal; doubles with each further one …
    pub seal_pause: i64,
    /// … up to this.
    pub seal_pause_most: i64,
}

const TABLE: &[Limits] = &[Limits {
    from: i64::MIN,
    file: custody::LARGEST_FILE,
    mail_requests: 20,
    reply_days: 7,
    reply_days_most: 366,
    seal_pause: 5,
    seal_pause_most: 600,
}];

impl Limits {
    /// The limits that hold at `now`.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        *TABLE
            .iter()
            .rev()
            .find(|limits| limits.from <= now.0)
            .expect("the first line holds from the beginning")
    }
    /// Seconds to wait after the `tries`-th failure.
    #[must_use]
    pub fn pause_after(&self, tries: i64) -> i64 {
        let doubled = u32::try_from(tries.clamp(1, 20) - 1).unwrap_or(0);
        (self.seal_pause << doubled).min(self.seal_pause_most)
    }
}
