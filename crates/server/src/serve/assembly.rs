//! The rooms, wired together: who needs what, what runs beside the listeners, who listens to which event.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo, http::StatusCode, middleware, response::IntoResponse, routing::get};
use certification::Hierarchy;
use foundation::{Clock, Random};
use store::{Database, Objects};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::{
    CannotServe,
    boot::House,
    clearing, faces, fixity,
    gate::Gate,
    health::{self, Watcher},
    letters::Spool,
    listen, logkey,
    notary::Notary,
    post, printing, readiness, rounds, self_test,
    stamper::HttpStamper,
};
use crate::{
    clock::HouseClock,
    command::serve::Options,
    demo::{self, faults::Faults},
    folder::{DataFolder, Installation},
    ready::Ready,
};

/// No write of an object takes so long: what is older is the rest of one that was cut off.
const UNFINISHED: Duration = Duration::from_secs(3_600);

/// What the house is put together from.
pub(super) struct Assembly<'a> {
    pub(super) options: &'a Options,
    pub(super) db: Database,
    pub(super) clock: Arc<HouseClock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) authority: Arc<Hierarchy>,
    pub(super) installation: Installation,
    pub(super) gate: Gate,
    /// Where the pages are.
    pub(super) page_address: SocketAddr,
    pub(super) mail_seal: mail::Seal,
    pub(super) end: watch::Sender<bool>,
}

impl Assembly<'_> {
    /// Opens the rooms, starts what runs, opens the gate; `pages` is the task that listens there.
    pub(super) async fn open(self, data: DataFolder, pages: JoinHandle<()>, status: TcpListener) -> Result<House, CannotServe> {
        let broken = |what: &str, error: &dyn std::fmt::Display| {
            CannotServe::new(
                format!("{what}。{}", crate::words::detail(error)),
                "cectrust doctor で調べてください。",
            )
        };
        let Self {
            options,
            db,
            clock,
            random,
            authority,
            installation,
            gate,
            page_address,
            mail_seal,
            end,
        } = self;
        let clock_port: Arc<dyn Clock> = clock.clone();
        let ended = end.subscribe();
        gate.now("部屋の準備");
        let objects = Objects::folder(data.path().join("objects")).map_err(|error| broken("保管場所を開けません", &error))?;
        let now = clock.now();

        certification::adopt(&db, &authority, now)
            .await
            .map_err(|error| broken("認証局とデータベースが合いません", &error.sentence()))?;
        let addresses = authority.addresses().clone();
        let signer = logkey::signer(&authority).map_err(|error| broken("記録簿の鍵を使えません", &error))?;
        log::open(&db, log::CheckpointSigner::key(&signer))
            .await
            .map_err(|error| broken("記録簿を開けません", &error))?;
        let verifier_key = format!("{}\n", log::CheckpointSigner::key(&signer));
        let sequencer = Arc::new(log::Sequencer::new(db.clone(), Arc::new(signer)));
        let journal = journal::Sequencer::new(db.clone(), clock_port.clone(), random.clone());

        let responder_faults = Arc::new(responder::Faults::default());
        let identity = responder::Identity {
            issuing: authority.issuing().clone(),
            ocsp: responder::Key {
                certificate: authority.ocsp().clone(),
                signer: authority.ocsp_signer().clone(),
            },
            tsu: responder::Key {
                certificate: authority.tsu().clone(),
                signer: authority.tsu_signer().clone(),
            },
            tsu_until: authority.tsu_until(),
            tsa_policy: authority.tsa_policy(),
            arc: *authority.arc(),
            demo: authority.is_demo(),
        };
        let responder = responder::Responder::new(identity, db.clone(), clock_port.clone(), random.clone(), responder_faults.clone());

        let tsa = options.tsa.clone().unwrap_or_else(|| addresses.tsa());
        let signing = signing::Signing::new(signing::Config {
            tsa: tsa.clone(),
            status_bases: vec![format!("{}/", addresses.status_url())],
            anchors: vec![authority.root().der().to_vec()],
            intermediates: [authority.issuing(), authority.ocsp(), authority.tsu()]
                .map(|certificate| certificate.der().to_vec())
                .to_vec(),
            timeout: Duration::from_secs(15),
        });
        let printer = printing::printer(options.fonts.as_deref());
        let signing = signing.with_marks(printer.clone(), installation.demo);
        let contracts = contracts::Tools {
            db: db.clone(),
            objects: objects.clone(),
            signing: signing.clone(),
            random: random.clone(),
            findings: contracts::Findings::new(printing::substitutes(options.fonts.as_deref())),
        };
        let stamper = HttpStamper {
            http: asking(&tsa, Duration::from_secs(15)).map_err(|error| broken("時刻局と通信する用意ができません", &error))?,
            tsa,
            addresses: addresses.clone(),
            random: random.clone(),
            chain: [
                ("issuing", authority.issuing()),
                ("tsu", authority.tsu()),
                ("ocsp", authority.ocsp()),
                ("seal", authority.seal()),
            ]
            .map(|(name, certificate)| (name.to_owned(), certificate.clone()))
            .to_vec(),
        };
        let keeper = Arc::new(custody::Keeper::new(db.clone(), sequencer.clone(), Arc::new(stamper)));

        let outbox = mail::Outbox::new();
        let transport = post::transport(options, &outbox)?;
        let given = transport.map(|transport| (options.mail_from.as_str(), transport));
        let mailer = mail::Mailer::with_settings(db.clone(), clock_port.clone(), given, mail_seal).map_err(|error| {
            CannotServe::new(
                format!("メールの差出人が正しくありません。{error}"),
                "--mail-from にメールアドレスを渡してください。",
            )
        })?;
        let letters = Arc::new(certification::DemoPost::new());
        let public_url = options
            .public_url
            .as_deref()
            .map_or_else(|| format!("http://{page_address}"), |url| url.trim_end_matches('/').to_owned());

        let certifier = custody::Certifier::new(custody::Desk {
            db: db.clone(),
            objects: objects.clone(),
            printer: printer.clone(),
            notary: Arc::new(Notary::new(signing.clone(), &authority, random.clone())),
            random: random.clone(),
            issuer: installation.operator.clone(),
            verify_url: format!("{public_url}/verify"),
            demo: installation.demo,
        });

        let mut registry = jobs::Registry::new();
        mailer.register(&mut registry);
        let workshop = Arc::new(certification::Workshop {
            db: db.clone(),
            authority: authority.clone(),
            post: if installation.demo {
                letters.clone()
            } else {
                Arc::new(Spool::open(options.letters.as_deref(), data.path(), printer.clone())?)
            },
            mailer: mailer.clone(),
            sender: certification::Sender {
                apply_at: public_url.clone(),
                demo: installation.demo,
            },
            random: random.clone(),
            clock: clock_port.clone(),
        });
        certification::register(&mut registry, &workshop);
        contracts::register(&mut registry, &contracts);
        clearing::register(&mut registry, &db);
        let resolving = db.clone();
        registry.every("signing.resolve", 60, move |run| {
            let db = resolving.clone();
            async move {
                signing::resolve(&db, run.now)
                    .await
                    .map(drop)
                    .map_err(|error| jobs::Failure::again(error.to_string()))
            }
        });
        let certifying = db.clone();
        registry.every("custody.originality", 60, move |run| {
            let db = certifying.clone();
            async move {
                custody::resolve_certificates(&db, run.now)
                    .await
                    .map(drop)
                    .map_err(|error| jobs::Failure::again(error.to_string()))
            }
        });
        {
            // Nobody waits for it; a folder of many objects takes its time.
            let objects = objects.clone();
            tokio::spawn(async move {
                match objects.clear_unfinished(UNFINISHED).await {
                    Ok(0) => {}
                    Ok(cleared) => tracing::info!(cleared, "unfinished writes of an earlier crash were removed"),
                    Err(error) => tracing::warn!(%error, "unfinished writes could not be looked for"),
                }
            });
        }
        let runner = jobs::Runner::new(db.clone(), clock_port.clone(), registry);

        let mut tasks = vec![
            pages,
            listen::serve(
                status,
                responder.router().route("/log/log.vkey", get(move || async move { verifier_key })),
                listen::Patience::PROGRAM,
                ended.clone(),
            ),
        ];
        responder
            .refresh()
            .await
            .map_err(|error| broken("公開するものを読めません", &error))?;
        let until = |mut ended: watch::Receiver<bool>| async move {
            let _ = ended.wait_for(|end| *end).await;
        };
        {
            let (responder, ended) = (responder.clone(), ended.clone());
            tasks.push(tokio::spawn(async move { responder.run(until(ended)).await }));
            let (journal, ended) = (journal.clone(), end.subscribe());
            tasks.push(tokio::spawn(async move { journal.run(until(ended)).await }));
        }
        tasks.push(tokio::spawn(printing::rest(printer.clone(), ended.clone())));
        tasks.push(tokio::spawn(rounds::make(
            keeper.clone(),
            sequencer.clone(),
            clock_port.clone(),
            db.clone(),
            ended.clone(),
        )));
        tasks.push(tokio::spawn(fixity::check(
            db.clone(),
            objects.clone(),
            clock_port.clone(),
            ended.clone(),
        )));
        {
            let (runner, ended) = (runner.clone(), ended.clone());
            tasks.push(tokio::spawn(async move {
                if let Err(error) = runner.run(until(ended)).await {
                    tracing::error!(%error, "the jobs do not run");
                }
            }));
        }

        gate.now("自己署名試験");
        self_test::stamp(&signing, clock.now(), random.as_ref()).await.map_err(|error| {
            CannotServe::new(
                format!(
                    "起動の自己署名試験ができません。{}{}",
                    error.sentence(),
                    crate::words::detail(&error)
                ),
                "時刻認証局の鍵と、失効情報の待ち受けを確かめてください。",
            )
        })?;

        let stage = if installation.demo {
            let fresh = demo::seed::seed(&db, random.as_ref(), clock.now())
                .await
                .map_err(|error| broken("デモの人と会社を用意できません", &error))?;
            Some(demo::routes::Stage {
                db: db.clone(),
                clock: clock.clone(),
                runner,
                outbox: outbox.clone(),
                letters,
                printer: printer.clone(),
                faults: Faults {
                    responder: responder_faults,
                    outbox,
                    objects: objects.clone(),
                    wished: Arc::default(),
                },
                story: demo::story::Telling::of(data.path(), fresh, options.bare),
                keeper,
                sequencer: sequencer.clone(),
            })
        } else {
            None
        };
        let health = Arc::new(Watcher {
            db: db.clone(),
            clock: clock_port.clone(),
            journal: journal.clone(),
            log: sequencer.clone(),
            authority: authority.clone(),
            signing: signing.clone(),
            printer: printer.clone(),
            random: random.clone(),
            http: asking(&installation.status_url, Duration::from_secs(5))
                .map_err(|error| broken("失効情報と通信する用意ができません", &error))?,
            mailer: mailer.clone(),
            data: data.path().to_path_buf(),
            memory: health::Memory::default(),
        });
        tasks.push(tokio::spawn(health::watch(health.clone(), end.subscribe())));
        let shown = web::Shown {
            demo: installation.demo,
            status_url: installation.status_url.clone(),
            version: env!("CARGO_PKG_VERSION"),
        };
        let lagging: Arc<dyn Fn() -> bool + Send + Sync> = {
            let journal = journal.clone();
            Arc::new(move || journal.lagging())
        };
        let known_secret: fn(&str) -> Option<&'static str> = if installation.demo {
            demo::people::sealing_secret
        } else {
            |_| None
        };
        let page_house = web::House::new(web::Rooms {
            db: db.clone(),
            objects: objects.clone(),
            clock: clock_port.clone(),
            random: random.clone(),
            public_url: public_url.clone(),
            shown,
            authority: authority.clone(),
            signing: signing.clone(),
            contracts: contracts.clone(),
            certifier: certifier.clone(),
            printer: printer.clone(),
            mailer,
            lagging: lagging.clone(),
            known_secret,
            kinds: accounts::proposals::Kinds::new()
                .with::<accounts::Registration>()
                .with::<certification::NewSubject>(),
            log_keys: vec![sequencer.key().clone()],
            health,
            demo: stage.as_ref().map(demo::stage::stage),
        });
        let rooms = api::House::new(api::Rooms {
            db: db.clone(),
            objects: objects.clone(),
            clock: clock_port.clone(),
            random: random.clone(),
            public_url: public_url.clone(),
            authority: authority.clone(),
            signing,
            contracts,
            certifier,
            lagging,
            known_secret,
            kinds: accounts::proposals::Kinds::new()
                .with::<accounts::Registration>()
                .with::<certification::NewSubject>(),
        });
        let mut router = Router::new()
            .route("/healthz", get(readiness::alive))
            .merge(
                Router::new()
                    .route("/readyz", get(readiness::ready))
                    .with_state(readiness::Watched {
                        journal,
                        log: sequencer.clone(),
                        status_url: installation.status_url.clone(),
                    }),
            )
            .merge(api::router(rooms))
            .merge(web::router(page_house.clone()));
        let story = stage.as_ref().map(|stage| stage.story.clone());
        if let Some(stage) = stage {
            router = router.merge(demo::routes::router(stage).layer(middleware::from_fn(only_from_here)));
        }
        let router = router.fallback(|| async { StatusCode::NOT_FOUND });
        let router = faces::around(router, page_house).layer(tower_http::trace::TraceLayer::new_for_http());
        gate.open(router);

        let ready = Ready {
            url: public_url,
            status_url: installation.status_url,
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: crate::ready::commit(),
            root_sha256: hex::encode(authority.root().sha256()),
            engine: options.at.engine.word().to_owned(),
        };
        if let Some(story) = story {
            // Beside everything: who opens the demo need not wait for it.
            tokio::spawn(story.tell(ready.clone()));
        }
        Ok(House {
            ready,
            end,
            tasks,
            db,
            data,
        })
    }
}

/// Asks `address`. Reading the roots of this machine takes a start longer than anything else, and plain http needs none.
fn asking(address: &str, at_most: Duration) -> reqwest::Result<reqwest::Client> {
    let client = reqwest::Client::builder().timeout(at_most).no_proxy();
    if address.starts_with("http://") {
        client.tls_certs_only([])
    } else {
        client
    }
    .build()
}

/// The demo's own routes answer this machine only, whatever the listener is bound to.
async fn only_from_here(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: axum::extract::Request,
    next: middleware::Next,
) -> axum::response::Response {
    if peer.ip().is_loopback() {
        next.run(request).await
    } else {
        (StatusCode::NOT_FOUND, "").into_response()
    }
}
