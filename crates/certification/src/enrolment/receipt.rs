//! Receipt: the holder signs a nonce of the server with the new key; the certificate becomes active.

use foundation::{Actor, Authorized, Instant};
use keys::HolderSecret;
use store::{Database, Unit, unit};

use super::state::{Did, State};
use super::{Applying, Enrolment, EnrolmentId};
use crate::Error;
use crate::certificate::secret::open_for;
use crate::certificate::state::Did as CertificateDid;
use crate::certificate::{Certificate, Keeping};

/// The bytes the holder's key signs (docs/agent-protocol.md): `cectrust-self-test/1`, the nonce and the SHA-256 of the certificate, each on a line in hex.
#[must_use]
pub fn self_test_message(nonce: &[u8], certificate_sha256: &[u8]) -> Vec<u8> {
    format!(
        "cectrust-self-test/1\n{}\n{}\n",
        hex::encode(nonce),
        hex::encode(certificate_sha256)
    )
    .into_bytes()
}

impl Enrolment {
    /// The nonce to sign, once the certificate is issued.
    ///
    /// # Errors
    /// The state is another.
    pub fn receipt_nonce(&self) -> Result<&[u8], Error> {
        match (self.state, &self.nonce) {
            (State::Issued, Some(nonce)) => Ok(nonce),
            _ => Err(super::state::Illegal {
                at: self.state,
                did: Did::Received,
            }
            .into()),
        }
    }

    /// Confirms with a signature made on the holder's side (over [`self_test_message`], with the key's usual algorithm, ECDSA in DER).
    ///
    /// # Errors
    /// Wrong state, the signature does not verify with the certificate, or the database did not answer.
    pub async fn confirm_receipt(
        this: &Authorized<Self, Applying>,
        unit: &mut Unit,
        signature: &[u8],
        now: Instant,
    ) -> Result<State, Error> {
        let nonce = this.receipt_nonce()?.to_vec();
        let certificate = Certificate::open::<Keeping>(unit, this.by(), this.certificate.ok_or(Error::Unknown)?).await?;
        let message = self_test_message(&nonce, &certificate.sha256);
        let key = certificate.x509().public_key().map_err(|_| Error::SelfTestWrong)?;
        let algorithm = key.key_type().ok_or(Error::SelfTestWrong)?.signature_algorithm();
        key.verify(algorithm, &message, signature).map_err(|_| Error::SelfTestWrong)?;
        unit.one(store::sql!(
            "UPDATE certification_certificate SET confirmed = {now} WHERE id = {certificate.id}"
        ))
        .await?;
        Certificate::moved(&certificate, unit, CertificateDid::Confirmed, now).await?;
        Self::moved(this, unit, Did::Received, now).await
    }
}

/// Confirms with the server-held key: the holder types his 合言葉 for the first time.
///
/// # Errors
/// Wrong state, wrong 合言葉 (not counted: nothing can be signed yet), or the database did not answer.
pub async fn confirm_receipt_with_secret(
    db: &Database,
    by: &Actor,
    id: EnrolmentId,
    secret: &HolderSecret,
    now: Instant,
) -> Result<State, Error> {
    let (nonce, certificate) = unit!(db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
        Ok::<_, Error>((enrolment.receipt_nonce()?.to_vec(), enrolment.certificate.ok_or(Error::Unknown)?))
    })
    .await?;
    // Not yet usable for contracts: this signature is what makes it so.
    let (certificate, signer) = open_for::<Keeping>(db, by, certificate, secret, now, |_| Ok(())).await?;
    let signature = jobs::work(move || signer.sign(&self_test_message(&nonce, &certificate.sha256))).await?;
    unit!(db, |unit| {
        let enrolment = Enrolment::open::<Applying>(unit, by, id).await?;
        Enrolment::confirm_receipt(&enrolment, unit, &signature, now).await
    })
    .await
}
