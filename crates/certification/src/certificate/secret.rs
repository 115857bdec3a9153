//! Using a server-held key: the 合言葉 is tried in three steps; the opened key lives for one act.

use foundation::{Action, Actor, CertificateId, Instant};
use keys::{HolderSecret, OpenError, SealedKey, Signer};
use store::{Database, Unit, sql, unit};

use super::{Certificate, Using};
use crate::{Credential, Error, Terms};

/// Opens the sealed key of a certificate for one act of signing. Drop the signer as soon as it has signed.
///
/// # Errors
/// Not the holder, not usable now, no server-held key, wrong 合言葉 (counted), or the database did not answer.
pub async fn open_key(
    db: &Database,
    by: &Actor,
    id: CertificateId,
    secret: &HolderSecret,
    now: Instant,
) -> Result<(Certificate, Signer), Error> {
    open_for::<Using>(db, by, id, secret, now, |certificate| certificate.usable(now)).await
}

/// Opens it with the right `A`, if it is `fit`: the try is booked (unit), checked (no unit), settled (unit).
pub(crate) async fn open_for<A: Action<Certificate>>(
    db: &Database,
    by: &Actor,
    id: CertificateId,
    secret: &HolderSecret,
    now: Instant,
    fit: impl Fn(&Certificate) -> Result<(), Error>,
) -> Result<(Certificate, Signer), Error> {
    let terms = Terms::at(now);
    let rest = now.plus_seconds(terms.secret_rest);
    let booked = unit!(db, |unit| {
        let certificate = Certificate::open::<A>(unit, by, id).await?;
        fit(&certificate)?;
        let sealed = certificate
            .sealed
            .clone()
            .filter(|_| certificate.credential == Credential::Server)
            .ok_or(Error::OtherCredential)?;
        if let Some(until) = certificate.locked_until.filter(|until| now < *until) {
            return Err(Error::SecretLocked { until });
        }
        // Tries that are still being checked, or whose program died, count too: many at once must not be more than five.
        if certificate.wrong_secrets >= terms.wrong_secrets {
            lock(unit, id, rest).await?;
            return Ok(Err(Error::SecretLocked { until: rest }));
        }
        unit.one(sql!(
            "UPDATE certification_certificate SET wrong_secrets = wrong_secrets + 1 WHERE id = {id}"
        ))
        .await?;
        Ok::<_, Error>(Ok((certificate.into_inner(), sealed)))
    })
    .await?;
    let (certificate, sealed) = booked?;
    let (bytes, about) = (secret.bytes(), about(certificate.enrolment));
    let opened = jobs::work(move || SealedKey::from_bytes(sealed).open(bytes.reveal(), &about)).await;
    match opened {
        Ok(signer) => {
            unit!(db, |unit| {
                unit.one(sql!(
                    "UPDATE certification_certificate SET wrong_secrets = 0, locked_until = NULL WHERE id = {id}"
                ))
                .await?;
                crate::note(unit, by, "certificate.secret_right", id.0, serde_json::json!({}), now).await
            })
            .await?;
            Ok((certificate, signer))
        }
        Err(OpenError::WrongSecret) => {
            let left = unit!(db, |unit| {
                let certificate = Certificate::open::<A>(unit, by, id).await?;
                let left = terms.wrong_secrets - certificate.wrong_secrets;
                if left <= 0 {
                    lock(unit, id, rest).await?;
                }
                crate::note(
                    unit,
                    by,
                    "certificate.secret_wrong",
                    id.0,
                    serde_json::json!({ "left": left.max(0) }),
                    now,
                )
                .await?;
                Ok::<_, Error>(left)
            })
            .await?;
            Err(if left <= 0 {
                Error::SecretLocked { until: rest }
            } else {
                Error::SecretWrong { left }
            })
        }
        Err(error) => Err(Error::Signer(match error {
            OpenError::Key(error) => error,
            _ => keys::KeyError::Unreadable,
        })),
    }
}

async fn lock(unit: &mut Unit, id: CertificateId, until: Instant) -> Result<(), Error> {
    Ok(unit
        .one(sql!(
            "UPDATE certification_certificate SET wrong_secrets = 0, locked_until = {until} WHERE id = {id}"
        ))
        .await?)
}

/// What a sealed key is bound to: its enrolment (the certificate does not exist yet when it is sealed).
pub(crate) fn about(enrolment: crate::EnrolmentId) -> Vec<u8> {
    format!("cectrust holder key of enrolment {enrolment}").into_bytes()
}
