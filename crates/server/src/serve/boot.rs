//! From an empty or known data folder to a house that answers.

use std::{path::Path, sync::Arc, time::Duration};

use certification::{Hierarchy, ceremony};
use foundation::{Clock, Instant, OsRandom, Random, Secret};
use store::Database;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::{
    CannotServe,
    assembly::Assembly,
    gate::Gate,
    listen::{self, Patience},
    post,
};
use crate::{
    clock::HouseClock,
    command::serve::Options,
    folder::{DataFolder, Installation},
    ready::Ready,
};

/// The running program.
pub struct House {
    pub(super) ready: Ready,
    pub(super) end: watch::Sender<bool>,
    pub(super) tasks: Vec<JoinHandle<()>>,
    pub(super) db: Database,
    /// Its lock is held as long as this lives.
    pub(super) data: DataFolder,
}

impl House {
    /// What the ready file says.
    pub fn ready(&self) -> Ready {
        self.ready.clone()
    }
    /// Ends everything that runs; what does not end in time runs again at the next start.
    pub async fn end(self, at_most: Duration) {
        // Nobody listening any more is an end too.
        let _ = self.end.send(true);
        let all = async {
            for task in self.tasks {
                let _ = task.await;
            }
        };
        if tokio::time::timeout(at_most, all).await.is_err() {
            tracing::warn!("something was still running and is cut off; it goes on at the next start");
        }
        self.db.close();
        drop(self.data);
    }
}

const DEMO_ARC: &str = "2.999";
const DEMO_OPERATOR: &str = "CECTRUST デモ運営者";

/// Boots.
pub async fn boot(options: &Options) -> Result<House, CannotServe> {
    if options.demo && !(options.listen.ip().is_loopback() && options.status_listen.ip().is_loopback()) {
        return Err(CannotServe::new(
            "デモは、この機械の中（127.0.0.1）でだけ動かせます。だれでもどの人にもなれるためです",
            "--listen と --status-listen に 127.0.0.1 の住所を渡してください。",
        ));
    }
    let data = DataFolder::open(&options.at.data)?;
    let fixed = data.installation()?;
    let (pages, status, installation) = doors(options, &data, fixed).await?;
    let page_address = pages
        .local_addr()
        .map_err(|error| CannotServe::new(error.to_string(), "もう一度お試しください。"))?;
    // From here on somebody answers: alive, and not ready yet.
    let (gate, (end, ended)) = (Gate::default(), watch::channel(false));
    gate.now("鍵を開ける合言葉");
    let pages = listen::serve(pages, gate.router(), Patience::PROGRAM, ended);
    let unlock = unlock_secret(options, &data)?;
    let clock = Arc::new(if options.demo {
        HouseClock::kept_in(data.path().join("clock"))
            .map_err(|error| CannotServe::new(error.to_string(), "データフォルダの clock を消してください。"))?
    } else {
        HouseClock::machine()
    });
    if let Some(to) = options.clock {
        clock
            .move_to(to)
            .map_err(|error| CannotServe::new(error.to_string(), "今の時計より先の時刻を --clock に渡してください。"))?;
    }
    let random: Arc<dyn Random> = Arc::new(OsRandom);
    let mail_seal = post::seal(&unlock, random.clone());
    gate.now("データベースの準備");
    let db = database(options, &data).await?;
    gate.now("認証局の鍵");
    let authority = authority(options, &data, &db, &installation, unlock, clock.now()).await?;
    let assembly = Assembly {
        options,
        db: db.clone(),
        clock,
        random,
        authority,
        installation,
        gate,
        page_address,
        mail_seal,
        end,
    };
    assembly.open(data, pages, status).await
}

/// Binds both listeners and fixes what is fixed at the first start.
async fn doors(
    options: &Options,
    data: &DataFolder,
    fixed: Option<Installation>,
) -> Result<(TcpListener, TcpListener, Installation), CannotServe> {
    let (mut listen_at, mut status_at) = (options.listen, options.status_listen);
    match &fixed {
        None if !options.demo => {
            return Err(CannotServe::new(
                format!("データフォルダ {} には、まだ認証局がありません", data.path().display()),
                "cectrust ceremony で認証局を作ってから、もう一度動かしてください（デモなら --demo を付けてください）。",
            ));
        }
        Some(fixed) if fixed.demo != options.demo => {
            return Err(CannotServe::new(
                if fixed.demo {
                    "このデータフォルダはデモのものです"
                } else {
                    "このデータフォルダは本番のものです。デモとしては動かせません"
                },
                if fixed.demo {
                    "--demo を付けてください。"
                } else {
                    "別の --data を渡してください。"
                },
            ));
        }
        Some(fixed) if fixed.engine != options.at.engine.word() => {
            return Err(CannotServe::new(
                format!("このデータフォルダは {} で作られました", fixed.engine),
                format!("--engine {} で動かしてください。", fixed.engine),
            ));
        }
        Some(fixed) if fixed.demo => {
            // With port 0 the demo keeps the ports of its first start: certificates name them.
            if listen_at.port() == 0 {
                listen_at.set_port(fixed.ports.0);
            }
            if status_at.port() == 0 {
                status_at.set_port(fixed.ports.1);
            }
        }
        _ => {}
    }
    let pages = listen::bind(listen_at, "--listen").await?;
    let status = listen::bind(status_at, "--status-listen").await?;
    let port = |listener: &TcpListener| listener.local_addr().map(|address| address.port()).unwrap_or_default();
    let given = options.status_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
    let installation = match fixed {
        Some(fixed) => {
            if let Some(given) = given.filter(|given| *given != fixed.status_url) {
                return Err(CannotServe::new(
                    format!(
                        "失効情報の住所は、最初に {} と決まり、証明書に書かれています。{given} には変えられません",
                        fixed.status_url
                    ),
                    "--status-url を書かないか、同じ住所を渡してください。",
                ));
            }
            fixed
        }
        None => {
            let address = status
                .local_addr()
                .map_err(|error| CannotServe::new(error.to_string(), "もう一度お試しください。"))?;
            let fixed = Installation {
                status_url: given.unwrap_or_else(|| format!("http://{address}")),
                demo: true,
                oid_arc: DEMO_ARC.to_owned(),
                operator: DEMO_OPERATOR.to_owned(),
                ports: (port(&pages), port(&status)),
                engine: options.at.engine.word().to_owned(),
            };
            data.fix(&fixed)?;
            fixed
        }
    };
    Ok((pages, status, installation))
}

/// The secret that opens the online keys: a file that is given, or in the demo a 0600 file in the data folder.
fn unlock_secret(options: &Options, data: &DataFolder) -> Result<Secret<Vec<u8>>, CannotServe> {
    let file = match (&options.unlock_file, options.demo) {
        (Some(file), _) => file.clone(),
        (None, true) => {
            let file = data.path().join("unlock");
            if !file.exists() {
                let mut bytes = [0u8; 32];
                OsRandom.fill(&mut bytes);
                crate::folder::write_secretly(&file, hex::encode(bytes).as_bytes())
                    .map_err(|error| CannotServe::new(error.to_string(), "データフォルダに書けるようにしてください。"))?;
            }
            file
        }
        (None, false) => {
            return Err(CannotServe::new(
                "認証局の鍵を開ける合言葉がありません",
                "--unlock-file に、合言葉を書いたファイルを渡してください。",
            ));
        }
    };
    read_secret(&file)
}

/// The first line of a file, as a secret.
pub(crate) fn read_secret(file: &Path) -> Result<Secret<Vec<u8>>, CannotServe> {
    let text = std::fs::read(file).map_err(|error| {
        CannotServe::new(
            format!("{}：{}", file.display(), crate::words::of_disk(&error)),
            "読めるファイルを渡してください。",
        )
    })?;
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() {
        return Err(CannotServe::new(
            format!("{} の一行目が空です", file.display()),
            "合言葉を一行目に書いてください。",
        ));
    }
    Ok(Secret::new(line.to_vec()))
}

/// Where the authority lives.
pub(crate) fn authority_folder(data: &Path) -> std::path::PathBuf {
    data.join("authority")
}

async fn authority(
    options: &Options,
    data: &DataFolder,
    db: &Database,
    installation: &Installation,
    unlock: Secret<Vec<u8>>,
    now: Instant,
) -> Result<Arc<Hierarchy>, CannotServe> {
    let folder = authority_folder(data.path());
    let plan = ceremony::Plan {
        status_url: installation.status_url.clone(),
        arc: installation.oid_arc.clone(),
        key: ceremony::CaKey::default(),
        operator: installation.operator.clone(),
        demo: installation.demo,
    };
    // A database that knows an authority fits no other: one that was lost is refused before a new one is made.
    let adopted = certification::is_adopted(db).await.map_err(|error| {
        CannotServe::new(
            format!("データベースを読めません。{}", crate::words::detail(&error)),
            "データベースが動いていることを確かめてください。",
        )
    })?;
    let first_start = options.demo && !adopted;
    let loaded = tokio::task::spawn_blocking(move || {
        if first_start && !Hierarchy::exists(&folder) {
            // The demo's root key leaves the running program once the hierarchy is made: its passphrase is drawn here and kept nowhere.
            let mut passphrase = vec![0u8; 32];
            OsRandom.fill(&mut passphrase);
            let custody = ceremony::Custody {
                folder: folder.with_extension("root"),
                passphrase: Secret::new(passphrase),
            };
            let root_folder = custody.folder.clone();
            let made = ceremony::create(&folder, &custody, &unlock, &plan, now, &OsRandom);
            // Sealed under words that nobody has: only waste.
            drop(std::fs::remove_dir_all(root_folder));
            return made;
        }
        if Hierarchy::exists(&folder) && ceremony::renew_ocsp(&folder, &unlock, now, &OsRandom)? {
            tracing::info!("the OCSP signer was renewed");
        }
        Hierarchy::load(&folder, &unlock)
    })
    .await
    .map_err(|error| CannotServe::new(error.to_string(), "もう一度お試しください。"))?;
    let authority = loaded.map_err(|error| {
        CannotServe::new(
            format!("認証局の鍵を使えません。{}", error.sentence()),
            "cectrust doctor で調べ、控えから鍵を戻すか、正しい合言葉を渡してください。",
        )
    })?;
    authority
        .check_status_url(&installation.status_url)
        .map_err(|error| CannotServe::new(error.sentence(), "この認証局のデータフォルダを渡してください。"))?;
    if now >= authority.tsu_until() {
        return Err(CannotServe::new(
            format!(
                "時刻認証局の鍵の使用期間（1年）が、{} に終わりました",
                authority.tsu_until().japanese()
            ),
            if installation.demo {
                "デモはルートの鍵を残さないため、次の鍵を作れません。新しい --data でデモを始めてください。"
            } else {
                "ルートの鍵の保管者と cectrust ceremony next-tsu を行ってから、もう一度動かしてください。"
            },
        ));
    }
    Ok(Arc::new(authority))
}

async fn database(options: &Options, data: &DataFolder) -> Result<Database, CannotServe> {
    crate::command::open(&options.at.engine.url(data.path())).await
}
