//! Integrates the log and makes custody's rounds until the program ends.

use std::{sync::Arc, time::Duration};

use custody::Keeper;
use foundation::Clock;
use store::Database;
use tokio::sync::watch;

/// How long nothing is looked at when nothing wakes us: the product's clock may move, other nodes may write.
const PAUSE: Duration = Duration::from_millis(250);

/// Makes rounds until `ended` says so.
pub async fn make(
    keeper: Arc<Keeper>,
    sequencer: Arc<log::Sequencer>,
    clock: Arc<dyn Clock>,
    db: Database,
    mut ended: watch::Receiver<bool>,
) {
    loop {
        let woken = db.woken();
        if let Err(error) = sequencer.integrate(clock.now()).await {
            tracing::error!(%error, "the log could not be integrated");
        }
        if let Err(error) = keeper.turn(clock.now()).await {
            tracing::error!(%error, "a round of custody failed");
        }
        tokio::select! {
            () = async { drop(ended.wait_for(|end| *end).await) } => return,
            () = woken => tokio::time::sleep(Duration::from_millis(50)).await,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
