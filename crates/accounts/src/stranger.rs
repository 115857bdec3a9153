//! Sign-in IDs that nobody has. Wrong tries are counted for them as for those of people, so that being locked does not tell that an ID
//! exists. Only so many are remembered: whoever tries more of them than that pushes out the least tried ones, never his own locks.

use foundation::{Instant, Keeping};
use store::{Database, Unit, sql, unit};

use crate::{Error, Limits, session};

/// Books a wrong try with `sign_in`; how many there were, this one included.
///
/// # Errors
/// `Locked`, or the database did not answer.
pub(crate) async fn book(unit: &mut Unit, sign_in: &str, limits: Limits, now: Instant) -> Result<i64, Error> {
    let name = session::hash(sign_in);
    let before: Option<i64> = unit
        .find(sql!("SELECT failures FROM accounts_stranger WHERE name_hash = {&name}"))
        .await?;
    let before = before.unwrap_or_default();
    if before >= limits.wrong_passwords {
        return Err(Error::Locked);
    }
    // Two first tries at once meet here, whichever engine it is.
    unit.one(sql!(
        "INSERT INTO accounts_stranger (name_hash, failures, seen) VALUES ({&name}, 1, {now})
         ON CONFLICT (name_hash) DO UPDATE SET failures = accounts_stranger.failures + 1, seen = {now}"
    ))
    .await?;
    Ok(before + 1)
}

/// Forgets those beyond the `most` that were tried most often and latest, at most [`Keeping::AT_ONCE`]; how many.
///
/// # Errors
/// The database did not answer.
pub async fn forget_strangers(db: &Database, most: u64) -> Result<u64, Error> {
    Ok(unit!(db, |unit| {
        unit.run(sql!(
            "DELETE FROM accounts_stranger WHERE name_hash IN
               (SELECT name_hash FROM accounts_stranger ORDER BY failures DESC, seen DESC LIMIT {Keeping::AT_ONCE} OFFSET {most})"
        ))
        .await
    })
    .await?)
}
