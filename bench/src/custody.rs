//! Deposits of the 原本保管サービス as the server takes them: object durable, rows, journal; then the round into log, stamp and evidence record.

use crate::cpu;
use crate::parties::World;
use custody::{Keeper, Material, Own, StampFuture, Stamper};
use foundation::{Actor, Clock as _, OsRandom, Secret, Services, SystemClock};
use log::{CheckpointSigner as _, Sequencer, SoftwareSigner};
use std::path::Path;
use std::sync::Arc;
use store::{Database, Objects};

/// How many deposits one round holds here, and how many rounds.
const ROUND: u32 = 200;
const ROUNDS: u32 = 3;

/// Deposits a CPU-second of the whole process, rounds and all, on SQLite in a folder.
pub fn rate(folder: &Path, world: World, document: &[u8]) -> Result<f64, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(deposits(folder, world, document))
}

async fn deposits(folder: &Path, world: World, document: &[u8]) -> Result<f64, String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let db = Database::open(&format!("sqlite:{}", folder.join("custody.db").display()))
        .await
        .map_err(|error| words(&error))?;
    db.migrate().await.map_err(|error| words(&error))?;
    let objects = Objects::folder(folder.join("objects")).map_err(|error| words(&error))?;
    let signer = SoftwareSigner::from_seed("bench.example", &Secret::new(vec![9; 32])).map_err(|error| words(&error))?;
    log::open(&db, signer.key()).await.map_err(|error| words(&error))?;
    let keeper = Keeper::new(
        db.clone(),
        Arc::new(Sequencer::new(db.clone(), Arc::new(signer))),
        Arc::new(Unit(world)),
    );
    let clerk = clerk();
    let mut best: f64 = 0.0;
    for _ in 0..ROUNDS {
        let start = cpu::of_this_process();
        for _ in 0..ROUND {
            let own = Own {
                file_name: "contract.pdf".to_owned(),
                media: "application/pdf".to_owned(),
                bytes: document.to_vec(),
            };
            custody::deposit_own(&db, &objects, &clerk, own, SystemClock.now(), &OsRandom)
                .await
                .map_err(|error| words(&error))?;
        }
        let turn = keeper
            .turn(SystemClock.now().plus_seconds(2))
            .await
            .map_err(|error| words(&error))?;
        if turn.kept.len() != ROUND as usize {
            return Err(format!("{} of {ROUND} deposits are kept", turn.kept.len()));
        }
        best = best.max(f64::from(ROUND) / (cpu::of_this_process() - start));
    }
    Ok(best)
}

/// The time-stamping unit in the same process.
struct Unit(World);

impl Stamper for Unit {
    fn stamp(&self, digest: [u8; 64]) -> StampFuture<'_, Vec<u8>> {
        Box::pin(async move { Ok(self.0.token(digest)) })
    }
    fn material(&self) -> StampFuture<'_, Material> {
        Box::pin(async { Ok(Material::default()) })
    }
}

fn clerk() -> Actor {
    let services = Services {
        contracts: false,
        custody: true,
    };
    Actor::Member(testkit::at_a_desk(services, SystemClock.now(), &OsRandom))
}
