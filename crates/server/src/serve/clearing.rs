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
        portions("サインイン", || accounts::clear_sessions(db, now)).await,
        portions("知らないサインインID", || {
            accounts::forget_strangers(db, accounts::Limits::at(now).strangers)
        })
        .await,
        portions("署名ツールの符号", || certification::clear_launches(db, now)).await,
        portions("署名の操作", || signing::clear(db, now)).await,
        portions("メール", || mail::clear(db, now)).await,
    ];
    cleared.into_iter().collect()
}

async fn portions<E: Display, F: Future<Output = Result<u64, E>>>(what: &str, clear: impl Fn() -> F) -> Result<(), Failure> {
    for _ in 0..PORTIONS {
        let cleared = clear()
            .await
            .map_err(|error| Failure::again(format!("古い記録（{what}）を片付けられません。詳細：{error}")))?;
        if cleared < Keeping::AT_ONCE {
            break;
        }
    }
    Ok(())
}
