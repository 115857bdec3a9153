//! What follows from a step, in the same unit: mails and the sealing job.

use foundation::Instant;
use serde::{Deserialize, Serialize};
use store::Unit;

use crate::{CaseId, Error, notice, state::Effect};

/// The job that seals a case's original.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SealJob {
    /// Which case.
    pub case: CaseId,
}
impl jobs::Job for SealJob {
    const KIND: &'static str = "contracts.seal";
    // A contract that is formed is sealed however long it takes; every failure is a state that people see.
    const TRIES: u32 = u32::MAX;
}

pub(crate) async fn follow(unit: &mut Unit, case: CaseId, effect: Effect, now: Instant) -> Result<(), Error> {
    match effect {
        Effect::Seal => {
            jobs::enqueue(unit, now, &SealJob { case }).await?;
        }
        // Enqueued by who records the failure: only he knows when the next try begins.
        Effect::SealLater => {}
        Effect::AskPartner => notice::ask_partner(unit, case, now).await?,
        Effect::TellBoth => notice::concluded(unit, case, now).await?,
        Effect::TellSender => notice::closed_by_partner(unit, case, now).await?,
        Effect::TellPartner => notice::withdrawn(unit, case, now).await?,
    }
    Ok(())
}
