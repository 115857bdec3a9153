//! The ceremony: makes the hierarchy of an installation, once. The root's key is sealed under the custodian's passphrase in a folder of its
//! own and dropped; everything the program signs with later is sealed under the unlock secret.

use std::path::{Path, PathBuf};

use foundation::{Instant, Random, Secret};
use keys::{KeyFolder, LogKey, Signer, SoftwareKey};
use pki::{Certificate, KeyType, ToBeSigned};

use crate::hierarchy::{Addresses, BootError, Description, ISSUING, LOG, OCSP, ROOT, SEAL, TSU, certificate, parse_arc, use_ends};
use crate::{Hierarchy, profile};

/// Which keys the certification authorities have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaKey {
    /// P-384 for the authorities, P-256 for the units: the default.
    #[default]
    P384,
    /// RSA with 3072 bits throughout, for old validators.
    Rsa3072,
}

impl CaKey {
    const fn authority(self) -> KeyType {
        match self {
            Self::P384 => KeyType::P384,
            Self::Rsa3072 => KeyType::Rsa3072,
        }
    }
    const fn unit(self) -> KeyType {
        match self {
            Self::P384 => KeyType::P256,
            Self::Rsa3072 => KeyType::Rsa3072,
        }
    }
}

/// What is decided before a ceremony.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Base of all addresses inside certificates; it can never change.
    pub status_url: String,
    /// OID arc of the operator; the demo's is `2.999`.
    pub arc: String,
    /// Which keys.
    pub key: CaKey,
    /// Name of the operator, as organizationName.
    pub operator: String,
    /// 「デモ環境」 in all names.
    pub demo: bool,
}

/// Where the root's key goes: a folder that is taken off the machine, and the custodian's passphrase.
#[derive(Clone, Debug)]
pub struct Custody {
    /// The folder.
    pub folder: PathBuf,
    /// The passphrase.
    pub passphrase: Secret<Vec<u8>>,
}

/// Makes the hierarchy in `folder`, which must not exist yet. Synchronous and heavy (Argon2id, key making): outside any unit.
///
/// # Errors
/// There is one already, a file cannot be written, or a certificate breaks its profile.
pub fn create(
    folder: &Path,
    custody: &Custody,
    unlock: &Secret<Vec<u8>>,
    plan: &Plan,
    now: Instant,
    random: &dyn Random,
) -> Result<Hierarchy, BootError> {
    if Hierarchy::exists(folder) {
        return Err(BootError::Exists { folder: folder.to_owned() });
    }
    let arc = parse_arc(&plan.arc).ok_or(BootError::Profile {
        name: "arc",
        why: format!("{} is no OID", plan.arc),
    })?;
    // Made beside and moved as a whole: there is a complete authority or none.
    let draft = folder.with_extension("draft");
    if draft.exists() {
        std::fs::remove_dir_all(&draft).map_err(|said| file("draft", &said))?;
    }
    std::fs::create_dir_all(&draft).map_err(|said| file("draft", &said))?;
    let addresses = Addresses::new(&plan.status_url);
    let names = profile::Names {
        operator: &plan.operator,
        demo: plan.demo,
        arc: &arc,
        addresses: &addresses,
    };

    let root_key = SoftwareKey::generate(plan.key.authority()).map_err(|why| BootError::SelfTest { name: ROOT, why })?;
    KeyFolder::new(&custody.folder, custody.passphrase.clone())
        .put(ROOT, &root_key, random)
        .map_err(|error| sealed(ROOT, &error))?;
    let root_signer = Signer::from(root_key);
    let root = signed(ROOT, &profile::root(&names, &root_signer, now, random)?, &root_signer)?;

    let keys = KeyFolder::new(&draft, unlock.clone());
    let online = |name: &'static str, key_type: KeyType| -> Result<Signer, BootError> {
        let key = SoftwareKey::generate(key_type).map_err(|why| BootError::SelfTest { name, why })?;
        keys.put(name, &key, random).map_err(|error| sealed(name, &error))?;
        Ok(key.into())
    };
    let issuing_signer = online(ISSUING, plan.key.authority())?;
    let issuing = signed(
        ISSUING,
        &profile::issuing(&names, &root, issuing_signer.public_key_der(), now, random)?,
        &root_signer,
    )?;
    let tsu = online(TSU, plan.key.unit())?;
    let tsu = signed(TSU, &profile::tsu(&names, &root, tsu.public_key_der(), now, random)?, &root_signer)?;
    let ocsp = online(OCSP, plan.key.unit())?;
    let ocsp = signed(
        OCSP,
        &profile::ocsp(&names, &issuing, ocsp.public_key_der(), now, random)?,
        &issuing_signer,
    )?;
    let seal = online(SEAL, plan.key.unit())?;
    let seal = signed(
        SEAL,
        &profile::seal(&names, &issuing, seal.public_key_der(), now, random)?,
        &issuing_signer,
    )?;
    let log = LogKey::generate().map_err(|why| BootError::SelfTest { name: LOG, why })?;
    keys.put_log(LOG, &log, random).map_err(|error| sealed(LOG, &error))?;

    for (name, made) in [(ROOT, &root), (ISSUING, &issuing), (TSU, &tsu), (OCSP, &ocsp), (SEAL, &seal)] {
        write(&draft, &format!("{name}.cer"), made.der())?;
    }
    write(&draft, "root.crl", &root_crl(&root, &root_signer, 1, now)?)?;
    let description = Description {
        version: 1,
        generation: 1,
        status_url: addresses.status_url().to_owned(),
        arc: plan.arc.clone(),
        demo: plan.demo,
        made: now.rfc3339(),
        ocsp: OCSP.to_owned(),
        tsu: TSU.to_owned(),
    };
    write(
        &draft,
        "authority.json",
        &serde_json::to_vec_pretty(&description).expect("plain words"),
    )?;
    drop(root_signer);
    std::fs::rename(&draft, folder).map_err(|said| file("authority", &said))?;
    if let Some(parent) = folder.parent() {
        std::fs::File::open(parent)
            .and_then(|parent| parent.sync_all())
            .map_err(|said| file("authority", &said))?;
    }
    Hierarchy::load(folder, unlock)
}

/// Renews the root's list with the custodian's passphrase; the next start publishes it. Nothing is revoked by it (that comes with the revocation desk).
///
/// # Errors
/// The root's key does not open, or a file cannot be read or written.
pub fn renew_root_crl(folder: &Path, custody: &Custody, now: Instant) -> Result<(), BootError> {
    let read = |name: &'static str, file_name: &str| std::fs::read(folder.join(file_name)).map_err(|_| BootError::Missing { name });
    let root = Certificate::parse(&read(ROOT, "root.cer")?).map_err(|_| BootError::Broken { name: ROOT })?;
    let before = pki::Crl::parse(&read("root.crl", "root.crl")?).map_err(|_| BootError::Broken { name: "root.crl" })?;
    let number = before
        .number()
        .unwrap_or_default()
        .iter()
        .fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let signer = root_signer(custody, &root)?;
    let crl = root_crl(&root, &signer, number + 1, now)?;
    write(folder, "root.crl.draft", &crl)?;
    std::fs::rename(folder.join("root.crl.draft"), folder.join("root.crl"))
        .and_then(|()| std::fs::File::open(folder)?.sync_all())
        .map_err(|said| file("root.crl", &said))
}

/// Renews the OCSP signer (new key, new certificate under the issuing CA) when it ends within 30 days; asked at every start, before
/// [`Hierarchy::load`]. Says whether it did. A program must be started at least once in eleven months. Heavy as [`create`].
///
/// # Errors
/// A key does not open, or a file cannot be read or written.
pub fn renew_ocsp(folder: &Path, unlock: &Secret<Vec<u8>>, now: Instant, random: &dyn Random) -> Result<bool, BootError> {
    let mut description = Description::read(folder)?;
    let old = certificate(folder, OCSP, &description.ocsp)?;
    if now.plus_days(30) < old.not_after() {
        return Ok(false);
    }
    let keys = KeyFolder::new(folder, unlock.clone());
    let issuing = certificate(folder, ISSUING, ISSUING)?;
    let issuing_signer = keys.open(ISSUING).map_err(|error| sealed(ISSUING, &error))?;
    let failed = |why| BootError::SelfTest { name: OCSP, why };
    let kind = old.public_key().ok().and_then(|key| key.key_type()).unwrap_or(KeyType::P256);
    let key = SoftwareKey::generate(kind).map_err(failed)?;
    // Named by its second, so that a start that was cut off leaves no name in use.
    let name = format!("{OCSP}-{}", now.unix_seconds());
    let addresses = Addresses::new(&description.status_url);
    let renewed = signed(
        OCSP,
        &profile::ocsp_named(old.subject().clone(), &issuing, key.public_key_der(), &addresses, now, random)?,
        &issuing_signer,
    )?;
    if keys.has(&name) {
        std::fs::remove_file(keys.path(&name)).map_err(|said| file(&name, &said))?;
    }
    keys.put(&name, &key, random).map_err(|error| sealed(OCSP, &error))?;
    write(folder, &format!("{name}.cer"), renewed.der())?;
    description.ocsp = name;
    replace(folder, &description)?;
    Ok(true)
}

/// Makes the next time-stamping unit with the custodian's passphrase: a new key, a certificate under the root. The next start stamps with
/// it; the certificate of the one before stays good for what it stamped. Says until when the new key is used. Heavy as [`create`].
///
/// # Errors
/// A key does not open, or a file cannot be read or written.
pub fn next_unit(
    folder: &Path,
    custody: &Custody,
    unlock: &Secret<Vec<u8>>,
    operator: &str,
    now: Instant,
    random: &dyn Random,
) -> Result<Instant, BootError> {
    let mut description = Description::read(folder)?;
    let arc = parse_arc(&description.arc).ok_or(BootError::Broken { name: "authority.json" })?;
    let root = certificate(folder, ROOT, ROOT)?;
    let root_signer = root_signer(custody, &root)?;
    // The unlock secret must be the one that opens the others at the next start.
    let keys = KeyFolder::new(folder, unlock.clone());
    let old = keys.open(&description.tsu).map_err(|error| sealed(TSU, &error))?;
    let addresses = Addresses::new(&description.status_url);
    let names = profile::Names {
        operator,
        demo: description.demo,
        arc: &arc,
        addresses: &addresses,
    };
    let key = SoftwareKey::generate(old.key_type()).map_err(|why| BootError::SelfTest { name: TSU, why })?;
    let made = signed(TSU, &profile::tsu(&names, &root, key.public_key_der(), now, random)?, &root_signer)?;
    let name = format!("{TSU}-{}", now.unix_seconds());
    keys.put(&name, &key, random).map_err(|error| sealed(TSU, &error))?;
    write(folder, &format!("{name}.cer"), made.der())?;
    description.tsu = name;
    replace(folder, &description)?;
    Ok(use_ends(&made))
}

/// Until when the unit of this authority stamps, from its files.
///
/// # Errors
/// A file cannot be read.
pub fn unit_until(folder: &Path) -> Result<Instant, BootError> {
    let description = Description::read(folder)?;
    Ok(use_ends(&certificate(folder, TSU, &description.tsu)?))
}

/// The root's key, opened with the custodian's passphrase.
fn root_signer(custody: &Custody, root: &Certificate) -> Result<Signer, BootError> {
    let signer = KeyFolder::new(&custody.folder, custody.passphrase.clone())
        .open(ROOT)
        .map_err(|error| sealed(ROOT, &error))?;
    if signer.public_key_der() == root.spki_der() {
        Ok(signer)
    } else {
        Err(BootError::Broken { name: ROOT })
    }
}

fn replace(folder: &Path, description: &Description) -> Result<(), BootError> {
    write(
        folder,
        "authority.json.draft",
        &serde_json::to_vec_pretty(description).expect("plain words"),
    )?;
    std::fs::rename(folder.join("authority.json.draft"), folder.join("authority.json")).map_err(|said| file("authority.json", &said))?;
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|said| file("authority.json", &said))
}

// Rulings: nextUpdate 13 months, so that a yearly ceremony is never late.
const ROOT_CRL_DAYS: i64 = 396;

fn root_crl(root: &Certificate, signer: &Signer, number: u64, now: Instant) -> Result<Vec<u8>, BootError> {
    let at = now.floor_second();
    let draft = pki::CrlDraft {
        issuer: root,
        number,
        this_update: at,
        next_update: at.plus_days(ROOT_CRL_DAYS),
        expired_certs_since: Some(root.not_before()),
        entries: &[],
    };
    let to_sign = pki::crl::prepare(&draft).map_err(|error| BootError::Profile {
        name: "root.crl",
        why: error.to_string(),
    })?;
    complete(ROOT, &to_sign, signer)
}

fn complete(name: &'static str, to_sign: &ToBeSigned, signer: &Signer) -> Result<Vec<u8>, BootError> {
    let failed = |why| BootError::SelfTest { name, why };
    let signature = signer.sign(&to_sign.tbs).map_err(failed)?;
    let key = pki::PublicKey::parse(signer.public_key_der()).map_err(|_| failed(keys::KeyError::Unreadable))?;
    to_sign
        .complete(&key, &signature)
        .map_err(|_| failed(keys::KeyError::SelfTestFailed))
}

fn signed(name: &'static str, to_sign: &ToBeSigned, signer: &Signer) -> Result<Certificate, BootError> {
    Certificate::parse(&complete(name, to_sign, signer)?).map_err(|error| BootError::Profile {
        name,
        why: error.to_string(),
    })
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), BootError> {
    use std::io::Write as _;
    let path = folder.join(name);
    std::fs::File::create(&path)
        .and_then(|mut open| open.write_all(bytes).and_then(|()| open.sync_all()))
        .map_err(|said| file(name, &said))
}

fn file(name: &str, said: &std::io::Error) -> BootError {
    BootError::File {
        name: name.to_owned(),
        said: said.to_string(),
    }
}

fn sealed(name: &'static str, error: &keys::OpenError) -> BootError {
    match error {
        keys::OpenError::WrongSecret => BootError::WrongUnlock { name },
        keys::OpenError::Missing { .. } => BootError::Missing { name },
        other => BootError::File {
            name: name.to_owned(),
            said: other.to_string(),
        },
    }
}
