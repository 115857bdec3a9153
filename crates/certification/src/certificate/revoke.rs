//! Revocation: asked for, done, published.

use foundation::{Actor, Authorized, CertificateId, Instant};
use store::{Database, Unit, sql, unit};

use super::state::{Did, State};
use super::{Certificate, Keeping, Revoking};
use crate::{Error, publication};

/// Why (RFC 5280 §5.3.1); no certificateHold and no removeFromCRL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No reason given; the list then carries none.
    Unspecified,
    /// The key or its secret may be known to others, or the token is lost.
    KeyCompromise,
    /// The holder left, moved, or the company changed.
    AffiliationChanged,
    /// Replaced by another certificate.
    Superseded,
    /// The holder stops, or never confirmed it.
    CessationOfOperation,
    /// The application was false.
    PrivilegeWithdrawn,
}

impl Reason {
    /// The number in lists.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::PrivilegeWithdrawn => 9,
        }
    }
}

impl Certificate {
    /// Asks for revocation: from this moment it signs no more; the job revokes and publishes at once.
    ///
    /// # Errors
    /// Revoked or being revoked before, run out, or the database did not answer.
    pub async fn request_revocation(
        this: &Authorized<Self, Revoking>,
        unit: &mut Unit,
        reason: Reason,
        now: Instant,
    ) -> Result<State, Error> {
        let code = i64::from(reason.code());
        unit.one(sql!(
            "UPDATE certification_certificate SET asked = {now}, reason = {code} WHERE id = {this.id}"
        ))
        .await?;
        Self::moved(this, unit, Did::RevocationAsked, now).await
    }
}

/// What the job does: records the revocation; the answers of the responder change with this unit, the list follows.
pub(crate) async fn revoke(db: &Database, by: &Actor, id: CertificateId, now: Instant) -> Result<(), Error> {
    // RFC 5280 §5.3.2: whole seconds, and never after thisUpdate of the list that carries it.
    let at = now.floor_second();
    unit!(db, |unit| {
        let certificate = Certificate::open::<Keeping>(unit, by, id).await?;
        if certificate.state == State::Revoked {
            return Ok(());
        }
        unit.one(sql!("UPDATE certification_certificate SET revoked = {at} WHERE id = {id}"))
            .await?;
        publication::revoked(unit, &certificate.serial, at, certificate.reason).await?;
        Certificate::moved(&certificate, unit, Did::Revoked, now).await?;
        Ok::<_, Error>(())
    })
    .await
}
