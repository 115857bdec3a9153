//! What needs two persons of the operator (law 11): 審査 proposes, 承認 approves, never the same person.
//!
//! A room above makes a payload type and implements [`Proposed`]; `server` collects the kinds in [`Kinds`].
//! Approving executes the payload inside the approving unit: both are there, or neither. Ids and random
//! values that the act needs are drawn when it is proposed and stand in the payload.

use std::{collections::BTreeMap, future::Future, pin::Pin};

use foundation::{Action, Actor, Authorized, Instant, OperatorPerson, OperatorRole, PersonId, Refused};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use store::{Database, Record, Unit, sql};
use uuid::Uuid;

use crate::Error;

foundation::id!(
    /// One proposal.
    pub ProposalId
);
store::column_as!(ProposalId(Uuid));

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Waits for a second person.
    Open,
    /// Approved, and executed in the same unit.
    Approved,
    /// Refused with a reason.
    Refused,
}
store::column_as!(Standing { Open = "open", Approved = "approved", Refused = "refused" });

/// A proposed act.
#[derive(Clone, Debug, Record, Serialize)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// Which act, e.g. `certification.subject`.
    pub kind: String,
    /// One Japanese line for the person who decides.
    pub summary: String,
    /// The act as JSON text, exactly as hashed.
    pub payload: String,
    /// SHA-256 of `payload` in hex; the approver sends back what he saw.
    pub payload_hash: String,
    /// Where it stands.
    pub state: Standing,
    /// Raised at every change.
    pub version: i64,
    /// Who proposed.
    pub proposer: PersonId,
    /// When.
    pub proposed: Instant,
    /// Who decided.
    pub decider: Option<PersonId>,
    /// When.
    pub decided: Option<Instant>,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// Handed to the act when it is executed.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Which proposal.
    pub proposal: ProposalId,
    /// Who proposed.
    pub proposer: PersonId,
    /// Who approved.
    pub approver: PersonId,
    /// The approver as actor, for the journal.
    pub by: Actor,
    /// When.
    pub at: Instant,
}

/// Why the proposed act could not be done; in the words of the room that does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Stable code.
    pub code: &'static str,
    /// What happened, in Japanese.
    pub sentence: String,
    /// What to do now, in Japanese.
    pub next: String,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            code: error.code(),
            sentence: error.sentence(),
            next: error.next(),
        }
    }
}
impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Error::Store(error).into()
    }
}

/// An act that needs two persons.
pub trait Proposed: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, `room.thing`.
    const KIND: &'static str;
    /// One Japanese line for the person who decides.
    fn summary(&self) -> String;
    /// Does it, inside the approving unit. A failure rolls the approval back too.
    fn execute(self, unit: &mut Unit, approval: &Approval) -> impl Future<Output = Result<(), Failure>> + Send;
}

type Executed<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;
type Execute = for<'a> fn(&'a mut Unit, &'a Approval, &'a str) -> Executed<'a>;

/// The kinds of act this program can execute.
#[derive(Clone, Default)]
pub struct Kinds(BTreeMap<&'static str, Execute>);

impl Kinds {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// With `P` as well.
    #[must_use]
    pub fn with<P: Proposed>(mut self) -> Self {
        self.0.insert(P::KIND, run::<P>);
        self
    }
}

fn run<'a, P: Proposed>(unit: &'a mut Unit, approval: &'a Approval, payload: &'a str) -> Executed<'a> {
    Box::pin(async move {
        let act: P = serde_json::from_str(payload).map_err(|_| Failure::from(Error::ProposalChanged))?;
        act.execute(unit, approval).await
    })
}

/// The right to look at proposals: people of the operator.
#[derive(Debug)]
pub struct Reading;
impl Action<Proposal> for Reading {
    const DEED: &'static str = "proposal.read";
    fn allowed(actor: &Actor, _: &Proposal) -> Result<(), Refused> {
        operator(actor).map(drop)
    }
}

/// The right to approve or refuse: 承認, and not the proposer.
#[derive(Debug)]
pub struct Deciding;
impl Action<Proposal> for Deciding {
    const DEED: &'static str = "proposal.decide";
    fn allowed(actor: &Actor, proposal: &Proposal) -> Result<(), Refused> {
        let person = operator(actor)?;
        if person.person == proposal.proposer {
            return Err(Refused::TwoPersonsNeeded);
        }
        if person.role == OperatorRole::Approver {
            Ok(())
        } else {
            Err(Refused::TwoPersonsNeeded)
        }
    }
}

const fn operator(actor: &Actor) -> Result<&OperatorPerson, Refused> {
    match actor {
        Actor::Operator(person) => Ok(person),
        Actor::Nobody => Err(Refused::NotSignedIn),
        Actor::Member(_) | Actor::System { .. } => Err(Refused::OperatorOnly),
    }
}

/// Puts an act before a second person. `id` is drawn before the unit.
///
/// # Errors
/// Only 審査 proposes; or the database did not answer.
pub async fn propose<P: Proposed>(unit: &mut Unit, by: &Actor, id: ProposalId, act: &P, now: Instant) -> Result<(), Error> {
    let person = operator(by)?;
    if person.role != OperatorRole::Screener {
        return Err(Refused::OperatorOnly.into());
    }
    let payload = serde_json::to_string(act).map_err(|_| Error::ProposalChanged)?;
    let hash = hex::encode(Sha256::digest(payload.as_bytes()));
    let (kind, summary, state, proposer) = (P::KIND.to_owned(), act.summary(), Standing::Open, person.person);
    unit.one(sql!(
        "INSERT INTO accounts_proposal (id, kind, summary, payload, payload_hash, state, version, proposer, proposed)
         VALUES ({id}, {kind}, {summary}, {payload}, {hash}, {state}, 1, {proposer}, {now})"
    ))
    .await?;
    crate::note(
        unit,
        by,
        "proposal.propose",
        id.0,
        serde_json::json!({ "kind": kind, "payload_sha256": hash }),
        now,
    )
    .await
}

impl Proposal {
    /// Loads a proposal with the right `A` on it.
    ///
    /// # Errors
    /// The right is missing, there is none, or the database did not answer.
    pub async fn open<A: Action<Self>>(unit: &mut Unit, by: &Actor, id: ProposalId) -> Result<Authorized<Self, A>, Error> {
        operator(by)?;
        let found: Option<Self> = unit
            .find(sql!(
                "SELECT id, kind, summary, payload, payload_hash, state, version, proposer, proposed, decider, decided, reason FROM accounts_proposal WHERE id = {id}"
            ))
            .await?;
        Ok(Authorized::ask(by, found.ok_or(Error::Unknown)?)?)
    }

    /// All open ones, oldest first.
    ///
    /// # Errors
    /// The right is missing, or the database did not answer.
    pub async fn open_ones(db: &Database, by: &Actor) -> Result<Vec<Self>, Error> {
        operator(by)?;
        let state = Standing::Open;
        Ok(db
            .all(sql!(
                "SELECT id, kind, summary, payload, payload_hash, state, version, proposer, proposed, decider, decided, reason
                 FROM accounts_proposal WHERE state = {state} ORDER BY id"
            ))
            .await?)
    }

    /// Approves and executes. `seen` is the payload hash the approver was shown.
    ///
    /// # Errors
    /// Decided before, changed, unknown kind, or the act itself was refused; then nothing has happened.
    pub async fn approve(
        proposal: &Authorized<Self, Deciding>,
        unit: &mut Unit,
        kinds: &Kinds,
        seen: &str,
        now: Instant,
    ) -> Result<(), Error> {
        let stored = hex::encode(Sha256::digest(proposal.payload.as_bytes()));
        if stored != proposal.payload_hash || seen != stored {
            return Err(Error::ProposalChanged);
        }
        let execute = kinds.0.get(proposal.kind.as_str()).ok_or(Error::UnknownProposalKind)?;
        let approver = Self::decided(proposal, unit, Standing::Approved, None, now).await?;
        let approval = Approval {
            proposal: proposal.id,
            proposer: proposal.proposer,
            approver,
            by: proposal.by().clone(),
            at: now,
        };
        execute(unit, &approval, &proposal.payload).await.map_err(Error::Execution)
    }

    /// Refuses with a reason.
    ///
    /// # Errors
    /// Decided before, no reason, or the database did not answer.
    pub async fn refuse(proposal: &Authorized<Self, Deciding>, unit: &mut Unit, reason: &str, now: Instant) -> Result<(), Error> {
        if reason.trim().is_empty() {
            return Err(Error::BadEntry {
                field: "理由",
                why: "不承認の理由を入力してください。",
            });
        }
        Self::decided(proposal, unit, Standing::Refused, Some(reason.to_owned()), now)
            .await
            .map(drop)
    }

    async fn decided(
        proposal: &Authorized<Self, Deciding>,
        unit: &mut Unit,
        to: Standing,
        reason: Option<String>,
        now: Instant,
    ) -> Result<PersonId, Error> {
        let decider = operator(proposal.by())?.person;
        if proposal.state != Standing::Open {
            return Err(Error::ProposalDecided);
        }
        let from = Standing::Open;
        let changed = unit
            .run(sql!(
                "UPDATE accounts_proposal SET state = {to}, decider = {decider}, decided = {now}, reason = {reason}, version = version + 1
                 WHERE id = {proposal.id} AND version = {proposal.version} AND state = {from}"
            ))
            .await?;
        if changed != 1 {
            return Err(Error::ProposalDecided);
        }
        let facts =
            serde_json::json!({ "kind": proposal.kind, "payload_sha256": proposal.payload_hash, "to": to, "proposer": proposal.proposer });
        crate::note(unit, proposal.by(), Deciding::DEED, proposal.id.0, facts, now).await?;
        Ok(decider)
    }
}
