//! CECSIGN: from an approved subject to a confirmed certificate, and to its revocation; the authority and what it publishes.
//!
//! Words: [`Hierarchy`] (root, issuing CA, OCSP signer, time-stamping unit, e-seal, log key; made by a [`ceremony`]), [`NewSubject`] (proposed by
//! one, approved by another person of the operator), [`Enrolment`] (letter with 申請PIN → key → ダウンロードPIN → certificate → receipt),
//! [`Certificate`], publications (tables the responder reads), launch codes for the agent. Knows no application and no case.

pub mod ceremony;
mod certificate;
mod enrolment;
mod error;
mod examine;
mod hierarchy;
mod launch;
mod pin;
mod post;
mod profile;
mod publication;
mod subject;
mod terms;
mod work;

pub use certificate::revoke::Reason;
pub use certificate::secret::open_key;
pub use certificate::state as certificate_states;
pub use certificate::{Certificate, Revoking, Using, Viewing as ViewingCertificate};
pub use enrolment::fate::LetterLine;
pub use enrolment::issue::{confirm_download_pin, resolve_open};
pub use enrolment::key::{ProvenRequest, make_server_key};
pub use enrolment::letter::{LetterFailure, Sender};
pub use enrolment::pin_entry::enter_application_pin;
pub use enrolment::receipt::{confirm_receipt_with_secret, self_test_message};
pub use enrolment::state as enrolment_states;
pub use enrolment::{Applying, Enrolment, EnrolmentId, Running, Viewing as ViewingEnrolment};
pub use error::Error;
pub use examine::examine;
pub use hierarchy::{Addresses, BootError, Hierarchy};
pub use launch::{LaunchId, LaunchSecret, Launched, Purpose, agent, clear_launches, launch, redeem};
pub use post::{DemoPost, Parcel, PostOffice, Slip, Visitor};
pub use publication::{adopt, is_adopted};
pub use subject::{Credential, NewSubject, Subject, SubjectForm, SubjectId};
pub use terms::Terms;
pub use work::{Workshop, register};

store::migration!(
    "2001_certification_tables",
    include_str!("../migrations/2001_certification_tables.sql")
);
store::migration!(
    "2002_certification_open_acts",
    include_str!("../migrations/2002_certification_open_acts.sql")
);

/// The authority acting by itself.
pub(crate) const SYSTEM: foundation::Actor = foundation::Actor::System { cause: "certification" };

pub(crate) async fn note(
    unit: &mut store::Unit,
    actor: &foundation::Actor,
    deed: &str,
    subject: impl std::fmt::Display + Sync,
    facts: serde_json::Value,
    at: foundation::Instant,
) -> Result<(), Error> {
    journal::note(
        unit,
        journal::Entry {
            actor,
            deed,
            subject: &subject,
            facts,
            at,
        },
    )
    .await?;
    Ok(())
}
