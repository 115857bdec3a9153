//! 原本保管: originals are stored durably before they are acknowledged; a round a second later puts their records into the log, stamps the
//! round's hash tree once, and keeps an evidence record for each. Knows documents and evidence, never cases.
//!
//! Words: [`Prepared`] (an object that is durable), [`deposit_original`] (a concluded contract), [`deposit_own`] (a company's own
//! document), [`Receipt`], [`Deposit`] (what is kept), [`Keeper`] (makes the rounds), [`Stamper`] (the port to the time-stamping
//! authority), [`bundle()`] (everything a stranger needs to check it), [`Certifier`] (原本性証明書 and 預かり証), [`Notary`] (the port to
//! who judges signatures and puts the operator's e-seal on).

mod bundle;
mod deposit;
mod error;
mod evidences;
mod examine;
mod fixity;
mod keeper;
mod notary;
mod note;
mod originality;
mod own;
mod prepared;
mod retention;
mod right;
mod round;
mod seen;
mod stamper;

pub use ::evidence::Subject;
pub use bundle::{bundle, files, original};
pub use deposit::{Deposit, DepositId, Owner, Receipt, Terms, deposit_original};
pub use error::{Error, Result};
pub use examine::examine;
pub use fixity::{Alarm, Checked, Looked, alarms, checked, is_alarmed, look, suspect, watch};
pub use keeper::{Keeper, Turn};
pub use notary::{NotSealed, Notary, NotaryFuture};
pub use originality::{About, CaseOf, Certifier, Desk, OriginalityId, Printed, resolve_certificates};
pub use own::{LARGEST_FILE, Own, deposit_own};
pub use prepared::Prepared;
pub use retention::{TERM_YEARS, extend, term_from};
pub use right::{Certifying, Depositing, Extending, Reading};
pub use round::{Did, Illegal, RoundState, Standing, standing, step, table};
pub use seen::{Line, Seen, list};
pub use stamper::{Material, StampFailure, StampFuture, Stamper};

store::migration!("4000_custody_tables", include_str!("../migrations/4000_custody_tables.sql"));
store::migration!(
    "4002_custody_originality",
    include_str!("../migrations/4002_custody_originality.sql")
);

/// Published in the unit in which a deposit's evidence became complete (保管).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Kept {
    /// Which deposit.
    pub deposit: DepositId,
    /// When its round was sealed.
    pub at: foundation::Instant,
}

impl jobs::Event for Kept {
    const NAME: &'static str = "custody.kept";
}
