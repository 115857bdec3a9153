//! Keys, a hierarchy, and the foreign tools.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use foundation::{Instant, OsRandom};
use pki::{
    Addresses, Certificate, Crl, CrlDraft, CrlEntry, Draft, KeyType, Name, NameBuilder, Profile, PublicKey, Serial, ToBeSigned, profile,
};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub enum Key {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl Key {
    pub fn new(kind: KeyType) -> Self {
        match kind {
            KeyType::Rsa2048 => Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()),
            KeyType::Rsa3072 => Self::Rsa(RsaKeyPair::generate(KeySize::Rsa3072).unwrap()),
            KeyType::Rsa4096 => Self::Rsa(RsaKeyPair::generate(KeySize::Rsa4096).unwrap()),
            KeyType::P256 => Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap()),
            KeyType::P384 => Self::Ec(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).unwrap()),
            KeyType::Ed25519 => unreachable!("no certificate of this kind"),
        }
    }
    pub fn public(&self) -> PublicKey {
        let spki = match self {
            Self::Rsa(pair) => {
                let mut reader = asn1::Reader::der(pair.public_key().as_ref()).sequence().unwrap();
                pki::rsa_spki(reader.unsigned().unwrap(), reader.unsigned().unwrap())
            }
            Self::Ec(pair) => pki::ec_spki(pair.public_key().as_ref()).unwrap(),
        };
        PublicKey::parse(&spki).unwrap()
    }
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
            Self::Ec(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
        }
    }
    pub fn complete(&self, prepared: &ToBeSigned) -> Vec<u8> {
        prepared.complete(&self.public(), &self.sign(&prepared.tbs)).unwrap()
    }
}

/// A certificate and its key.
pub struct Party {
    pub key: Key,
    pub certificate: Certificate,
}

pub struct World {
    pub now: Instant,
    pub root: Party,
    pub issuing: Party,
    pub ocsp: Party,
    pub tsu: Party,
    pub seal: Party,
}

/// The documentation arc of RFC 5612. Not 2.999: the OID decoder of pkilint 0.13.3 refuses every arc under it.
pub fn arc(last: &[u64]) -> asn1::Oid {
    last.iter()
        .fold(asn1::Oid::of("1.3.6.1.4.1.32473.1"), |oid, arc| oid.child(*arc).unwrap())
}

pub fn now() -> Instant {
    use foundation::Clock;
    foundation::SystemClock.now().floor_second()
}

pub fn operator(common_name: &str) -> Name {
    NameBuilder::new()
        .country("JP")
        .organization("デモ認証株式会社")
        .organization_identifier("NTRJP-7010001000000")
        .common_name(common_name)
        .build()
        .unwrap()
}

pub fn person() -> Name {
    NameBuilder::new()
        .country("JP")
        .organization("株式会社みどり工務店")
        .organization_identifier("NTRJP-1234567890123")
        .surname("山本")
        .given_name("健太")
        .serial_number("P200001-0001")
        .common_name("山本 健太")
        .build()
        .unwrap()
}

pub fn root_addresses() -> Addresses {
    Addresses {
        ca_issuers: "http://status.example.jp/g1/root.cer".into(),
        crl: "http://status.example.jp/g1/root.crl".into(),
        ocsp: None,
        cps: Some("http://status.example.jp/cps".into()),
    }
}

pub fn issuing_addresses() -> Addresses {
    Addresses {
        ca_issuers: "http://status.example.jp/g1/issuing.cer".into(),
        crl: "http://status.example.jp/g1/ca.crl".into(),
        ocsp: Some("http://status.example.jp/g1/ocsp".into()),
        cps: Some("http://status.example.jp/cps".into()),
    }
}

pub struct Wanted<'a> {
    pub profile: Profile,
    pub subject: Name,
    pub key: Key,
    pub days: i64,
    pub policies: &'a [asn1::Oid],
    pub mail: Option<&'a str>,
}

pub fn issue(wanted: Wanted<'_>, now: Instant, addresses: &Addresses, issuer: Option<&Party>) -> Party {
    let public = wanted.key.public();
    let serial = Serial::random(&OsRandom);
    let draft = Draft {
        subject: &wanted.subject,
        key: &public,
        serial: &serial,
        not_before: now,
        not_after: now.plus_days(wanted.days),
        policies: wanted.policies,
        mail: wanted.mail,
        addresses,
    };
    let prepared = profile::prepare(wanted.profile, &draft, issuer.map(|party| &party.certificate)).unwrap();
    let signer = issuer.map_or(&wanted.key, |party| &party.key);
    let certificate = Certificate::parse_strict(&signer.complete(&prepared)).unwrap();
    Party {
        key: wanted.key,
        certificate,
    }
}

impl World {
    pub fn new(ca: KeyType) -> Self {
        Self::at(ca, now().plus_seconds(-3_600))
    }
    pub fn at(ca: KeyType, now: Instant) -> Self {
        let wanted = |profile, name: &str, kind, days| Wanted {
            profile,
            subject: operator(name),
            key: Key::new(kind),
            days,
            policies: &[],
            mail: None,
        };
        let root = issue(wanted(Profile::Root, "デモ Root CA G1", ca, 30 * 365), now, &root_addresses(), None);
        let issuing = issue(
            wanted(Profile::IssuingCa, "デモ Issuing CA G1", ca, 15 * 365),
            now,
            &root_addresses(),
            Some(&root),
        );
        let ocsp = issue(
            wanted(Profile::OcspSigner, "デモ OCSP 1", KeyType::P256, 60),
            now,
            &issuing_addresses(),
            Some(&issuing),
        );
        let tsu = issue(
            wanted(Profile::Tsu, "デモ TSU 1", KeyType::P256, 11 * 365),
            now,
            &root_addresses(),
            Some(&root),
        );
        let seal_policy = [arc(&[1, 3])];
        let seal = Wanted {
            policies: &seal_policy,
            ..wanted(Profile::ESeal, "デモ e-seal 1", KeyType::P256, 3 * 365)
        };
        let seal = issue(seal, now, &issuing_addresses(), Some(&issuing));
        Self {
            now,
            root,
            issuing,
            ocsp,
            tsu,
            seal,
        }
    }
    pub fn subscriber(&self, kind: KeyType) -> Party {
        let policies = [arc(&[1, 1])];
        let wanted = Wanted {
            profile: Profile::Subscriber,
            subject: person(),
            key: Key::new(kind),
            days: 3 * 365,
            policies: &policies,
            mail: Some("yamamoto@midori.example.jp"),
        };
        issue(wanted, self.now, &issuing_addresses(), Some(&self.issuing))
    }
    pub fn crl(&self, of: &Party, entries: &[CrlEntry]) -> Crl {
        self.crl_at(of, entries, self.now, 30)
    }
    pub fn crl_at(&self, of: &Party, entries: &[CrlEntry], this_update: Instant, days: i64) -> Crl {
        let draft = CrlDraft {
            issuer: &of.certificate,
            number: 7,
            this_update,
            next_update: this_update.plus_days(days),
            expired_certs_since: Some(of.certificate.not_before()),
            entries,
        };
        Crl::parse(&of.key.complete(&pki::crl::prepare(&draft).unwrap())).unwrap()
    }
}

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

pub fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn tool(name: &str) -> PathBuf {
    let tools =
        std::env::var_os("CECTRUST_TOOLS").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools"), PathBuf::from);
    let in_venv = tools.join("venv/bin").join(name);
    if in_venv.exists() { in_venv } else { PathBuf::from(name) }
}

pub fn run(name: &str, arguments: &[&str]) -> Output {
    Command::new(tool(name))
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{name} is not here ({error}); run cargo xtask test, which installs it"))
}

/// Runs, demands status 0, gives what was written.
pub fn passes(name: &str, arguments: &[&str]) -> String {
    let output = run(name, arguments);
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{name} {arguments:?}\n{text}");
    text
}
