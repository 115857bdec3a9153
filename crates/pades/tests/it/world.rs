//! A small certification authority made by openssl, and the keys in this process.

use aws_lc_rs::signature as aws;
use cms::tsp::{PreparedReply, Reply, TimeStampRequest, TimeStampResponse, TimeStampUnit, prepare_reply};
use foundation::{Instant, SeededRandom};
use pki::{Certificate, KeyType};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// One key with its certificate.
pub struct Holder {
    pub certificate: Vec<u8>,
    pub key: PathBuf,
    kind: KeyType,
    pkcs8: Vec<u8>,
}

impl Holder {
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = aws_lc_rs::rand::SystemRandom::new();
        match self.kind {
            KeyType::P256 | KeyType::P384 => {
                let algorithm = if self.kind == KeyType::P256 {
                    &aws::ECDSA_P256_SHA256_ASN1_SIGNING
                } else {
                    &aws::ECDSA_P384_SHA384_ASN1_SIGNING
                };
                let pair = aws::EcdsaKeyPair::from_pkcs8(algorithm, &self.pkcs8).unwrap();
                pair.sign(&random, message).unwrap().as_ref().to_vec()
            }
            _ => {
                let pair = aws::RsaKeyPair::from_pkcs8(&self.pkcs8).unwrap();
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&aws::RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }
    pub fn parsed(&self) -> Certificate {
        Certificate::parse(&self.certificate).unwrap()
    }
}

/// The whole hierarchy.
pub struct World {
    pub dir: tempfile::TempDir,
    pub root: Holder,
    pub issuing: Holder,
    pub tsu: Holder,
    pub signers: Vec<(KeyType, Holder)>,
    /// Revoked in the issuing CA's list.
    pub revoked: Holder,
    pub root_crl: Vec<u8>,
    pub issuing_crl: Vec<u8>,
}

pub fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; run `cargo xtask test`"));
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

fn openssl(dir: &Path, args: &str) {
    run(Command::new("openssl").current_dir(dir).args(args.split_whitespace()));
}

const EXTENSIONS: &str = "
[ca]
basicConstraints=critical,CA:true
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[sub]
basicConstraints=critical,CA:true,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
crlDistributionPoints=URI:http://localhost.invalid/root.crl
[ee]
keyUsage=critical,nonRepudiation
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
crlDistributionPoints=URI:http://localhost.invalid/ca.crl
[tsu]
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
crlDistributionPoints=URI:http://localhost.invalid/root.crl
[x]
database=index.txt
crlnumber=crlnumber
default_md=sha384
default_crl_days=30
[req]
distinguished_name=dn
[dn]
";

fn make(dir: &Path, name: &str, kind: KeyType, subject: &str, section: &str, issuer: Option<&str>) -> Holder {
    let key = match kind {
        KeyType::P256 => "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        KeyType::P384 => "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        KeyType::Rsa3072 => "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072",
        _ => "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    };
    openssl(dir, &format!("{key} -out {name}.key"));
    openssl(dir, &format!("pkcs8 -topk8 -nocrypt -in {name}.key -outform DER -out {name}.p8"));
    openssl(
        dir,
        &format!("req -new -utf8 -config ext.cnf -key {name}.key -subj {subject} -out {name}.csr"),
    );
    match issuer {
        None => openssl(
            dir,
            &format!(
                "x509 -req -in {name}.csr -signkey {name}.key -sha384 -days 7300 -extfile ext.cnf -extensions {section} -out {name}.pem"
            ),
        ),
        Some(issuer) => openssl(
            dir,
            &format!(
                "x509 -req -in {name}.csr -CA {issuer}.pem -CAkey {issuer}.key -CAcreateserial -sha384 -days 900 -extfile ext.cnf -extensions {section} -out {name}.pem"
            ),
        ),
    }
    openssl(dir, &format!("x509 -in {name}.pem -outform DER -out {name}.der"));
    let read = |file: String| std::fs::read(dir.join(file)).unwrap();
    Holder {
        certificate: read(format!("{name}.der")),
        key: dir.join(format!("{name}.key")),
        kind,
        pkcs8: read(format!("{name}.p8")),
    }
}

pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path();
        std::fs::write(at.join("ext.cnf"), format!("{EXTENSIONS}\n")).unwrap();
        let root = make(at, "root", KeyType::P384, "/CN=Root", "ca", None);
        let issuing = make(at, "issuing", KeyType::P384, "/CN=Issuing", "sub", Some("root"));
        let tsu = make(at, "tsu", KeyType::P256, "/CN=TSU", "tsu", Some("root"));
        let signers = [KeyType::Rsa2048, KeyType::Rsa3072, KeyType::P256, KeyType::P384]
            .map(|kind| {
                (
                    kind,
                    make(at, kind.name(), kind, &format!("/CN={}", kind.name()), "ee", Some("issuing")),
                )
            })
            .into();
        let revoked = make(at, "revoked", KeyType::P256, "/CN=revoked", "ee", Some("issuing"));
        std::fs::write(at.join("index.txt"), "").unwrap();
        std::fs::write(at.join("crlnumber"), "01\n").unwrap();
        openssl(
            at,
            "ca -config ext.cnf -name x -gencrl -cert root.pem -keyfile root.key -out root.crl.pem",
        );
        openssl(
            at,
            "ca -config ext.cnf -name x -revoke revoked.pem -cert issuing.pem -keyfile issuing.key",
        );
        openssl(
            at,
            "ca -config ext.cnf -name x -gencrl -cert issuing.pem -keyfile issuing.key -out issuing.crl.pem",
        );
        for name in ["root", "issuing"] {
            openssl(at, &format!("crl -in {name}.crl.pem -outform DER -out {name}.crl"));
        }
        let read = |file: &str| std::fs::read(at.join(file)).unwrap();
        let (root_crl, issuing_crl) = (read("root.crl"), read("issuing.crl"));
        World {
            dir,
            root,
            issuing,
            tsu,
            signers,
            revoked,
            root_crl,
            issuing_crl,
        }
    })
}

impl World {
    /// When things are signed here: every certificate is in force, and the lists of revoked ones are made just after it.
    pub fn time(&self) -> Instant {
        let all = self
            .signers
            .iter()
            .map(|(_, holder)| holder)
            .chain([&self.tsu, &self.issuing, &self.revoked]);
        all.map(|holder| holder.parsed().not_before()).max().unwrap()
    }
    /// When they are validated: a day later.
    pub fn later(&self) -> Instant {
        self.time().plus_days(1)
    }
    pub fn signer(&self, kind: KeyType) -> &Holder {
        &self.signers.iter().find(|(known, _)| *known == kind).unwrap().1
    }
    pub fn trust(&self) -> pades::Trust {
        pades::Trust::new(vec![self.root.certificate.clone()])
    }
    pub fn material(&self) -> pades::Material {
        pades::Material {
            certificates: vec![self.issuing.certificate.clone(), self.root.certificate.clone()],
            crls: vec![self.root_crl.clone(), self.issuing_crl.clone()],
            ocsps: vec![],
        }
    }
    pub fn unit(&self) -> TimeStampUnit {
        TimeStampUnit {
            certificate: self.tsu.parsed(),
            chain: vec![],
            algorithm: pki::SignatureAlgorithm::ECDSA_SHA256,
            policy: asn1::Oid::of("2.999.2.1"),
            accuracy_seconds: 1,
        }
    }
    /// A token as a TSA gives it.
    pub fn stamp(&self, imprint: &[u8], at: Instant) -> Vec<u8> {
        let imprint = <[u8; 32]>::try_from(imprint).unwrap();
        let request = TimeStampRequest::sha256(imprint, &SeededRandom::new(u64::from(imprint[0])));
        let Reply::Sign(reply) = prepare_reply(&request.der(), &self.unit(), &imprint[..8], at) else {
            panic!("refused")
        };
        let response = PreparedReply::complete(&reply, &self.tsu.sign(&reply.to_sign));
        TimeStampResponse::parse(&response).unwrap().token_for(&request).unwrap().der
    }
    /// How much room a token of this unit needs, as `signing` learns it from the first one.
    pub fn room(&self) -> usize {
        self.stamp(&[7; 32], self.time()).len() + 48
    }
    /// A signature of `holder` in the field `field` that is there, without a time-stamp.
    pub fn plan(&self, field: &str, holder: &Holder) -> pades::Plan {
        pades::Plan {
            field: field.to_owned(),
            new_field: None,
            certificate: holder.certificate.clone(),
            chain: vec![self.issuing.certificate.clone()],
            claimed_at: self.time(),
            name: None,
            reason: None,
            timestamp_reserve: 0,
        }
    }
    /// A file with a signature in `field`; with a signature time-stamp if asked.
    pub fn signed(&self, pdf: &[u8], field: &str, holder: &Holder, at: Instant, stamped: bool) -> Vec<u8> {
        let plan = pades::Plan {
            claimed_at: at,
            name: Some("山田 太郎".to_owned()),
            timestamp_reserve: if stamped { self.room() } else { 0 },
            ..self.plan(field, holder)
        };
        let prepared = pades::prepare(pdf, &plan).unwrap();
        let signature = holder.sign(&prepared.to_sign);
        pades::check_signature(&prepared, &signature).unwrap();
        let token = stamped.then(|| self.stamp(&pades::timestamp_imprint(&signature), at));
        let delta = pades::complete(&prepared, pdf, &signature, token.as_deref()).unwrap();
        [pdf, &delta].concat()
    }
    pub fn with_dss(&self, pdf: &[u8]) -> Vec<u8> {
        [pdf, &pades::add_dss(pdf, &self.material()).unwrap()].concat()
    }
    pub fn with_document_stamp(&self, pdf: &[u8], at: Instant) -> Vec<u8> {
        let prepared = pades::prepare_stamp(pdf, self.room()).unwrap();
        let token = self.stamp(&prepared.imprint, at);
        [pdf, &pades::complete_stamp(&prepared, pdf, &token).unwrap()].concat()
    }
}
