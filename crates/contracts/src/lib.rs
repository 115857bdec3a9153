//! 案件: partners and their consent, the case and its turns, the stages of its file, conclusion, seal and custody.
//!
//! Words: [`Partner`] (two desks, one consent), [`Case`] (one contract between two desks: A registers, B returns), [`Stage`] (a stored
//! state of the file), [`state`] (the table of what may happen), [`Findings`] (what must be known about the
//! pages of a file before it is sent or signed). 成立 (formed), 封緘 (sealed) and 保管 (kept) are three facts.
//! Every verb is one unit, or three steps: intent (`signing`'s act, or nothing), act (no unit), outcome (unit).

mod backlog;
mod blank;
mod case;
pub mod consent;
pub mod deadline;
mod document;
mod draft;
mod effect;
mod error;
mod examine;
mod findings;
mod limits;
mod list;
mod notice;
mod originality;
mod partner;
mod partner_list;
mod right;
mod seal;
mod shelf;
mod sign;
mod stage;
pub mod state;
mod tools;
mod turns;
mod undelivered;
mod uses;

pub use backlog::{Backlog, backlog};
pub use case::{Case, CaseId};
pub use document::{Places, Put};
pub use draft::Fields;
pub use effect::SealJob;
pub use error::Error;
pub use examine::examine;
pub use findings::Findings;
pub use list::{CaseLine, CaseView, NamedPerson, SealFailure};
pub use originality::originality;
pub use partner::{Answering, Ending, Known, Looking, Partner, PartnerId, Requested, Standing};
pub use partner_list::{Among, PartnerLine};
pub use right::{
    Confirming, MailingAgain, MovingDeadline, NamingSigner, PuttingSigned, Reading, Refusing, Registering, Returning, Sealing, Sending,
    SendingBack, Side, Signing, Withdrawing,
};
pub use seal::{keep, register, seal};
pub use shelf::{Counts, Part};
pub use sign::{Done, Prepared, SignatureBy};
pub use stage::{Stage, StageId, StageName, pdf_name};
pub use tools::Tools;
pub use undelivered::Undelivered;
pub use uses::{NamedSigner, Uses, WantedUses};

store::migration!("5000_contracts_tables", include_str!("../migrations/5000_contracts_tables.sql"));
store::migration!("5001_contracts_fixity", include_str!("../migrations/5001_contracts_fixity.sql"));
store::migration!("5002_contracts_deadline", include_str!("../migrations/5002_contracts_deadline.sql"));

/// The program itself, for look-ups inside a verb whose actor was asked before.
const PROGRAM: foundation::Actor = foundation::Actor::System { cause: "contracts" };

/// One journal entry of this room, in the unit of the act.
async fn note(
    unit: &mut store::Unit,
    by: &foundation::Actor,
    deed: &'static str,
    subject: uuid::Uuid,
    facts: serde_json::Value,
    at: foundation::Instant,
) -> Result<(), Error> {
    journal::note(
        unit,
        journal::Entry {
            actor: by,
            deed,
            subject: &subject,
            facts,
            at,
        },
    )
    .await?;
    Ok(())
}

fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(bytes.as_ref()))
}
