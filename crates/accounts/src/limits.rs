//! Numbers that rules set, as dated data (law 10).

use foundation::Instant;

/// What held at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From when (µs, inclusive).
    from: i64,
    /// Wrong passwords in a row until the lock.
    pub wrong_passwords: i64,
    /// Sign-in IDs that nobody has, of which wrong tries are remembered. To push one out that is locked, an attacker needs ten times as
    /// many tries, each as dear as a check of a password.
    pub strangers: u64,
    /// Seconds without a request until a session ends.
    pub session_idle: i64,
    /// Seconds from sign-in until a session ends, whatever happens.
    pub session_whole: i64,
    /// Seconds an invitation is good for.
    pub invitation: i64,
    /// Fewest characters of a password.
    pub password_length: usize,
}

// domain.md §3.6: 10 failures lock; an invitation lives 24 h.
const TABLE: &[Limits] = &[Limits {
    from: i64::MIN,
    wrong_passwords: 10,
    strangers: 50_000,
    session_idle: 2 * 3_600,
    session_whole: 12 * 3_600,
    invitation: 86_400,
    password_length: 12,
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
}
