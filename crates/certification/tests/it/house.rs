//! An authority, two people of the operator, one company with two people; everything made through the public verbs.

use std::sync::Arc;

use accounts::proposals::{Deciding, Kinds, Proposal, ProposalId, propose};
use accounts::{NewCompany, NewDepartment, NewPerson, Registration, Role};
use certification::ceremony::{CaKey, Custody, Plan, create};
use certification::{
    Certificate, Credential, DemoPost, Enrolment, EnrolmentId, Hierarchy, NewSubject, PostOffice, ProvenRequest, Sender, SubjectForm,
    ViewingEnrolment, Visitor, Workshop, adopt, enter_application_pin, register,
};
use foundation::{
    Actor, CompanyId, DepartmentId, DeskId, Member, OperatorPerson, OperatorRole, PersonId, Seat, Secret, Services, SessionId,
};
use jobs::{Registry, Runner};
use keys::Signer;
use pki::KeyType;
use store::unit;
use testkit::Bench;

pub const PROGRAM: Actor = Actor::System { cause: "test" };

pub struct House {
    pub bench: Bench,
    pub authority: Arc<Hierarchy>,
    pub post: Arc<DemoPost>,
    pub runner: Runner,
    pub screener: Actor,
    pub approver: Actor,
    /// Holds certificates.
    pub tanaka: Actor,
    /// Of the same company; holds none.
    pub sato: Actor,
    /// The 企業ID of the company.
    pub office: Actor,
}

pub fn unlock() -> Secret<Vec<u8>> {
    Secret::new(b"unlock".to_vec())
}

pub fn authority(bench: &Bench, status_url: &str, key: CaKey) -> Hierarchy {
    let folder = bench.folder.path();
    let custody = Custody {
        folder: folder.join("root"),
        passphrase: Secret::new(b"custodian".to_vec()),
    };
    let plan = Plan {
        status_url: status_url.to_owned(),
        arc: "1.3.6.1.4.1.32473".to_owned(), /* RFC 5612; the decoder of pkilint 0.13.3 refuses 2.999 */
        key,
        operator: "株式会社運営".to_owned(),
        demo: true,
    };
    create(&folder.join("authority"), &custody, &unlock(), &plan, bench.now(), &*bench.random).expect("a ceremony")
}

/// The paper as the letter holds it, not printed.
pub async fn as_it_is(paper: papers::Paper) -> Result<papers::Paper, certification::Error> {
    Ok(paper)
}

/// The jobs of this room, with letters to `post`.
fn runner(bench: &Bench, authority: &Arc<Hierarchy>, post: Arc<dyn PostOffice>) -> Runner {
    let workshop = Arc::new(Workshop {
        db: bench.db.clone(),
        authority: Arc::clone(authority),
        post,
        mailer: bench.mailer(),
        sender: Sender {
            apply_at: "http://127.0.0.1/enrol".to_owned(),
            demo: true,
        },
        random: bench.random.clone(),
        clock: bench.clock.clone(),
    });
    let mut registry = Registry::new();
    register(&mut registry, &workshop);
    bench.runner(registry)
}

impl House {
    /// From now on the jobs hand letters to another post.
    pub fn set_post(&mut self, post: Arc<dyn PostOffice>) {
        self.runner = runner(&self.bench, &self.authority, post);
    }
    /// Tanaka, really signed in: a session that can end.
    pub async fn tanaka_signed_in(&self) -> Actor {
        let (db, now, random) = (&self.bench.db, self.bench.now(), &*self.bench.random);
        let (id, code) = (accounts::InvitationId::new(now, random), accounts::Token::new(random));
        let Actor::Member(member) = &self.tanaka else {
            unreachable!("he is a member")
        };
        let (by, person) = (&PROGRAM, member.person);
        let seat = accounts::NewSeat {
            id: accounts::SeatId::new(now, random),
            person,
            department: member.department,
            desk: None,
            registers: false,
            signs: false,
        };
        let registration = Registration {
            seats: vec![seat],
            ..Registration::default()
        };
        unit!(db, |unit| accounts::register(unit, by, &registration, now).await)
            .await
            .unwrap();
        unit!(db, |unit| accounts::invite(unit, by, id, &code, person, now).await)
            .await
            .unwrap();
        let password = Secret::new("rope-basket-91".to_owned());
        accounts::accept_invitation(db, random, now, code.reveal(), password.clone())
            .await
            .unwrap();
        let entry = accounts::SignIn {
            sign_in: "tanaka".to_owned(),
            password,
            seat: None,
        };
        let begun = accounts::sign_in(db, random, now, &entry).await.unwrap();
        accounts::actor(db, begun.token.reveal(), now).await.unwrap()
    }
    pub async fn new(bench: Bench) -> Self {
        Self::at(bench, "http://127.0.0.1:1", CaKey::P384).await
    }

    pub async fn at(bench: Bench, status_url: &str, key: CaKey) -> Self {
        let (now, random) = (bench.now(), &*bench.random);
        let authority = Arc::new(authority(&bench, status_url, key));
        adopt(&bench.db, &authority, now).await.expect("adopted");
        let (company, department, desk) = (
            CompanyId::new(now, random),
            DepartmentId::new(now, random),
            DeskId::new(now, random),
        );
        let ids: Vec<PersonId> = (0..4).map(|_| PersonId::new(now, random)).collect();
        let person = |id, company, name: &str, sign_in: &str, role| NewPerson {
            id,
            company,
            name: name.to_owned(),
            kana: "カナ".to_owned(),
            mail: format!("{sign_in}@aoba.example.jp"),
            sign_in: sign_in.to_owned(),
            role,
        };
        let services = Services {
            contracts: true,
            custody: false,
        };
        let registration = Registration {
            companies: vec![NewCompany {
                id: company,
                name: "あおば建設株式会社".to_owned(),
                kana: "アオバケンセツ".to_owned(),
                corporate_number: "7000012050002".to_owned(),
                address: "東京都千代田区1-1".to_owned(),
            }],
            departments: vec![NewDepartment {
                id: department,
                company,
                number: "C100001".to_owned(),
                name: "本社".to_owned(),
                services,
            }],
            people: vec![
                person(ids[0], Some(company), "田中 一郎", "tanaka", None),
                person(ids[1], Some(company), "佐藤 恵", "sato", None),
                person(ids[2], None, "中村 審", "nakamura", Some(Role::Screener)),
                person(ids[3], None, "小林 承", "kobayashi", Some(Role::Approver)),
            ],
            ..Registration::default()
        };
        let db = bench.db.clone();
        unit!(db, |unit| accounts::register(unit, &PROGRAM, &registration, now).await)
            .await
            .expect("registered");
        let member = |person, seat| {
            Actor::Member(Member {
                session: SessionId::new(now, random),
                person,
                company,
                department,
                seat,
                services,
            })
        };
        let operator = |person, role| {
            Actor::Operator(OperatorPerson {
                session: SessionId::new(now, random),
                person,
                role,
            })
        };
        let post = Arc::new(DemoPost::new());
        Self {
            runner: runner(&bench, &authority, post.clone()),
            authority,
            post,
            screener: operator(ids[2], OperatorRole::Screener),
            approver: operator(ids[3], OperatorRole::Approver),
            tanaka: member(
                ids[0],
                Seat::Desk {
                    desk,
                    registers: false,
                    signs: true,
                },
            ),
            sato: member(
                ids[1],
                Seat::Desk {
                    desk,
                    registers: true,
                    signs: false,
                },
            ),
            office: member(ids[1], Seat::Department),
            bench,
        }
    }

    pub async fn work(&self) {
        let ran = self.runner.run_due(self.bench.now()).await.expect("jobs run");
        assert_eq!(ran.failed, 0, "no job fails");
    }

    /// As [`Self::approved_only`]; the jobs print the letter.
    pub async fn approved(&self, credential: Credential) -> EnrolmentId {
        let id = self.approved_only(credential).await;
        self.work().await;
        id
    }

    /// 審査 proposes 田中, 承認 approves.
    pub async fn approved_only(&self, credential: Credential) -> EnrolmentId {
        let (now, random, db) = (self.bench.now(), &*self.bench.random, &self.bench.db);
        let person = self.tanaka.person().expect("a person");
        let card = unit!(db, |unit| accounts::person(unit, &self.screener, person).await)
            .await
            .expect("known");
        let form = SubjectForm {
            romaji: "TANAKA Ichiro".to_owned(),
            address: "東京都新宿区1-2-3".to_owned(),
            department: "購買部".to_owned(),
            credential,
        };
        let subject = NewSubject::of(&card, form, now, random).expect("a subject");
        let id = ProposalId::new(now, random);
        unit!(db, |unit| propose(unit, &self.screener, id, &subject, now).await)
            .await
            .expect("proposed");
        let kinds = Kinds::new().with::<NewSubject>();
        unit!(db, |unit| {
            let proposal = Proposal::open::<Deciding>(unit, &self.approver, id).await?;
            let seen = proposal.payload_hash.clone();
            Proposal::approve(&proposal, unit, &kinds, &seen, now).await
        })
        .await
        .expect("approved");
        subject.enrolment()
    }

    pub async fn enrolment(&self, id: EnrolmentId) -> Enrolment {
        unit!(self.bench.db, |unit| Ok::<_, certification::Error>(
            Enrolment::open::<ViewingEnrolment>(unit, &PROGRAM, id).await?.into_inner()
        ))
        .await
        .expect("there")
    }

    /// The letter arrives and is collected; its 申請PIN.
    pub async fn pin(&self, id: EnrolmentId) -> Secret<String> {
        let (db, now) = (&self.bench.db, self.bench.now());
        let tracking = self.enrolment(id).await.tracking.expect("mailed");
        self.post.arrive(db, &tracking, now).await.expect("arrived");
        let visitor = Visitor {
            name: "田中一郎".to_owned(),
            paper: "運転免許証".to_owned(),
        };
        let paper = self.post.collect(db, &tracking, &visitor, now, as_it_is).await.expect("collected");
        let (_, pin) = paper.items.iter().find(|(name, _)| name == "申請PIN").expect("a PIN");
        Secret::new(pin.clone())
    }

    /// With the web application open.
    pub async fn entered(&self, credential: Credential) -> EnrolmentId {
        let id = self.approved(credential).await;
        let pin = self.pin(id).await;
        let number = self.enrolment(id).await.number;
        enter_application_pin(&self.bench.db, &self.tanaka, &number, &pin, self.bench.now())
            .await
            .expect("the PIN is right");
        id
    }

    pub async fn submit(&self, id: EnrolmentId, key: &Signer) -> Result<(), certification::Error> {
        let request = ProvenRequest::read(&request(key))?;
        unit!(self.bench.db, |unit| {
            let enrolment = Enrolment::open::<certification::Applying>(unit, &self.tanaka, id).await?;
            Enrolment::submit_request(&enrolment, unit, &request, self.bench.now()).await
        })
        .await
        .map(drop)
    }

    pub fn download_pin(&self) -> Secret<String> {
        let mails = self.bench.outbox.to("tanaka@aoba.example.jp");
        let mail = mails
            .iter()
            .rev()
            .find(|mail| mail.kind == "certification.download_pin")
            .expect("a mail with the PIN");
        let (_, rest) = mail.text.split_once("ダウンロードPIN: ").expect("the PIN");
        Secret::new(rest.lines().next().expect("a line").to_owned())
    }

    pub async fn confirm(&self, id: EnrolmentId) -> Result<Certificate, certification::Error> {
        let (bench, pin) = (&self.bench, self.download_pin());
        certification::confirm_download_pin(&bench.db, &self.authority, &self.tanaka, id, &pin, bench.now(), &*bench.random).await
    }

    pub async fn receive(&self, id: EnrolmentId, key: &Signer) -> Result<(), certification::Error> {
        unit!(self.bench.db, |unit| {
            let enrolment = Enrolment::open::<certification::Applying>(unit, &self.tanaka, id).await?;
            let certificate =
                Certificate::open::<certification::ViewingCertificate>(unit, &self.tanaka, enrolment.certificate.expect("issued")).await?;
            let message = certification::self_test_message(enrolment.receipt_nonce()?, &certificate.sha256);
            let signature = key.sign(&message).expect("signs");
            Enrolment::confirm_receipt(&enrolment, unit, &signature, self.bench.now()).await
        })
        .await
        .map(drop)
    }

    /// A holder with an active certificate of a key of his own.
    pub async fn holder(&self, key_type: KeyType) -> (Certificate, Signer) {
        let id = self.entered(Credential::Token).await;
        let key = Signer::generate(key_type).expect("a key");
        self.submit(id, &key).await.expect("accepted");
        self.work().await;
        let certificate = self.confirm(id).await.expect("issued");
        self.receive(id, &key).await.expect("received");
        self.work().await;
        (certificate, key)
    }
}

/// A request with a subject that means nothing.
pub fn request(key: &Signer) -> Vec<u8> {
    let name = pki::NameBuilder::new().common_name("somebody else").build().expect("a name");
    let public = pki::PublicKey::parse(key.public_key_der()).expect("a key");
    let to_sign = pki::csr::prepare(&name, &public);
    to_sign.assemble(&key.sign(&to_sign.tbs).expect("signs"))
}
