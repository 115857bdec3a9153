//! Certificates of the product.

pub mod list;
pub mod revoke;
pub mod show;

use certification::Certificate;
use foundation::Instant;
use serde::Serialize;
use utoipa::ToSchema;

/// A certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CertificateShown)]
pub struct Shown {
    /// Its id.
    id: String,
    /// The holder's name as inside.
    name: String,
    /// The holder.
    person: String,
    /// `token` or `server`.
    credential: &'static str,
    /// Where it stands.
    state: &'static str,
    /// In words.
    sentence: &'static str,
    /// Serial number, hex.
    serial: String,
    /// SHA-256 of its DER, hex.
    sha256: String,
    /// From.
    not_before: String,
    /// To.
    not_after: String,
    /// When it was revoked.
    revoked: Option<String>,
    /// PEM.
    pem: String,
}

impl From<&Certificate> for Shown {
    fn from(certificate: &Certificate) -> Self {
        Self {
            id: certificate.id.to_string(),
            name: certificate.name.clone(),
            person: certificate.person.to_string(),
            credential: certificate.credential.word(),
            state: certificate.state.word(),
            sentence: certificate.state.japanese(),
            serial: hex::encode(&certificate.serial),
            sha256: hex::encode(&certificate.sha256),
            not_before: certificate.not_before.rfc3339_japan(),
            not_after: certificate.not_after.rfc3339_japan(),
            revoked: certificate.revoked.map(Instant::rfc3339_japan),
            pem: pki::pem::encode("CERTIFICATE", &certificate.der),
        }
    }
}
