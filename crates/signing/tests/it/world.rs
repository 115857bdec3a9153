//! A hierarchy by `pki`'s profiles with keys of `keys`, a signer, a file.

use super::status::{self, Status};
use foundation::{Actor, CompanyId, DepartmentId, DeskId, Instant, Member, OsRandom, PersonId, Seat, Services, SessionId};
use keys::Signer;
use pki::{Addresses, Certificate, CrlDraft, Draft, KeyType, NameBuilder, Profile, PublicKey, Serial, profile};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use testkit::Bench;

pub struct Party {
    pub key: Signer,
    pub certificate: Certificate,
}

pub struct Authority {
    pub root: Party,
    pub issuing: Party,
    pub ocsp: Party,
    pub tsu: Party,
    url: String,
    now: Instant,
}

impl Authority {
    fn new(url: &str, now: Instant) -> Self {
        let root = issue(url, now, Profile::Root, "Root", KeyType::P384, None);
        let issuing = issue(url, now, Profile::IssuingCa, "Issuing", KeyType::P384, Some(&root));
        let ocsp = issue(url, now, Profile::OcspSigner, "OCSP", KeyType::P256, Some(&issuing));
        let tsu = issue(url, now, Profile::Tsu, "TSU", KeyType::P256, Some(&root));
        Self {
            root,
            issuing,
            ocsp,
            tsu,
            url: url.to_owned(),
            now,
        }
    }
    pub fn subscriber(&self, kind: KeyType) -> Party {
        issue(&self.url, self.now, Profile::Subscriber, "山本 健太", kind, Some(&self.issuing))
    }
    pub fn crl(&self, issuer: &Party, now: Instant) -> Vec<u8> {
        let draft = CrlDraft {
            issuer: &issuer.certificate,
            number: 1,
            this_update: now.plus_seconds(-3600),
            next_update: now.plus_days(7),
            expired_certs_since: None,
            entries: &[],
        };
        let prepared = pki::crl::prepare(&draft).unwrap();
        prepared.assemble(&issuer.key.sign(&prepared.tbs).unwrap())
    }
}

fn issue(url: &str, now: Instant, profile: Profile, name: &str, kind: KeyType, issuer: Option<&Party>) -> Party {
    let key = Signer::generate(kind).unwrap();
    let public = PublicKey::parse(key.public_key_der()).unwrap();
    let under_root = matches!(profile, Profile::Root | Profile::IssuingCa | Profile::Tsu);
    let addresses = Addresses {
        ca_issuers: format!("{url}/g1/{}.cer", if under_root { "root" } else { "issuing" }),
        crl: format!("{url}/g1/{}.crl", if under_root { "root" } else { "ca" }),
        ocsp: (!under_root).then(|| format!("{url}/g1/ocsp")),
        cps: Some(format!("{url}/cps")),
    };
    let person = profile == Profile::Subscriber;
    let mut subject = NameBuilder::new()
        .country("JP")
        .organization("株式会社みどり工務店")
        .organization_identifier("NTRJP-1234567890123");
    if person {
        subject = subject.surname("山本").given_name("健太").serial_number("P1");
    }
    let subject = subject.common_name(name).build().unwrap();
    let serial = Serial::random(&OsRandom);
    let days = if profile == Profile::OcspSigner { 30 } else { 1000 };
    let policies = [asn1::Oid::of("2.999.1.1")];
    let draft = Draft {
        subject: &subject,
        key: &public,
        serial: &serial,
        not_before: now.plus_seconds(-600),
        not_after: now.plus_days(days),
        policies: if profile == Profile::Root { &[] } else { &policies },
        mail: None,
        addresses: &addresses,
    };
    let prepared = profile::prepare(profile, &draft, issuer.map(|issuer| &issuer.certificate)).unwrap();
    let by = issuer.map_or(&key, |issuer| &issuer.key);
    let certificate = Certificate::parse(&prepared.assemble(&by.sign(&prepared.tbs).unwrap())).unwrap();
    Party { key, certificate }
}

pub struct World {
    pub bench: Bench,
    pub status: Arc<Status>,
    url: String,
    pub authority: Arc<Authority>,
    pub signing: signing::Signing,
    pub person: PersonId,
    pub by: Actor,
}

/// As a program that starts: it knows nothing of the time-stamping service yet.
fn signing_at(url: &str, authority: &Authority) -> signing::Signing {
    signing::Signing::new(signing::Config {
        tsa: format!("{url}/g1/tsa"),
        status_bases: vec![format!("{url}/")],
        anchors: vec![authority.root.certificate.der().to_vec()],
        intermediates: [&authority.issuing, &authority.ocsp, &authority.tsu]
            .map(|party| party.certificate.der().to_vec())
            .to_vec(),
        timeout: Duration::from_secs(5),
    })
}

impl World {
    pub fn another_signing(&self) -> signing::Signing {
        signing_at(&self.url, &self.authority)
    }
    pub async fn new(bench: Bench) -> Self {
        let now = bench.now();
        let (status, url) = status::start(now).await;
        let authority = Arc::new(Authority::new(&url, now));
        *status.authority.lock().unwrap() = Some(authority.clone());
        let signing = signing_at(&url, &authority);
        let person = PersonId::new(now, &*bench.random);
        let by = member(person, &bench);
        Self {
            bench,
            status,
            url,
            authority,
            signing,
            person,
            by,
        }
    }
    pub fn now(&self) -> Instant {
        self.bench.now()
    }
    pub fn advance(&self, seconds: i64) {
        self.bench.clock.advance(seconds);
        self.status.now.store(self.now().0, Ordering::SeqCst);
    }
}

pub fn member(person: PersonId, bench: &Bench) -> Actor {
    let (now, random) = (bench.now(), &*bench.random);
    Actor::Member(Member {
        session: SessionId::new(now, random),
        person,
        company: CompanyId::new(now, random),
        department: DepartmentId::new(now, random),
        seat: Seat::Desk {
            desk: DeskId::new(now, random),
            registers: false,
            signs: true,
        },
        services: Services {
            contracts: true,
            custody: false,
        },
    })
}

/// One page with two laid fields.
pub fn laid() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
    ];
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut entries = String::from("0000000000 65535 f \n");
    for (number, object) in objects.iter().enumerate() {
        entries += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).as_bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 4\n{entries}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    let field = |name: &str, left: f64| pades::FieldSpec {
        name: name.to_owned(),
        page: 0,
        rect: [left, 60.0, left + 150.0, 110.0],
    };
    let delta = pades::lay_fields(&out, &[field("SignatureA", 60.0), field("SignatureB", 320.0)]).unwrap();
    [out, delta].concat()
}
