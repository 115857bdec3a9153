//! Refused mails are sent again, or taken up by somebody; mails that a crash left behind are settled.

use foundation::{Actor, Instant};
use jobs::enqueue;
use serde_json::json;
use store::{Database, Unit, sql, unit};

use crate::message::Send;
use crate::settings::operator;
use crate::{Error, MailId, State, Wrong};

/// A mail whose text is not kept is sent by the process that wrote it, or by nobody: how long that may take at most.
const AT_WORK: i64 = 10 * 60;
/// How many waiting mails get a try at once when the mail server was set anew.
const AT_ONCE: i64 = 500;

/// A refused mail is tried again from the start.
///
/// # Errors
/// The right is missing, it was not refused, its text is not kept, or the database refuses.
pub async fn again(db: &Database, by: &Actor, mail: MailId, now: Instant) -> Result<(), Error> {
    operator(by)?;
    unit!(db, |unit| again_in(unit, by, mail, now).await).await
}

/// The same in the caller's unit, for a mail about a thing of his: he has asked for the right on the thing.
///
/// # Errors
/// It was not refused, its text is not kept, or the database refuses.
pub async fn again_in(unit: &mut Unit, by: &Actor, mail: MailId, now: Instant) -> Result<(), Error> {
    let (state, has_text): (State, bool) = unit
        .find(sql!(
            "SELECT state, body IS NOT NULL AS has_text FROM mail_message WHERE id = {mail}"
        ))
        .await?
        .ok_or(Error::Unknown)?;
    if state != State::Refused {
        return Err(Error::NotRefused);
    }
    if !has_text {
        return Err(Error::NoText);
    }
    unit.one(sql!(
        "UPDATE mail_message SET state = {State::Waiting}, ended_at = NULL, seen_at = NULL WHERE id = {mail}"
    ))
    .await?;
    enqueue(unit, now, &Send { mail }).await?;
    note(unit, by, "mail.again", mail, now).await
}

/// A refused mail says from now on what its room would write today: what it tells of may have changed since. Before [`again_in`].
///
/// # Errors
/// It was not refused, its text is not kept, or the database refuses.
pub async fn rewrite(unit: &mut Unit, mail: MailId, subject: &str, text: &str) -> Result<(), Error> {
    let html = crate::html(text);
    let changed = unit
        .run(sql!(
            "UPDATE mail_message SET subject = {subject}, body = {text}, html = {html}
             WHERE id = {mail} AND state = {State::Refused} AND body IS NOT NULL"
        ))
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::NotRefused) }
}

/// Somebody takes up a refused mail: he has told the recipient otherwise, so it is no trouble any more.
///
/// # Errors
/// The right is missing, it was not refused, or the database refuses.
pub async fn take_up(db: &Database, by: &Actor, mail: MailId, now: Instant) -> Result<(), Error> {
    operator(by)?;
    unit!(db, |unit| {
        let changed = unit
            .run(sql!(
                "UPDATE mail_message SET seen_at = {now} WHERE id = {mail} AND state = {State::Refused} AND seen_at IS NULL"
            ))
            .await?;
        if changed != 1 {
            return Err(Error::NotRefused);
        }
        note(unit, by, "mail.take_up", mail, now).await
    })
    .await
}

async fn note(unit: &mut Unit, by: &Actor, deed: &str, mail: MailId, now: Instant) -> Result<(), Error> {
    let entry = journal::Entry {
        actor: by,
        deed,
        subject: &mail,
        facts: json!({}),
        at: now,
    };
    Ok(journal::note(unit, entry).await?)
}

/// A new mail server: what waits is tried now, not in an hour. A mail that two jobs look at is sent by the first.
pub(crate) async fn all_waiting(unit: &mut Unit, now: Instant) -> Result<(), Error> {
    let waiting: Vec<MailId> = unit
        .all(sql!(
            "SELECT id FROM mail_message WHERE state = 'waiting' AND body IS NOT NULL ORDER BY id LIMIT {AT_ONCE}"
        ))
        .await?;
    for mail in waiting {
        enqueue(unit, now, &Send { mail }).await?;
    }
    Ok(())
}

/// The resolver of mails that carry a secret: the program died between their row and the server's word. Nobody has their text any more.
pub(crate) async fn settle_broken_off(db: &Database, now: Instant) -> store::Result<u64> {
    let before = now.plus_seconds(-AT_WORK);
    let stuck: Vec<MailId> = db
        .all(sql!(
            "SELECT id FROM mail_message WHERE state = 'waiting' AND body IS NULL AND written_at <= {before} LIMIT {AT_ONCE}"
        ))
        .await?;
    if stuck.is_empty() {
        return Ok(0);
    }
    // Seen at once: its job writes the next one by itself, so there is nothing for a person to do.
    unit!(db, |unit| {
        unit.run(sql!(
            "UPDATE mail_message SET state = {State::Refused}, attempts = attempts + 1, wrong = {Wrong::BrokenOff}, last_error = NULL, ended_at = {now}, seen_at = {now}
             WHERE id IN ({..stuck}) AND state = 'waiting' AND body IS NULL"
        ))
        .await
    })
    .await
}
