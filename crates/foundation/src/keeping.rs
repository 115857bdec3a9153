//! How long rows are kept that were only needed to work: dated data (law 10), one table for all rooms. Contracts, originals, certificates
//! and the journal are not in it: they are never cleared.

use crate::Instant;

/// What held at one time, in days after the row's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// From when (µs, inclusive).
    from: i64,
    /// A session that ended or was not used any more. Its beginning and end stand in the journal.
    pub sessions: i64,
    /// A code that started, or did not start, the agent.
    pub launches: i64,
    /// An act of signing that was completed: so long its answer can be asked for again.
    pub acts: i64,
    /// The text of a mail that was sent.
    pub mail_texts: i64,
    /// That a mail was sent or refused: to whom, when, about what.
    pub mails: i64,
    /// A job that succeeded.
    pub done_jobs: i64,
    /// A job that failed for good: long enough to be seen and mended.
    pub failed_jobs: i64,
}

const TABLE: &[Keeping] = &[Keeping {
    from: i64::MIN,
    sessions: 90,
    launches: 30,
    acts: 1,
    mail_texts: 90,
    mails: 400,
    done_jobs: 30,
    failed_jobs: 400,
}];

impl Keeping {
    /// How many rows a room clears in one unit; who calls it goes on while it is that many.
    pub const AT_ONCE: u64 = 1_000;

    /// The periods that hold at `now`.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        *TABLE
            .iter()
            .rev()
            .find(|keeping| keeping.from <= now.0)
            .expect("the first line holds from the beginning")
    }
}
