//! The authority in the running program: its certificates, its online keys, its addresses. The root's key is not here.

use std::path::{Path, PathBuf};

use asn1::Oid;
use foundation::{Instant, Secret};
use keys::{KeyFolder, LogKey, OpenError, Signer};
use pki::{Certificate, Serial, ToBeSigned};
use serde::{Deserialize, Serialize};

use crate::{Credential, Error, Subject, Terms};

/// Why the authority cannot start. Names what is missing.
#[derive(Debug)]
pub enum BootError {
    /// There is no authority in this folder: `cectrust ceremony` makes one.
    NoAuthority {
        /// The folder.
        folder: PathBuf,
    },
    /// A key or file is missing.
    Missing {
        /// Which.
        name: &'static str,
    },
    /// A key or file is there, but damaged, or it does not fit its certificate.
    Broken {
        /// Which.
        name: &'static str,
    },
    /// The unlock secret is wrong.
    WrongUnlock {
        /// At which key it showed.
        name: &'static str,
    },
    /// A key does not sign, or its signature does not verify.
    SelfTest {
        /// Which.
        name: &'static str,
        /// What was wrong.
        why: keys::KeyError,
    },
    /// An authority is there already.
    Exists {
        /// The folder.
        folder: PathBuf,
    },
    /// A file could not be read or written.
    File {
        /// Which.
        name: String,
        /// What the system said.
        said: String,
    },
    /// A certificate of the ceremony breaks its profile.
    Profile {
        /// Which.
        name: &'static str,
        /// What.
        why: String,
    },
}

impl std::fmt::Display for BootError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoAuthority { folder } => write!(f, "no authority in {}: run `cectrust ceremony`", folder.display()),
            Self::Missing { name } => write!(f, "the key or file `{name}` is missing"),
            Self::Broken { name } => write!(f, "the key or file `{name}` is damaged or does not fit its certificate"),
            Self::WrongUnlock { name } => write!(f, "the unlock secret does not open the key `{name}`"),
            Self::SelfTest { name, why } => write!(f, "the key `{name}` failed its self-test: {why}"),
            Self::Exists { folder } => write!(f, "an authority exists already in {}", folder.display()),
            Self::File { name, said } => write!(f, "the file `{name}`: {said}"),
            Self::Profile { name, why } => write!(f, "the certificate `{name}` breaks its profile: {why}"),
        }
    }
}
impl std::error::Error for BootError {}

impl BootError {
    /// What is the matter, in Japanese, with the key by its name.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::NoAuthority { folder } => format!("{} には認証局がありません", folder.display()),
            Self::Missing { name } => format!("{}がありません（{name}）", in_japanese(name)),
            Self::Broken { name } => format!("{}が壊れているか、証明書と合いません（{name}）", in_japanese(name)),
            Self::WrongUnlock { name } => format!("{}を、渡された合言葉で開けられません（{name}）", in_japanese(name)),
            Self::SelfTest { name, why } => format!("{}の自己署名試験ができません（{name}: {why}）", in_japanese(name)),
            Self::Exists { folder } => format!("{} には、もう認証局があります", folder.display()),
            Self::File { name, said } => format!("ファイル {name} を読み書きできません（{said}）"),
            Self::Profile { name, why } => format!("{}の証明書が、決められた形になりません（{name}: {why}）", in_japanese(name)),
        }
    }
}

/// A key or file of the authority, for people.
fn in_japanese(name: &str) -> &'static str {
    match name {
        ISSUING => "発行認証局の鍵または証明書",
        OCSP => "OCSP署名者の鍵または証明書",
        TSU => "時刻認証局（タイムスタンプ）の鍵または証明書",
        SEAL => "運営者の電子印の鍵または証明書",
        LOG => "証跡ログの鍵",
        ROOT => "ルート認証局の鍵または証明書",
        "root.crl" => "ルート認証局の失効リスト",
        _ => "認証局のファイル",
    }
}

/// The names of the online keys; each has a file `<name>.key` and, but for the log, a certificate `<name>.cer`.
pub(crate) const ISSUING: &str = "issuing";
pub(crate) const OCSP: &str = "ocsp";
pub(crate) const TSU: &str = "tsu";
pub(crate) const SEAL: &str = "seal";
pub(crate) const LOG: &str = "log";
pub(crate) const ROOT: &str = "root";

/// What stands in `authority.json` beside the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Description {
    pub(crate) version: u32,
    pub(crate) generation: u32,
    pub(crate) status_url: String,
    pub(crate) arc: String,
    pub(crate) demo: bool,
    pub(crate) made: String,
    /// Name of the files of the OCSP signer in use; a renewed one has files of its own.
    #[serde(default = "first_ocsp")]
    pub(crate) ocsp: String,
    /// Likewise of the time-stamping unit.
    #[serde(default = "first_unit")]
    pub(crate) tsu: String,
}

fn first_ocsp() -> String {
    OCSP.to_owned()
}
fn first_unit() -> String {
    TSU.to_owned()
}

impl Description {
    pub(crate) fn read(folder: &Path) -> Result<Self, BootError> {
        serde_json::from_slice(&read(folder, "authority.json", "authority.json")?).map_err(|_| BootError::Broken { name: "authority.json" })
    }
}

/// The addresses inside certificates; they stand for decades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    base: String,
}

impl Addresses {
    /// Under this base, without a slash at its end.
    #[must_use]
    pub fn new(status_url: &str) -> Self {
        Self {
            base: status_url.trim_end_matches('/').to_owned(),
        }
    }
    /// The base.
    #[must_use]
    pub fn status_url(&self) -> &str {
        &self.base
    }
    /// The issuing CA's list.
    #[must_use]
    pub fn ca_crl(&self) -> String {
        format!("{}/g1/ca.crl", self.base)
    }
    /// The root's list.
    #[must_use]
    pub fn root_crl(&self) -> String {
        format!("{}/g1/root.crl", self.base)
    }
    /// The issuing CA's certificate.
    #[must_use]
    pub fn issuing_cer(&self) -> String {
        format!("{}/g1/issuing.cer", self.base)
    }
    /// The root's certificate.
    #[must_use]
    pub fn root_cer(&self) -> String {
        format!("{}/g1/root.cer", self.base)
    }
    /// The OCSP responder.
    #[must_use]
    pub fn ocsp(&self) -> String {
        format!("{}/g1/ocsp", self.base)
    }
    /// The time-stamping unit.
    #[must_use]
    pub fn tsa(&self) -> String {
        format!("{}/g1/tsa", self.base)
    }
    /// The practice statement.
    #[must_use]
    pub fn cps(&self) -> String {
        format!("{}/cps", self.base)
    }
    /// The name of the log: the base without scheme and port.
    #[must_use]
    pub fn log_name(&self) -> String {
        let plain = self.base.split_once("://").map_or(self.base.as_str(), |(_, rest)| rest);
        let (host, path) = plain.split_once('/').map_or((plain, ""), |(host, path)| (host, path));
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let path = if path.is_empty() { String::new() } else { format!("/{path}") };
        format!("{host}{path}")
    }
}

/// An online key with its certificate.
#[derive(Clone, Debug)]
struct Unit {
    certificate: Certificate,
    signer: Signer,
}

/// The authority.
pub struct Hierarchy {
    description: Description,
    addresses: Addresses,
    arc: Oid,
    root: Certificate,
    root_crl: Vec<u8>,
    issuing: Unit,
    ocsp: Unit,
    tsu: Unit,
    seal: Unit,
    log: LogKey,
}

impl std::fmt::Debug for Hierarchy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hierarchy")
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}

impl Hierarchy {
    /// Whether a ceremony was held in this folder.
    #[must_use]
    pub fn exists(folder: &Path) -> bool {
        folder.join("authority.json").is_file()
    }

    /// Loads certificates and online keys, and tests every key: it must sign, and fit its certificate. Runs Argon2id for each key; outside any unit.
    ///
    /// # Errors
    /// Which one is missing, damaged or does not work.
    pub fn load(folder: &Path, unlock: &Secret<Vec<u8>>) -> Result<Self, BootError> {
        if !Self::exists(folder) {
            return Err(BootError::NoAuthority { folder: folder.to_owned() });
        }
        let description = Description::read(folder)?;
        let keys = KeyFolder::new(folder, unlock.clone());
        let root = certificate(folder, ROOT, ROOT)?;
        let root_crl = read(folder, "root.crl", "root.crl")?;
        let arc = parse_arc(&description.arc).ok_or(BootError::Broken { name: "authority.json" })?;
        // Each opening stretches the secret anew: side by side, because a start waits for all of them.
        let files = [ISSUING, description.ocsp.as_str(), SEAL, description.tsu.as_str()];
        let (signers, log) = std::thread::scope(|scope| {
            let keys = &keys;
            let opening = files.map(|file| scope.spawn(move || keys.open(file)));
            let log = keys.open_log(LOG);
            let opened = opening.map(|key| key.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            (opened, log)
        });
        let online =
            |name: &'static str, files: &str, signer: Result<Signer, OpenError>, issuer: &Certificate| -> Result<Unit, BootError> {
                let certificate = certificate(folder, name, files)?;
                let signer = signer.map_err(|error| opened(name, error))?;
                signer.self_test().map_err(|why| BootError::SelfTest { name, why })?;
                let fits = certificate.spki_der() == signer.public_key_der()
                    && issuer.public_key().is_ok_and(|key| certificate.verify_signature(&key).is_ok());
                if fits {
                    Ok(Unit { certificate, signer })
                } else {
                    Err(BootError::Broken { name })
                }
            };
        let [issuing, ocsp, seal, tsu] = signers;
        let issuing = online(ISSUING, ISSUING, issuing, &root)?;
        let ocsp = online(OCSP, &description.ocsp, ocsp, &issuing.certificate)?;
        let seal = online(SEAL, SEAL, seal, &issuing.certificate)?;
        let tsu = online(TSU, &description.tsu, tsu, &root)?;
        let log = log.map_err(|error| opened(LOG, error))?;
        Ok(Self {
            addresses: Addresses::new(&description.status_url),
            arc,
            description,
            root,
            root_crl,
            issuing,
            ocsp,
            tsu,
            seal,
            log,
        })
    }

    /// The status address is part of every certificate: another one is refused.
    ///
    /// # Errors
    /// It differs.
    pub fn check_status_url(&self, given: &str) -> Result<(), Error> {
        if Addresses::new(given) == self.addresses {
            Ok(())
        } else {
            Err(Error::OtherAuthority {
                kept: self.addresses.base.clone(),
                given: given.to_owned(),
            })
        }
    }
    /// 「デモ環境」 stands in its names.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        self.description.demo
    }
    /// The OID arc of the installation.
    #[must_use]
    pub const fn arc(&self) -> &Oid {
        &self.arc
    }
    /// The policy of the time-stamping unit.
    #[must_use]
    pub fn tsa_policy(&self) -> Oid {
        parse_arc(&format!("{}.2.1", self.description.arc)).expect("the arc was read before")
    }
    /// Where things are published.
    #[must_use]
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }
    /// The root: what a verifier must trust.
    #[must_use]
    pub const fn root(&self) -> &Certificate {
        &self.root
    }
    /// The root's list.
    #[must_use]
    pub fn root_crl(&self) -> &[u8] {
        &self.root_crl
    }
    /// The issuing CA.
    #[must_use]
    pub const fn issuing(&self) -> &Certificate {
        &self.issuing.certificate
    }
    pub(crate) const fn issuing_signer(&self) -> &Signer {
        &self.issuing.signer
    }
    /// The OCSP signer.
    #[must_use]
    pub const fn ocsp(&self) -> &Certificate {
        &self.ocsp.certificate
    }
    /// Its key.
    #[must_use]
    pub const fn ocsp_signer(&self) -> &Signer {
        &self.ocsp.signer
    }
    /// The time-stamping unit.
    #[must_use]
    pub const fn tsu(&self) -> &Certificate {
        &self.tsu.certificate
    }
    /// Until when its key is used. Afterwards it stamps nothing; the next unit takes its place.
    #[must_use]
    pub fn tsu_until(&self) -> Instant {
        use_ends(&self.tsu.certificate)
    }
    /// Its key.
    #[must_use]
    pub const fn tsu_signer(&self) -> &Signer {
        &self.tsu.signer
    }
    /// The operator's e-seal.
    #[must_use]
    pub const fn seal(&self) -> &Certificate {
        &self.seal.certificate
    }
    /// Its key.
    #[must_use]
    pub const fn seal_signer(&self) -> &Signer {
        &self.seal.signer
    }
    /// The key of log checkpoints.
    #[must_use]
    pub const fn log_key(&self) -> &LogKey {
        &self.log
    }
    /// The chain of a subscriber certificate above it: issuing CA, root.
    #[must_use]
    pub fn chain(&self) -> [Certificate; 2] {
        [self.issuing.certificate.clone(), self.root.clone()]
    }
    /// Until when the root's list is good; `doctor` and the boot warn 60 days before.
    #[must_use]
    pub fn root_crl_next_update(&self) -> Option<Instant> {
        pki::Crl::parse(&self.root_crl).ok().and_then(|crl| crl.next_update())
    }

    /// Signs by the issuing CA on the CPU pool and verifies.
    pub(crate) async fn sign_by_issuing(&self, to_sign: &ToBeSigned) -> Result<Vec<u8>, Error> {
        let (signer, bytes) = (self.issuing.signer.clone(), to_sign.tbs.clone());
        let signature = jobs::work(move || signer.sign(&bytes)).await?;
        let key = self.issuing.certificate.public_key().map_err(|_| keys::KeyError::SelfTestFailed)?;
        Ok(to_sign.complete(&key, &signature).map_err(|_| keys::KeyError::SelfTestFailed)?)
    }

    /// The bytes of a subscriber certificate, linted; nothing is signed.
    pub(crate) fn subscriber(
        &self,
        subject: &Subject,
        credential: Credential,
        spki: &[u8],
        serial: &Serial,
        now: Instant,
    ) -> Result<ToBeSigned, Error> {
        crate::profile::subscriber(self, subject, credential, spki, serial, now)
    }
}

pub(crate) fn parse_arc(text: &str) -> Option<Oid> {
    text.parse().ok()
}

fn read(folder: &Path, file: &str, name: &'static str) -> Result<Vec<u8>, BootError> {
    std::fs::read(folder.join(file)).map_err(|said| {
        if said.kind() == std::io::ErrorKind::NotFound {
            BootError::Missing { name }
        } else {
            BootError::File {
                name: file.to_owned(),
                said: said.to_string(),
            }
        }
    })
}

pub(crate) fn certificate(folder: &Path, name: &'static str, files: &str) -> Result<Certificate, BootError> {
    Certificate::parse(&read(folder, &format!("{files}.cer"), name)?).map_err(|_| BootError::Broken { name })
}

/// When the key-use period of a unit is over (rulings: the key 1 year, the certificate 11), by the terms of the day it was made.
pub(crate) fn use_ends(unit: &Certificate) -> Instant {
    unit.not_before().plus_days(Terms::at(unit.not_before()).unit_use)
}

fn opened(name: &'static str, error: OpenError) -> BootError {
    match error {
        OpenError::WrongSecret => BootError::WrongUnlock { name },
        OpenError::Missing { .. } => BootError::Missing { name },
        OpenError::Unreadable | OpenError::Key(_) => BootError::Broken { name },
        OpenError::File { name, said } => BootError::File {
            name,
            said: said.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_named_after_the_status_address_without_scheme_and_port() {
        assert_eq!(Addresses::new("http://127.0.0.1:8081/").log_name(), "127.0.0.1");
        assert_eq!(Addresses::new("http://pki.example.jp/ca").log_name(), "pki.example.jp/ca");
    }
}
