//! A custody with a test authority behind its port.

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use custody::{DepositId, Keeper, Material, Own, Owner, Prepared, Receipt, StampFailure, StampFuture, Stamper, Terms};
use evidence::{Trust, VerifierKey};
use foundation::{Actor, Member, Seat, Secret, Services};
use log::{CheckpointSigner, Sequencer, SoftwareSigner};
use store::unit;
use testkit::Bench;

/// The test authority, made once for the whole run.
fn authority() -> &'static Path {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../evidence/tests/oracle/tsa.sh");
        assert!(testkit::tool("sh").arg(script).arg(folder.path()).status().unwrap().success());
        folder
    })
    .path()
}

/// openssl behind the port; can be told to be down.
#[derive(Default)]
pub struct OpenSsl {
    pub down: AtomicUsize,
    pub asked: AtomicUsize,
    pub wrong: Mutex<Option<[u8; 64]>>,
}

impl OpenSsl {
    fn run(command: &mut Command) {
        let output = command.current_dir(authority()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    fn token(digest: [u8; 64]) -> Vec<u8> {
        // openssl keeps the next serial in one file that it writes anew: two tests at once would read it empty.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let name = format!("t{:?}", std::thread::current().id()).replace(['(', ')'], "");
        let (query, token) = (format!("{name}.tsq"), format!("{name}.tst"));
        Self::run(testkit::tool("openssl").args(["ts", "-query", "-digest", &hex::encode(digest), "-sha512", "-cert", "-out", &query]));
        let reply = [
            "ts",
            "-reply",
            "-config",
            "ts.cnf",
            "-section",
            "t",
            "-queryfile",
            &query,
            "-token_out",
            "-out",
            &token,
        ];
        Self::run(testkit::tool("openssl").args(reply));
        std::fs::read(authority().join(token)).unwrap()
    }
}

impl Stamper for OpenSsl {
    fn stamp(&self, digest: [u8; 64]) -> StampFuture<'_, Vec<u8>> {
        Box::pin(async move {
            store::outside_any_unit();
            self.asked.fetch_add(1, Ordering::SeqCst);
            if self.down.load(Ordering::SeqCst) > 0 {
                return Err(StampFailure {
                    reason: "時刻認証局が応答しません".to_owned(),
                });
            }
            let digest = self.wrong.lock().unwrap().unwrap_or(digest);
            Ok(Self::token(digest))
        })
    }
    fn material(&self) -> StampFuture<'_, Material> {
        Box::pin(async move {
            let file = |name: &str| std::fs::read(authority().join(name)).unwrap();
            Ok(Material {
                chain: vec![("tsu".to_owned(), file("tsu.der"))],
                status: vec![("root.crl".to_owned(), file("root.crl"))],
            })
        })
    }
}

pub struct Custody {
    pub bench: Bench,
    pub stamper: Arc<OpenSsl>,
    pub keeper: Keeper,
    pub key: VerifierKey,
}

impl Custody {
    pub async fn new(bench: Bench) -> Self {
        let signer = SoftwareSigner::from_seed("demo.example", &Secret::new(vec![9; 32])).unwrap();
        let key = signer.key().clone();
        log::open(&bench.db, &key).await.unwrap();
        let stamper = Arc::new(OpenSsl::default());
        let sequencer = Arc::new(Sequencer::new(bench.db.clone(), Arc::new(signer)));
        let keeper = Keeper::new(bench.db.clone(), sequencer, stamper.clone());
        Self {
            bench,
            stamper,
            keeper,
            key,
        }
    }
    pub fn trust(&self) -> Trust {
        Trust {
            roots: vec![std::fs::read(authority().join("root.der")).unwrap()],
            log_keys: vec![self.key.clone()],
            crls: vec![],
        }
    }
    pub async fn own(&self, by: &Actor, name: &str, bytes: &[u8]) -> custody::Result<Receipt> {
        let own = Own {
            file_name: name.to_owned(),
            media: "application/octet-stream".to_owned(),
            bytes: bytes.to_vec(),
        };
        custody::deposit_own(&self.bench.db, &self.bench.objects, by, own, self.bench.now(), &*self.bench.random).await
    }
    pub async fn contract(&self, owners: Vec<Owner>, bytes: &[u8]) -> custody::Result<Receipt> {
        let bench = &self.bench;
        let now = bench.now();
        let prepared = Prepared::store(&bench.objects, now, &*bench.random, bytes.to_vec()).await?;
        let terms = Terms {
            title: "外壁改修工事".to_owned(),
            file_name: "契約書.pdf".to_owned(),
            owners,
            concluded: now.date_in_japan(),
        };
        let system = Actor::System {
            cause: "job contracts.seal",
        };
        unit!(bench.db, |unit| custody::deposit_original(unit, &system, &prepared, &terms, now)
            .await)
        .await
    }
    pub async fn bundle(&self, by: &Actor, id: DepositId) -> custody::Result<Vec<u8>> {
        let pieces = custody::bundle(&self.bench.db, &self.bench.objects, by, id).await?;
        Ok(pieces.concat())
    }
    /// A second passes and the keeper takes his turn.
    pub async fn round(&self) -> custody::Turn {
        self.bench.clock.advance(1);
        self.keeper.turn(self.bench.now()).await.unwrap()
    }
    /// A person at a new desk of a new 企業ID.
    pub fn person(&self, contracts: bool, custody: bool) -> Member {
        testkit::at_a_desk(Services { contracts, custody }, self.bench.now(), &*self.bench.random)
    }
}

pub fn owner(member: &Member) -> Owner {
    let Seat::Desk { desk, .. } = member.seat else { panic!("a desk") };
    Owner {
        department: member.department,
        desk,
    }
}

/// The same company on its 企業ID.
pub fn department_of(member: &Member) -> Actor {
    Actor::Member(Member {
        seat: Seat::Department,
        ..member.clone()
    })
}
