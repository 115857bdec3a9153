//! Clears away what was only needed to work, once its period (`foundation::Keeping`) is over. Each room clears its own rows.

use std::fmt::Display;

use foundation::{Instant, Keeping};
use jobs::{Failure, Registry};
use store::Database;

/// How many portions of one kind are cleared in one run, so that other work gets its turn.
const PORTIONS: usize = 100;

/// Every hour.
pub(super) fn register(registry: &mut Registry, db: &Database) {
    let db = db.clone();
    registry.every("server.clear", 3_600, move |run| {
        let db = db.clone();
        async move { clear(&db, run.now).await }
    });
}

/// One room that cannot keeps no other from it; the first failure is told.
async fn clear(db: &Database, now: Instant) -> Result<(), Failure> {
    let cleared = [
        portions("sessions", || accounts::clear_sessions(db, now)).await,
        portions("unknown sign-in IDs", || {
            accounts::forget_strangers(db, accounts::Limits::at(now).strangers)
        })
        .await,
        portions("launches", || certification::clear_launches(db, now)).await,
        portions("acts of signing", || signing::clear(db, now)).await,
        portions("mails", || mail::clear(db, now)).await,
    ];
    cleared.into_iter().collect()
}

async fn portions<E: Display, F: Future<Output = Result<u64, E>>>(what: &str, clear: impl Fn() -> F) -> Result<(), Failure> {
    for _ in 0..PORTIONS {
        let cleared = clear().await.map_err(|error| Failure::again(format!("clearing {what}: {error}")))?;
        if cleared < Keeping::AT_ONCE {
            break;
        }
    }
    Ok(())
}
