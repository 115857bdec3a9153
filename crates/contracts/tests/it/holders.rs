//! The authority on a loopback port, 田中 with a token's key and 山本 with a server-held key: real certificates by the seed's path.

use std::sync::Arc;
use std::time::Duration;

use accounts::proposals::{Deciding, Kinds, Proposal, ProposalId, propose};
use certification::ceremony::{CaKey, Custody, Plan, create};
use certification::{
    Applying, Certificate, Credential, DemoPost, Enrolment, EnrolmentId, Hierarchy, NewSubject, ProvenRequest, Sender, SubjectForm,
    ViewingCertificate, ViewingEnrolment, Visitor, Workshop, adopt,
};
use contracts::{Case, CaseId, Done, Error, PartnerId, SignatureBy, Tools, state::State};
use custody::Kept;
use foundation::{Action, Actor, Authorized, Secret};
use jobs::{Registry, Runner};
use keys::{HolderSecret, Signer};
use log::CheckpointSigner;
use pki::KeyType;
use responder::{Faults, Identity, Key, Responder};
use store::{Unit, unit};
use testkit::Bench;

use crate::fixture::{PROGRAM, World, agreed_with, create as create_case, fields, uses, world};

/// Everything a contract needs.
pub struct Life {
    pub bench: Bench,
    pub world: World,
    pub tools: Tools,
    pub faults: Arc<Faults>,
    pub partner: PartnerId,
    pub tanaka_key: Signer,
    pub yamamoto_secret: HolderSecret,
    runner: Runner,
    post: Arc<DemoPost>,
    authority: Arc<Hierarchy>,
}

pub const CONTRACT: &[u8] = include_bytes!("../../../../samples/koji-ukeoi.pdf");

impl Life {
    pub async fn new(bench: Bench) -> Self {
        let world = world(&bench).await;
        let mut wanted = uses(&world.yamamoto);
        wanted.signers.extend(world.kato.person());
        let partner = agreed_with(&bench, &world, &wanted).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (folder, now) = (bench.folder.path(), bench.now());
        let custodian = Custody {
            folder: folder.join("root"),
            passphrase: Secret::new(b"custodian".to_vec()),
        };
        let plan = Plan {
            status_url: url.clone(),
            arc: "2.999".to_owned(),
            key: CaKey::P384,
            operator: "株式会社運営".to_owned(),
            demo: true,
        };
        let unlock = Secret::new(b"unlock".to_vec());
        let authority = Arc::new(create(&folder.join("authority"), &custodian, &unlock, &plan, now, &*bench.random).unwrap());
        adopt(&bench.db, &authority, now).await.unwrap();
        let identity = Identity {
            issuing: authority.issuing().clone(),
            ocsp: Key {
                certificate: authority.ocsp().clone(),
                signer: authority.ocsp_signer().clone(),
            },
            tsu: Key {
                certificate: authority.tsu().clone(),
                signer: authority.tsu_signer().clone(),
            },
            tsu_until: authority.tsu_until(),
            tsa_policy: authority.tsa_policy(),
            arc: *authority.arc(),
            demo: true,
        };
        let faults = Arc::new(Faults::default());
        let responder = Responder::new(
            identity,
            bench.db.clone(),
            bench.clock.clone(),
            bench.random.clone(),
            faults.clone(),
        );
        let router = responder.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        tokio::spawn(async move { responder.run(std::future::pending()).await });
        let signing = signing::Signing::new(signing::Config {
            tsa: format!("{url}/g1/tsa"),
            status_bases: vec![format!("{url}/")],
            anchors: vec![authority.root().der().to_vec()],
            intermediates: vec![
                authority.issuing().der().to_vec(),
                authority.ocsp().der().to_vec(),
                authority.tsu().der().to_vec(),
            ],
            timeout: Duration::from_secs(5),
        });
        let tools = Tools {
            db: bench.db.clone(),
            objects: bench.objects.clone(),
            signing,
            random: bench.random.clone(),
            findings: contracts::Findings::new(pictures::Substitutes::none()),
        };
        let log_key = log::SoftwareSigner::from_seed("log.example/g1", &log::SoftwareSigner::draw(&*bench.random)).unwrap();
        log::open(&bench.db, log_key.key()).await.unwrap();
        let post = Arc::new(DemoPost::new());
        let workshop = Arc::new(Workshop {
            db: bench.db.clone(),
            authority: authority.clone(),
            post: post.clone(),
            mailer: bench.mailer(),
            sender: Sender {
                apply_at: "http://127.0.0.1/enrol".to_owned(),
                demo: true,
            },
            random: bench.random.clone(),
            clock: bench.clock.clone(),
        });
        let mut registry = Registry::new();
        certification::register(&mut registry, &workshop);
        contracts::register(&mut registry, &tools);
        let runner = bench.runner(registry);
        let yamamoto_secret = HolderSecret::generate(&*bench.random);
        let mut life = Self {
            tanaka_key: Signer::generate(KeyType::P256).unwrap(),
            world,
            tools,
            faults,
            partner,
            yamamoto_secret,
            runner,
            post,
            authority,
            bench,
        };
        life.tanaka_key = life.token_holder().await;
        life.server_holder().await;
        life.work().await;
        life
    }

    pub async fn work(&self) {
        self.runner.run_due(self.bench.now()).await.expect("jobs run");
    }

    /// The jobs that are due after `seconds` run too; the clock moves.
    pub async fn later(&self, seconds: i64) {
        self.bench.clock.advance(seconds);
        self.work().await;
    }

    async fn entered(&self, holder: &Actor, name: &str, credential: Credential) -> EnrolmentId {
        let (db, now, random) = (&self.bench.db, self.bench.now(), &*self.bench.random);
        let (screener, approver) = (&self.world.screener, &self.world.approver);
        let card = unit!(db, |unit| accounts::person(unit, screener, holder.person().unwrap()).await)
            .await
            .unwrap();
        let form = SubjectForm {
            romaji: "A B".to_owned(),
            address: "東京都新宿区1-2-3".to_owned(),
            department: "購買部".to_owned(),
            credential,
        };
        let (subject, id) = (NewSubject::of(&card, form, now, random).unwrap(), ProposalId::new(now, random));
        unit!(db, |unit| propose(unit, screener, id, &subject, now).await).await.unwrap();
        let kinds = Kinds::new().with::<NewSubject>();
        unit!(db, |unit| {
            let proposal = Proposal::open::<Deciding>(unit, approver, id).await?;
            let seen = proposal.payload_hash.clone();
            Proposal::approve(&proposal, unit, &kinds, &seen, now).await
        })
        .await
        .unwrap();
        self.work().await;
        let id = subject.enrolment();
        let enrolment = unit!(db, |unit| Ok::<_, certification::Error>(
            Enrolment::open::<ViewingEnrolment>(unit, &PROGRAM, id).await?.into_inner()
        ))
        .await
        .unwrap();
        let tracking = enrolment.tracking.unwrap();
        self.post.arrive(db, &tracking, now).await.unwrap();
        let visitor = Visitor {
            name: name.replace(' ', ""),
            paper: "運転免許証".to_owned(),
        };
        let paper = self
            .post
            .collect(db, &tracking, &visitor, now, async |paper| Ok(paper))
            .await
            .unwrap();
        let pin = Secret::new(paper.items.iter().find(|(name, _)| name == "申請PIN").unwrap().1.clone());
        certification::enter_application_pin(db, holder, &enrolment.number, &pin, now)
            .await
            .unwrap();
        id
    }

    async fn issued(&self, holder: &Actor, id: EnrolmentId) -> Certificate {
        self.work().await;
        let mails = self.bench.outbox.mails();
        let mail = mails.iter().rev().find(|mail| mail.kind == "certification.download_pin").unwrap();
        let pin = Secret::new(
            mail.text
                .split_once("ダウンロードPIN: ")
                .unwrap()
                .1
                .lines()
                .next()
                .unwrap()
                .to_owned(),
        );
        let bench = &self.bench;
        certification::confirm_download_pin(&bench.db, &self.authority, holder, id, &pin, bench.now(), &*bench.random)
            .await
            .unwrap()
    }

    async fn token_holder(&self) -> Signer {
        let (db, now, holder) = (&self.bench.db, self.bench.now(), &self.world.tanaka);
        let id = self.entered(holder, "田中 一郎", Credential::Token).await;
        let key = Signer::generate(KeyType::P256).unwrap();
        let name = pki::NameBuilder::new().common_name("request").build().unwrap();
        let to_sign = pki::csr::prepare(&name, &pki::PublicKey::parse(key.public_key_der()).unwrap());
        let request = ProvenRequest::read(&to_sign.assemble(&key.sign(&to_sign.tbs).unwrap())).unwrap();
        unit!(db, |unit| {
            let enrolment = Enrolment::open::<Applying>(unit, holder, id).await?;
            Enrolment::submit_request(&enrolment, unit, &request, now).await
        })
        .await
        .unwrap();
        let certificate = self.issued(holder, id).await;
        unit!(db, |unit| {
            let enrolment = Enrolment::open::<Applying>(unit, holder, id).await?;
            let certificate = Certificate::open::<ViewingCertificate>(unit, holder, certificate.id).await?;
            let message = certification::self_test_message(enrolment.receipt_nonce()?, &certificate.sha256);
            let signature = key.sign(&message).unwrap();
            Enrolment::confirm_receipt(&enrolment, unit, &signature, now).await
        })
        .await
        .unwrap();
        key
    }

    async fn server_holder(&self) {
        let (bench, holder) = (&self.bench, &self.world.yamamoto);
        let id = self.entered(holder, "山本 健太", Credential::Server).await;
        let (db, now, random, secret) = (&bench.db, bench.now(), &*bench.random, &self.yamamoto_secret);
        certification::make_server_key(db, holder, id, KeyType::P256, secret, now, random)
            .await
            .unwrap();
        self.issued(holder, id).await;
        certification::confirm_receipt_with_secret(db, holder, id, secret, now)
            .await
            .unwrap();
    }

    /// A right on a case, then a verb in one unit.
    pub async fn case<A: Action<Case>>(&self, by: &Actor, id: CaseId) -> Result<Case, Error> {
        let db = &self.bench.db;
        unit!(db, |unit| Ok::<_, Error>(Case::open::<A>(unit, by, id).await?.into_inner())).await
    }

    pub async fn draft(&self, number: &str) -> CaseId {
        let id = create_case(&self.bench, &self.world.sato, &fields(&self.world, self.partner, number))
            .await
            .unwrap();
        let put = Case::put_document(&self.tools, &self.world.sato, id, CONTRACT.to_vec(), None, self.bench.now())
            .await
            .unwrap();
        assert_eq!(put.state, State::Draft);
        id
    }

    /// 田中 signs with his token.
    pub async fn sign_a(&self, id: CaseId) -> Result<Done, Error> {
        let (by, now) = (&self.world.tanaka, self.bench.now());
        let prepared = Case::prepare_signature(&self.tools, by, id, None, now).await?;
        assert_eq!(prepared.credential, Credential::Token);
        let value = self.tanaka_key.sign(&prepared.act.prepared.to_sign).unwrap();
        Case::complete_signature(&self.tools, by, id, prepared.act.id, SignatureBy::Value(value), now).await
    }

    /// 山本 signs with his server-held key.
    pub async fn sign_b(&self, id: CaseId) -> Result<Done, Error> {
        let (by, now) = (&self.world.yamamoto, self.bench.now());
        let prepared = Case::prepare_signature(&self.tools, by, id, None, now).await?;
        assert_eq!(prepared.credential, Credential::Server);
        Case::complete_signature(
            &self.tools,
            by,
            id,
            prepared.act.id,
            SignatureBy::Secret(self.yamamoto_secret.clone()),
            now,
        )
        .await
    }

    pub async fn send(&self, id: CaseId) -> Result<State, Error> {
        let (db, now, by) = (&self.bench.db, self.bench.now(), &self.world.sato);
        unit!(db, |unit| {
            let case = Case::open::<contracts::Sending>(unit, by, id).await?;
            Case::send(&case, unit, now).await
        })
        .await
    }

    /// Registered, signed by A, sent.
    pub async fn sent(&self, number: &str) -> CaseId {
        let id = self.draft(number).await;
        self.sign_a(id).await.unwrap();
        assert_eq!(self.send(id).await.unwrap(), State::Waiting);
        id
    }

    pub async fn return_it(&self, id: CaseId) -> Result<State, Error> {
        Case::return_it(&self.tools, &self.world.yamamoto, id, self.bench.now()).await
    }

    /// What the keeper of the originals publishes when the evidence is there.
    pub async fn kept(&self, id: CaseId) {
        let case = self.case::<contracts::Sealing>(&PROGRAM, id).await.unwrap();
        let kept = Kept {
            deposit: custody::DepositId(case.deposit.unwrap()),
            at: self.bench.now(),
        };
        contracts::keep(&self.tools, &PROGRAM, &kept, self.bench.now()).await.unwrap();
    }

    pub async fn bytes(&self, by: &Actor, id: CaseId, name: Option<contracts::StageName>) -> Result<Vec<u8>, Error> {
        let (db, now) = (&self.bench.db, self.bench.now());
        let (case, stage) = unit!(db, |unit| read(unit, by, id, name, now).await).await?;
        self.tools.read(&case, &stage).await
    }
}

async fn read(
    unit: &mut Unit,
    by: &Actor,
    id: CaseId,
    name: Option<contracts::StageName>,
    now: foundation::Instant,
) -> Result<(Authorized<Case, contracts::Reading>, contracts::Stage), Error> {
    let case = Case::open::<contracts::Reading>(unit, by, id).await?;
    let stage = Case::stage(&case, unit, name).await?;
    Case::downloaded(&case, unit, &stage, now).await?;
    Ok((case, stage))
}
