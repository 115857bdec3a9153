//! What was sent is forgotten: first its text, much later that it was sent.

use foundation::{Instant, Keeping};
use store::{Database, Result, sql, unit};

use crate::State;

/// Clears texts and mails that are older than [`Keeping`] says, at most [`Keeping::AT_ONCE`] of each; the greater of both numbers. What
/// still waits is never cleared.
///
/// # Errors
/// The database refuses.
pub async fn clear(db: &Database, now: Instant) -> Result<u64> {
    let keeping = Keeping::at(now);
    let (texts, mails) = (now.plus_days(-keeping.mail_texts), now.plus_days(-keeping.mails));
    unit!(db, |unit| {
        let emptied = unit
            .run(sql!(
                "UPDATE mail_message SET body = NULL, html = NULL WHERE id IN
                   (SELECT id FROM mail_message WHERE state = {State::Sent} AND ended_at < {texts} AND body IS NOT NULL LIMIT {Keeping::AT_ONCE})"
            ))
            .await?;
        let gone = unit
            .run(sql!(
                "DELETE FROM mail_message WHERE id IN (SELECT id FROM mail_message WHERE ended_at < {mails} LIMIT {Keeping::AT_ONCE})"
            ))
            .await?;
        Ok::<_, store::Error>(emptied.max(gone))
    })
    .await
}
