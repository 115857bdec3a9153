//! The one place where this room writes to the journal.

use foundation::{Actor, Instant};
use store::Unit;
use uuid::Uuid;

use crate::Result;

pub(crate) async fn note(
    unit: &mut Unit,
    by: &Actor,
    deed: &'static str,
    subject: Uuid,
    facts: serde_json::Value,
    at: Instant,
) -> Result<()> {
    Ok(journal::note(
        unit,
        journal::Entry {
            actor: by,
            deed,
            subject: &subject,
            facts,
            at,
        },
    )
    .await?)
}

/// The keeper's own acts.
pub(crate) async fn round(unit: &mut Unit, deed: &'static str, number: i64, facts: serde_json::Value, at: Instant) -> Result<()> {
    let actor = Actor::System { cause: "custody keeper" };
    let subject = format!("round {number}");
    Ok(journal::note(
        unit,
        journal::Entry {
            actor: &actor,
            deed,
            subject: &subject,
            facts,
            at,
        },
    )
    .await?)
}
