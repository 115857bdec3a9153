//! Reads again what is kept and compares it with its hash, until the program ends.

use std::{sync::Arc, time::Duration};

use foundation::Clock;
use store::{Database, Objects};
use tokio::sync::watch;

/// How long nothing is looked at when nothing wakes us.
const PAUSE: Duration = Duration::from_secs(1);

/// Looks at what is due until `ended` says so.
pub async fn check(db: Database, objects: Objects, clock: Arc<dyn Clock>, mut ended: watch::Receiver<bool>) {
    loop {
        let woken = db.woken();
        match custody::look(&db, &objects, clock.now()).await {
            Ok(looked) if looked.is_full() && !*ended.borrow() => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "kept files could not be compared with their hashes"),
        }
        tokio::select! {
            () = async { drop(ended.wait_for(|end| *end).await) } => return,
            () = woken => tokio::time::sleep(Duration::from_millis(200)).await,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
