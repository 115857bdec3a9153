//! The act of signing as a row: prepared, signing (leased), completed, failed.

use crate::{Error, Signed, Signing};
use foundation::{Actor, Instant, PersonId, Random};
use store::{Database, Unit};
use uuid::Uuid;

foundation::id!(
    /// One act of signing.
    pub ActId
);
store::column_as!(ActId(Uuid));

/// Where an act stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActState {
    /// Waits for the signature.
    Prepared,
    /// A signature came; time-stamp and status are being fetched.
    Signing,
    /// Its result is part of the caller's outcome.
    Completed,
    /// It failed or lapsed; nothing was signed that anybody may rely on.
    Failed,
}
store::column_as!(ActState {
    Prepared = "prepared",
    Signing = "signing",
    Completed = "completed",
    Failed = "failed",
});

/// What is to be signed.
#[derive(Clone, Debug)]
pub struct Order {
    /// What it is for: the caller's word, e.g. `"case"`.
    pub purpose: &'static str,
    /// And its id there.
    pub subject: Uuid,
    /// The signer: a person, who must be the actor.
    pub person: PersonId,
    /// His certificate, DER. That it is his and usable is the caller's (certification's) knowledge.
    pub certificate: Vec<u8>,
    /// The field.
    pub field: String,
    /// If the file has no such field.
    pub new_field: Option<pades::FieldSpec>,
    /// The stored original.
    pub pdf: Vec<u8>,
}

/// A prepared act: what the credential is to sign.
#[derive(Clone, Debug)]
pub struct Act {
    /// Its id.
    pub id: ActId,
    /// What it is for.
    pub purpose: String,
    /// And its id there.
    pub subject: Uuid,
    /// The signer.
    pub person: PersonId,
    /// Where it stands.
    pub state: ActState,
    /// What was prepared: `to_sign`, `digest`, `digest_algorithm`, `document_digest`, `field`.
    pub prepared: pades::Prepared,
    /// Until when the signature may come.
    pub expires: Instant,
}

/// Intent: prepares the signature on the stored original and commits the act with its journal entry. The signer's certificate
/// is checked against its status first (OCSP or CRL), so that nobody signs with a revoked one.
///
/// # Errors
/// See [`Error`].
pub async fn prepare(db: &Database, signing: &Signing, by: &Actor, order: Order, now: Instant, random: &dyn Random) -> Result<Act, Error> {
    let _ = (db, signing, by, order, now, random);
    unimplemented!()
}

/// Loads an act of `by`.
///
/// # Errors
/// [`Error::UnknownAct`] if it is none or another person's.
pub async fn open_act(db: &Database, by: &Actor, id: ActId) -> Result<Act, Error> {
    let _ = (db, by, id);
    unimplemented!()
}

/// Outcome, inside the caller's unit: the act is completed together with the caller's rows.
///
/// # Errors
/// [`Error::ActOver`] if it is no longer being signed.
pub async fn settle(unit: &mut Unit, by: &Actor, signed: &Signed, now: Instant) -> Result<(), Error> {
    let _ = (unit, by, signed, now);
    unimplemented!()
}

/// The resolver: acts whose lease or time is over are failed. Run at boot and every minute. Gives their number.
///
/// # Errors
/// The database.
pub async fn resolve(db: &Database, now: Instant) -> Result<u64, Error> {
    let _ = (db, now);
    unimplemented!()
}
