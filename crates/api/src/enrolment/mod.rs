//! CECSIGN enrolment from the letter to the receipt.

pub mod agent_code;
pub mod begin;
pub mod download_pin;
pub mod list;
pub mod receipt;
pub mod request;
pub mod resend;

use certification::Enrolment;
use serde::Serialize;
use utoipa::ToSchema;

/// Where an enrolment stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnrolmentShown)]
pub struct Shown {
    /// The enrolment.
    id: String,
    /// 発行申請番号.
    number: String,
    /// `token` or `server`.
    credential: &'static str,
    /// Where it stands.
    state: &'static str,
    /// In words.
    sentence: &'static str,
    /// What to do now.
    next: &'static str,
    /// The request (PKCS#10, PEM), once there is one.
    csr: Option<String>,
    /// The certificate, once issued.
    certificate: Option<String>,
}

impl From<&Enrolment> for Shown {
    fn from(enrolment: &Enrolment) -> Self {
        Self {
            id: enrolment.id.to_string(),
            number: enrolment.number.clone(),
            credential: enrolment.credential.word(),
            state: enrolment.state.word(),
            sentence: enrolment.state.japanese(),
            next: enrolment.state.what_next(),
            csr: enrolment.request.as_deref().map(|der| pki::pem::encode("CERTIFICATE REQUEST", der)),
            certificate: enrolment.certificate.map(|certificate| certificate.to_string()),
        }
    }
}
