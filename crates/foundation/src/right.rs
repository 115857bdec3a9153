//! What an actor may do: rights are asked where a thing is loaded (law 8).

use crate::Actor;

/// A right on a thing: a zero-sized type such as `Sending` for `Case`.
pub trait Action<T> {
    /// The word the journal writes, e.g. `"case.send"`.
    const DEED: &'static str;
    /// Whether `actor` may do it to `thing`.
    ///
    /// # Errors
    /// The reason why not.
    fn allowed(actor: &Actor, thing: &T) -> Result<(), Refused>;
}

/// A thing together with the proof that `by` may do `A` to it. Verbs take this and nothing else.
#[derive(Debug)]
pub struct Authorized<T, A> {
    thing: T,
    by: Actor,
    right: std::marker::PhantomData<fn() -> A>,
}

impl<T, A: Action<T>> Authorized<T, A> {
    /// Asks for the right.
    ///
    /// # Errors
    /// What [`Action::allowed`] says.
    pub fn ask(by: &Actor, thing: T) -> Result<Self, Refused> {
        A::allowed(by, &thing)?;
        Ok(Self {
            thing,
            by: by.clone(),
            right: std::marker::PhantomData,
        })
    }
    /// Who acts.
    #[must_use]
    pub const fn by(&self) -> &Actor {
        &self.by
    }
    /// The thing itself; the proof is spent.
    pub fn into_inner(self) -> T {
        self.thing
    }
}

impl<T, A> std::ops::Deref for Authorized<T, A> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.thing
    }
}

/// Why an act was refused. Each has one stable `code` at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nobody is signed in (401 `not_signed_in`).
    NotSignedIn,
    /// The actor must not even learn that the thing exists (404 `not_found`).
    NotYours,
    /// A 企業ID sees and pays; it never contracts (403 `company_id_cannot_contract`).
    CompanyIdCannotContract,
    /// The ID was not applied for this service (403 `service_not_applied_for`).
    ServiceNotAppliedFor,
    /// He may see it, but registering and sending is the clerk's act (403 `not_a_clerk`).
    NotAClerk,
    /// He may see it, but he is not the named signer (403 `not_the_signer`).
    NotTheSigner,
    /// It is the other side's turn to do this (403 `not_your_side`).
    NotYourSide,
    /// Only people of the operator with the right role (403 `operator_only`).
    OperatorOnly,
    /// The proposer must not approve his own proposal (403 `two_persons_needed`).
    TwoPersonsNeeded,
}

impl Refused {
    /// The stable code of the problem document.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSignedIn => "not_signed_in",
            Self::NotYours => "not_found",
            Self::CompanyIdCannotContract => "company_id_cannot_contract",
            Self::ServiceNotAppliedFor => "service_not_applied_for",
            Self::NotAClerk => "not_a_clerk",
            Self::NotTheSigner => "not_the_signer",
            Self::NotYourSide => "not_your_side",
            Self::OperatorOnly => "operator_only",
            Self::TwoPersonsNeeded => "two_persons_needed",
        }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
impl std::error::Error for Refused {}
