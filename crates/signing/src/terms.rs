//! Numbers that rules set, as dated data (law 10).

use foundation::Instant;

/// What holds at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    from: i64,
    /// Seconds a prepared act waits for its signature.
    pub open: i64,
    /// Seconds that time-stamp, status and the caller's outcome may take once the signature is there.
    pub lease: i64,
}

const TABLE: &[Terms] = &[Terms {
    from: i64::MIN,
    open: 15 * 60,
    lease: 2 * 60,
}];

impl Terms {
    /// The terms that hold at `now`.
    pub fn at(now: Instant) -> Self {
        *TABLE
            .iter()
            .rev()
            .find(|terms| terms.from <= now.0)
            .expect("the first line holds from the beginning")
    }
}
