//! The holder's key: a request made on his side, or a key made here and sealed under his 合言葉.

use aws_lc_rs::digest;
use foundation::{Actor, Authorized, Instant, Random};
use keys::{HolderSecret, SealedKey};
use pki::subscriber_key::WeakKey;
use pki::{Csr, CsrError, KeyType, PublicKey};
use store::{Database, Record, Unit, sql, unit};

use super::state::{Did, State, step};
use super::{Applying, Enrolment, EnrolmentId};
use crate::certificate::secret::about;
use crate::{Credential, Error};

/// A request that was read and whose signature verified: proof of possession.
#[derive(Clone, Debug)]
pub struct ProvenRequest {
    der: Vec<u8>,
    key: PublicKey,
}

impl ProvenRequest {
    /// Reads a PKCS#10 request (DER or PEM), verifies its own signature and asks the key policy.
    /// Subject and extensions inside are not looked at: they come from the approved subject alone.
    ///
    /// # Errors
    /// Unreadable, unproven, or a key that is not taken.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let csr = if bytes.first() == Some(&0x30) {
            Csr::parse(bytes)
        } else {
            Csr::parse_any(bytes)
        }
        .map_err(refused)?;
        // Policy first: a weak key is named as such, whatever its signature is worth.
        key_policy(&PublicKey::parse(csr.spki_der()).map_err(|error| refused(CsrError::Key(error)))?)?;
        let key = csr.verify().map_err(refused)?;
        Ok(Self {
            der: csr.der().to_vec(),
            key,
        })
    }
}

fn refused(error: CsrError) -> Error {
    match error {
        CsrError::NoPossession => Error::RequestUnproven,
        CsrError::Key(_) => Error::KeyRefused {
            why: "公開鍵を読み取れないか、使えない種類の鍵です。",
        },
        CsrError::Malformed(_) | CsrError::NotPem | CsrError::TooLarge | CsrError::Version | CsrError::Algorithm => {
            Error::RequestUnreadable
        }
    }
}

/// Which keys are certified: RSA 2048, 3072, 4096 with exponent 65537 and without known weaknesses, P-256, P-384.
fn key_policy(key: &PublicKey) -> Result<(), Error> {
    pki::subscriber_key::check(key).map_err(|weak| Error::KeyRefused {
        why: match weak {
            WeakKey::Kind(_) => "RSA（2048、3072、4096ビット）、P-256、P-384の鍵に限ります。",
            WeakKey::Exponent => "RSAの公開指数は65537に限ります。",
            WeakKey::SmallFactor => "RSAの法に小さな因数があります。",
            WeakKey::Roca => "既知の弱点（ROCA, CVE-2017-15361）のある装置で作られた鍵です。",
            WeakKey::NearPrimes => "RSAの二つの素数が近すぎます。",
        },
    })
}

impl Enrolment {
    /// Takes the request from the holder's side. The mail with the ダウンロードPIN follows.
    ///
    /// # Errors
    /// The 申請PIN was not entered, the other kind of credential, a key seen before, or the database did not answer.
    pub async fn submit_request(
        this: &Authorized<Self, Applying>,
        unit: &mut Unit,
        request: &ProvenRequest,
        now: Instant,
    ) -> Result<State, Error> {
        if this.credential != Credential::Token {
            return Err(Error::OtherCredential);
        }
        // The agent repeats a step whose answer it did not get.
        if let Some(known) = &this.public_key {
            return if known == request.key.spki_der() {
                Ok(this.state)
            } else {
                Err(Error::HasKey)
            };
        }
        accept(this, unit, &request.key, Some(&request.der), None, now).await
    }
}

/// Makes the server-held key, seals it under `secret` and drops it. The secret is shown to the holder once and kept nowhere.
///
/// # Errors
/// The 申請PIN was not entered, the other kind of credential, or the database did not answer.
pub async fn make_server_key(
    db: &Database,
    by: &Actor,
    id: EnrolmentId,
    key_type: KeyType,
    secret: &HolderSecret,
    now: Instant,
    random: &dyn Random,
) -> Result<State, Error> {
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
        enrolment.web_open(by, now)?;
        step(enrolment.state, Did::KeyAccepted)?;
        if enrolment.credential == Credential::Server {
            Ok(())
        } else {
            Err(Error::OtherCredential)
        }
    })
    .await?;
    // The salt and the nonce come from the caller's randomness; the key itself from the crypto library.
    let mut seed = [0u8; 28];
    random.fill(&mut seed);
    let (secret, about) = (secret.clone(), about(id));
    let (sealed, spki, request) = jobs::work(move || {
        let (sealed, spki, signer) = SealedKey::make(key_type, &secret, &about, &Given(std::sync::Mutex::new(seed.to_vec())))?;
        signer.self_test()?;
        let request = request_of(&signer)?;
        Ok::<_, Error>((sealed, spki, request))
    })
    .await?;
    let key = PublicKey::parse(&spki).map_err(|_| Error::RequestUnreadable)?;
    key_policy(&key)?;
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
        accept(&enrolment, unit, &key, Some(&request), Some(sealed.as_bytes()), now).await
    })
    .await
}

/// Randomness drawn beforehand, handed out once.
struct Given(std::sync::Mutex<Vec<u8>>);
impl Random for Given {
    fn fill(&self, bytes: &mut [u8]) {
        let mut rest = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let at = rest
            .len()
            .checked_sub(bytes.len())
            .expect("28 bytes are drawn for a salt of 16 and a nonce of 12");
        bytes.copy_from_slice(&rest.split_off(at));
    }
}

/// Also a server-held key proves itself by a request, so that every certificate has one on file.
fn request_of(signer: &keys::Signer) -> Result<Vec<u8>, Error> {
    let subject = pki::NameBuilder::new()
        .common_name("server-held key")
        .build()
        .map_err(|_| Error::RequestUnreadable)?;
    let key = PublicKey::parse(signer.public_key_der()).map_err(|_| Error::RequestUnreadable)?;
    let to_sign = pki::csr::prepare(&subject, &key);
    let signature = signer.sign(&to_sign.tbs)?;
    Ok(to_sign.assemble(&signature))
}

#[derive(Record)]
struct Owner {
    enrolment: EnrolmentId,
}

async fn accept(
    this: &Authorized<Enrolment, Applying>,
    unit: &mut Unit,
    key: &PublicKey,
    request: Option<&[u8]>,
    sealed: Option<&[u8]>,
    now: Instant,
) -> Result<State, Error> {
    this.web_open(this.by(), now)?;
    let spki = key.spki_der();
    let hash = digest::digest(&digest::SHA256, spki).as_ref().to_vec();
    let new = unit
        .run(sql!(
            "INSERT INTO certification_seen_key (spki_sha256, enrolment, seen) VALUES ({hash}, {this.id}, {now}) ON CONFLICT DO NOTHING"
        ))
        .await?;
    if new != 1 {
        // The same key again for the same enrolment (after a new letter) was not certified yet.
        let owner: Option<Owner> = unit
            .find(sql!("SELECT enrolment FROM certification_seen_key WHERE spki_sha256 = {hash}"))
            .await?;
        if owner.is_none_or(|owner| owner.enrolment != this.id) || this.certificate.is_some() {
            return Err(Error::KeyReused);
        }
    }
    unit.one(sql!(
        "UPDATE certification_enrolment SET public_key = {spki}, request = {request}, sealed = {sealed} WHERE id = {this.id}"
    ))
    .await?;
    Enrolment::moved(this, unit, Did::KeyAccepted, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_and_foreign_keys_are_refused_by_name() {
        let mut modulus = vec![0xC5u8; 128];
        modulus[127] = 1;
        let small = PublicKey::parse(&pki::rsa_spki(&modulus, &[1, 0, 1])).unwrap();
        assert!(matches!(key_policy(&small), Err(Error::KeyRefused { .. })));
        assert!(matches!(ProvenRequest::read(b"no request"), Err(Error::RequestUnreadable)));
        assert!(matches!(ProvenRequest::read(&[0x30, 0x80]), Err(Error::RequestUnreadable)));
    }
}
