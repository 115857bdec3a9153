//! A small hierarchy in memory, made by the same profiles as the real one.

use aws_lc_rs::digest;
use cms::tsp::{Reply, TimeStampRequest, TimeStampResponse, TimeStampUnit, prepare_reply};
use foundation::{Clock as _, Instant, OsRandom, SystemClock};
use keys::{Signer, SoftwareKey};
use pki::{
    Addresses, CertId, Certificate, DigestAlgorithm, Draft, KeyType, NameBuilder, OcspAnswer, OcspDraft, OcspRequest, OcspStatus, Profile,
    PublicKey, Serial,
};
use std::path::{Path, PathBuf};

struct Party {
    signer: Signer,
    certificate: Certificate,
}

/// Root, issuing CA, OCSP signer, time-stamping unit and one subscriber.
pub struct World {
    now: Instant,
    root: Party,
    issuing: Party,
    ocsp: Party,
    unit: Party,
    person: Party,
}

/// What a peer needs as files.
pub struct Files {
    /// The document.
    pub document: PathBuf,
    /// The subscriber's key, PEM.
    pub key: PathBuf,
    /// His certificate, PEM.
    pub cert: PathBuf,
    /// The root and the issuing CA, PEM.
    pub root: PathBuf,
}

impl World {
    /// CA keys are P-384, units P-256, the subscriber's as asked.
    pub fn new(subscriber: KeyType) -> Self {
        let now = SystemClock.now().floor_second();
        let root = party(Profile::Root, KeyType::P384, None, now);
        let issuing = party(Profile::IssuingCa, KeyType::P384, Some(&root), now);
        let ocsp = party(Profile::OcspSigner, KeyType::P256, Some(&issuing), now);
        let unit = party(Profile::Tsu, KeyType::P256, Some(&root), now);
        let person = party(Profile::Subscriber, subscriber, Some(&issuing), now);
        Self {
            now,
            root,
            issuing,
            ocsp,
            unit,
            person,
        }
    }

    /// `document` with an empty field to sign in.
    pub fn lay(&self, document: &[u8]) -> Vec<u8> {
        let field = pades::FieldSpec {
            name: "Signature".to_owned(),
            page: 0,
            rect: [0.0; 4],
        };
        [document, &pades::lay_fields(document, &[field]).expect("the sample takes a field")].concat()
    }

    /// A B-B signature: prepare, sign, check, complete; the bytes to append.
    pub fn sign(&self, document: &[u8]) -> Vec<u8> {
        let plan = pades::Plan {
            field: "Signature".to_owned(),
            certificate: self.person.certificate.der().to_vec(),
            chain: vec![self.issuing.certificate.der().to_vec()],
            claimed_at: self.now,
            new_field: None,
            name: None,
            reason: None,
            timestamp_reserve: 0,
        };
        let held = pades::InHand::prepare(document, &plan, None).expect("prepared");
        let signature = self.person.signer.sign(held.to_sign()).expect("signed");
        held.complete(&signature, None).expect("completed")
    }

    /// Digest, signature, certificate path; without revocation data the verdict is that the status is not known.
    pub fn validate(&self, signed: &[u8]) {
        let trust = pades::Trust::new(vec![self.root.certificate.der().to_vec()]);
        let report = pades::validate(signed, &trust, self.now, None).expect("readable");
        assert!(
            report.signatures.len() == 1 && report.signatures[0].intact == pades::Intact::Yes,
            "the signature is intact"
        );
    }

    /// Builds, lints, signs and checks one certificate.
    pub fn issue(&self) -> Vec<u8> {
        let public = PublicKey::parse(self.person.signer.public_key_der()).expect("a key");
        certificate(
            Profile::Subscriber,
            &public,
            &self.issuing.signer,
            Some(&self.issuing.certificate),
            self.now,
        )
    }

    /// One answer of the delegated responder, from the request's bytes.
    pub fn ocsp(&self) -> Vec<u8> {
        let id = CertId::new(&self.issuing.certificate, self.person.certificate.serial(), DigestAlgorithm::Sha1).expect("an id");
        let request = OcspRequest::parse(&OcspRequest::build(&[id], None)).expect("our own request");
        let answers: Vec<OcspAnswer<'_>> = request
            .ids
            .iter()
            .map(|id| OcspAnswer {
                id,
                status: OcspStatus::Good,
                this_update: self.now,
                next_update: Some(self.now.plus_days(1)),
            })
            .collect();
        let draft = OcspDraft {
            responder: &self.ocsp.certificate,
            produced_at: self.now,
            answers: &answers,
            nonce: None,
            archive_cutoff: None,
        };
        let prepared = pki::ocsp_response::prepare(&draft).expect("prepared");
        prepared.assemble(&self.ocsp.signer.sign(&prepared.tbs).expect("signed"))
    }

    /// One answer of the time-stamping unit, from the request's bytes.
    pub fn stamp(&self) -> Vec<u8> {
        let imprint = digest::digest(&digest::SHA256, b"what is stamped")
            .as_ref()
            .try_into()
            .expect("32 bytes");
        self.answer(&TimeStampRequest::sha256(imprint, &OsRandom))
    }

    /// The token over a SHA-512 digest.
    pub fn token(&self, imprint: [u8; 64]) -> Vec<u8> {
        let request = TimeStampRequest {
            digest: DigestAlgorithm::Sha512,
            imprint: imprint.to_vec(),
            policy: None,
            nonce: None,
            cert_req: true,
        };
        let response = TimeStampResponse::parse(&self.answer(&request)).expect("our own answer");
        response.token_for(&request).expect("granted").der
    }

    fn answer(&self, request: &TimeStampRequest) -> Vec<u8> {
        let unit = TimeStampUnit {
            certificate: self.unit.certificate.clone(),
            chain: vec![],
            algorithm: self.unit.signer.algorithm(),
            policy: asn1::Oid::of("2.999.2.1"),
            accuracy_seconds: 1,
        };
        match prepare_reply(&request.der(), &unit, &[0x11; 17], self.now) {
            Reply::Sign(prepared) => prepared.complete(&self.unit.signer.sign(&prepared.to_sign).expect("signed")),
            Reply::Reject(_) => unreachable!("the request is good"),
        }
    }

    /// Writes what pyHanko needs.
    pub fn files(&self, folder: &Path, document: &[u8]) -> Option<Files> {
        let files = Files {
            document: folder.join("d.pdf"),
            key: folder.join("k.pem"),
            cert: folder.join("c.pem"),
            root: folder.join("r.pem"),
        };
        // A key and certificate of its own: ours does not leave memory.
        let kind: &[&str] = match self.person.signer.key_type() {
            KeyType::Rsa2048 => &["-newkey", "rsa:2048"],
            _ => &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        };
        let done = std::process::Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-nodes",
                "-subj",
                "/C=JP/CN=bench",
                "-days",
                "30",
                "-addext",
                "keyUsage=critical,nonRepudiation",
            ])
            .args(kind)
            .arg("-keyout")
            .arg(&files.key)
            .arg("-out")
            .arg(&files.cert)
            .output()
            .ok()?;
        std::fs::write(&files.document, document).ok()?;
        std::fs::copy(&files.cert, &files.root).ok()?;
        done.status.success().then_some(files)
    }
}

fn party(profile: Profile, key_type: KeyType, issuer: Option<&Party>, now: Instant) -> Party {
    let signer: Signer = SoftwareKey::generate(key_type).expect("a key").into();
    let public = PublicKey::parse(signer.public_key_der()).expect("a key");
    let der = certificate(
        profile,
        &public,
        issuer.map_or(&signer, |issuer| &issuer.signer),
        issuer.map(|issuer| &issuer.certificate),
        now,
    );
    Party {
        signer,
        certificate: Certificate::parse(&der).expect("our own certificate"),
    }
}

fn certificate(profile: Profile, key: &PublicKey, by: &Signer, issuer: Option<&Certificate>, now: Instant) -> Vec<u8> {
    let name = NameBuilder::new().country("JP").organization("株式会社みどり工務店");
    let name = match profile {
        Profile::Subscriber => name
            .organization_identifier("NTRJP-1234567890123")
            .surname("山本")
            .given_name("健太")
            .serial_number("P000001")
            .common_name("山本 健太"),
        other => name.organization_identifier("NTRJP-1234567890123").common_name(other.name()),
    };
    let name = name.build().expect("a good name");
    let addresses = Addresses {
        ca_issuers: "http://127.0.0.1/g1/issuing.cer".to_owned(),
        crl: "http://127.0.0.1/g1/ca.crl".to_owned(),
        ocsp: Some("http://127.0.0.1/g1/ocsp".to_owned()),
        cps: Some("http://127.0.0.1/cps".to_owned()),
    };
    let policies = match profile {
        Profile::Root | Profile::IssuingCa => vec![],
        _ => vec![asn1::Oid::of("2.999.1.1")],
    };
    let years = match profile {
        Profile::Root => 25,
        Profile::IssuingCa => 15,
        Profile::Tsu => 11,
        Profile::OcspSigner => 0,
        Profile::ESeal | Profile::Subscriber => 3,
    };
    let draft = Draft {
        subject: &name,
        key,
        serial: &Serial::random(&OsRandom),
        not_before: now,
        not_after: now.plus_days(if years == 0 { 30 } else { years * 365 }),
        policies: &policies,
        mail: None,
        addresses: &addresses,
    };
    let prepared = pki::profile::prepare(profile, &draft, issuer).expect("a profile without findings");
    let signature = by.sign(&prepared.tbs).expect("signed");
    prepared
        .complete(&PublicKey::parse(by.public_key_der()).expect("a key"), &signature)
        .expect("verifies")
}
