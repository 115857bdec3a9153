//! Mails that did not arrive: for the operator's list, for the case they are about, for the light on the health page.

use std::collections::HashMap;

use foundation::{Actor, Instant};
use store::{Database, Record, sql};

use crate::settings::operator;
use crate::{Error, Listed, MailId, Wrong};

/// How many refused mails are looked through for their cases.
const MANY: i64 = 1_000;

/// Mails that wait or were refused, the oldest first, at most 200.
///
/// # Errors
/// The database refuses.
pub async fn troubled(db: &Database) -> store::Result<Vec<Listed>> {
    db.all(sql!(
        "SELECT id, kind, about, recipient, subject, state, attempts, wrong, last_error, is_secret,
                body IS NOT NULL AS has_text, written_at, ended_at
         FROM mail_message WHERE state <> 'sent' ORDER BY written_at, id LIMIT 200"
    ))
    .await
}

/// Mails that wait, or were refused and not yet taken up by anybody, newest first; `before` is the last of the page before.
///
/// # Errors
/// The actor is not of the operator, or the database refuses.
pub async fn troubled_page(db: &Database, by: &Actor, before: Option<MailId>, size: i64) -> Result<Vec<Listed>, Error> {
    operator(by)?;
    let page = before.map_or_else(|| sql!("1 = 1"), |id| sql!("id < {id}"));
    Ok(db
        .all(sql!(
            "SELECT id, kind, about, recipient, subject, state, attempts, wrong, last_error, is_secret,
                body IS NOT NULL AS has_text, written_at, ended_at
             FROM mail_message WHERE state <> 'sent' AND seen_at IS NULL AND {+page} ORDER BY id DESC LIMIT {size}"
        ))
        .await?)
}

/// How many mails wait and were refused, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Record)]
pub struct Troubles {
    /// They wait to be sent.
    pub waiting: i64,
    /// The oldest of them.
    pub waiting_since: Option<Instant>,
    /// They were refused, and nobody has taken them up.
    pub refused: i64,
    /// The oldest refusal.
    pub refused_since: Option<Instant>,
}

/// The sum of [`troubled_page`].
///
/// # Errors
/// The actor is not of the operator, or the database refuses.
pub async fn troubles(db: &Database, by: &Actor) -> Result<Troubles, Error> {
    operator(by)?;
    Ok(db
        .only(sql!(
            "SELECT COUNT(CASE WHEN state = 'waiting' THEN 1 END) AS waiting, MIN(CASE WHEN state = 'waiting' THEN written_at END) AS waiting_since,
                    COUNT(CASE WHEN state = 'refused' THEN 1 END) AS refused, MIN(CASE WHEN state = 'refused' THEN ended_at END) AS refused_since
             FROM mail_message WHERE state <> 'sent' AND seen_at IS NULL"
        ))
        .await?)
}

/// What the mails are about that were refused and not followed by a mail to the same address that was taken, with the newest cause. For
/// a list of things that its reader may see: he asks whether one of his own is among them.
///
/// # Errors
/// The database refuses.
pub async fn undelivered(db: &Database) -> store::Result<HashMap<String, Wrong>> {
    let found: Vec<(String, Option<Wrong>)> = db
        .all(sql!(
            "SELECT m.about AS about, m.wrong AS wrong FROM mail_message m WHERE m.state = 'refused' AND m.about IS NOT NULL AND NOT EXISTS
               (SELECT 1 FROM mail_message l WHERE l.about = m.about AND l.recipient = m.recipient AND l.state = 'sent' AND l.id > m.id)
             ORDER BY m.written_at DESC, m.id DESC LIMIT {MANY}"
        ))
        .await?;
    // the newest stands first and is put in last
    let found = found.into_iter().rev();
    Ok(found.map(|(about, wrong)| (about, wrong.unwrap_or(Wrong::Unknown))).collect())
}
