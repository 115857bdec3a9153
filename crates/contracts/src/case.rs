//! 案件: one contract between two desks.

use foundation::{Action, Actor, Authorized, CompanyId, Date, DepartmentId, DeskId, Instant, Member, PersonId, Seat};
use store::{Record, Unit, sql};
use uuid::Uuid;

use crate::{
    Error, PartnerId, Side,
    state::{Did, Effect, State, step},
};

foundation::id!(
    /// One case.
    pub CaseId
);
store::column_as!(CaseId(Uuid));

/// A case as its row holds it.
#[derive(Clone, Debug, Record)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// Raised at every change.
    pub version: i64,
    /// Where it stands.
    pub state: State,
    /// 案件名.
    pub title: String,
    /// 契約番号, unique per desk.
    pub contract_number: String,
    /// 契約日.
    pub contract_date: Date,
    /// 契約金額 税込 in yen; none: 「金額なし」.
    pub amount: Option<i64>,
    /// 工期, from.
    pub period_from: Option<Date>,
    /// 工期, to.
    pub period_to: Option<Date>,
    /// 返送の期限, if there is one.
    pub reply_by: Option<Date>,
    /// When A last moved it.
    pub reply_by_moved: Option<Instant>,
    /// 取引先.
    pub partner: PartnerId,
    /// A's desk.
    pub a_desk: DeskId,
    /// A's 企業ID.
    pub a_department: DepartmentId,
    /// A's company.
    pub a_company: CompanyId,
    /// A's signer.
    pub a_signer: PersonId,
    /// B's desk; known at the latest when it is sent.
    pub b_desk: Option<DeskId>,
    /// B's 企業ID.
    pub b_department: Option<DepartmentId>,
    /// B's company.
    pub b_company: Option<CompanyId>,
    /// B's signer.
    pub b_signer: Option<PersonId>,
    /// A's signature field.
    pub a_field: Option<String>,
    /// B's signature field; none: a new one in the revision of the signature.
    pub b_field: Option<String>,
    /// Proven time of A's signature.
    pub a_signed: Option<Instant>,
    /// Proven time of B's signature.
    pub b_signed: Option<Instant>,
    /// Registered.
    pub created: Instant,
    /// 送付.
    pub sent: Option<Instant>,
    /// First opened by B.
    pub viewed: Option<Instant>,
    /// 返送.
    pub returned: Option<Instant>,
    /// 成立: time-stamp of the last required signature.
    pub formed: Option<Instant>,
    /// 封緘.
    pub sealed: Option<Instant>,
    /// 保管: the deposit's acknowledgement.
    pub kept: Option<Instant>,
    /// A took note.
    pub confirmed: Option<Instant>,
    /// 差戻し, 謝絶 or 取下げ.
    pub closed: Option<Instant>,
    /// Its reason.
    pub reason: Option<String>,
    /// Tries to seal so far.
    pub seal_tries: i64,
    /// Why the last one failed, as a code.
    pub seal_failure: Option<String>,
    /// When the next one begins.
    pub seal_next: Option<Instant>,
    /// The deposit of the original.
    pub deposit: Option<Uuid>,
}

impl Case {
    /// Loads a case with the right `A` on it.
    ///
    /// # Errors
    /// The right is missing, there is none, or the database did not answer.
    pub async fn open<A: Action<Self>>(unit: &mut Unit, by: &Actor, id: CaseId) -> Result<Authorized<Self, A>, Error> {
        if !matches!(by, Actor::System { .. }) {
            crate::right::contract_member(by)?;
        }
        let found: Option<Self> = unit.find(sql!("SELECT * FROM contracts_case WHERE id = {id}")).await?;
        Ok(Authorized::ask(by, found.ok_or(Error::Unknown)?)?)
    }

    /// The side on which `member` stands; B only once it was sent.
    #[must_use]
    pub fn side_of(&self, member: &Member) -> Option<Side> {
        let b = self.sent.is_some();
        match member.seat {
            Seat::Desk { desk, .. } => {
                if desk == self.a_desk {
                    Some(Side::A)
                } else if b && self.b_desk == Some(desk) {
                    Some(Side::B)
                } else if member.company == self.a_company && member.person == self.a_signer {
                    // A named signer may sit at any desk of his company.
                    Some(Side::A)
                } else if b && self.b_company == Some(member.company) && self.b_signer == Some(member.person) {
                    Some(Side::B)
                } else {
                    None
                }
            }
            Seat::Department => {
                if member.department == self.a_department {
                    Some(Side::A)
                } else if b && self.b_department == Some(member.department) {
                    Some(Side::B)
                } else {
                    None
                }
            }
        }
    }
    /// The desk of a side.
    #[must_use]
    pub const fn desk_of(&self, side: Side) -> Option<DeskId> {
        match side {
            Side::A => Some(self.a_desk),
            Side::B => self.b_desk,
        }
    }
    /// The named signer of a side.
    #[must_use]
    pub const fn signer_of(&self, side: Side) -> Option<PersonId> {
        match side {
            Side::A => Some(self.a_signer),
            Side::B => self.b_signer,
        }
    }
    /// The side whose signature comes next, if one is missing.
    #[must_use]
    pub const fn signs_next(&self) -> Option<Side> {
        match self.state {
            State::Draft => Some(Side::A),
            State::Waiting => Some(Side::B),
            _ => None,
        }
    }
    /// The state as `side` may know it: before 返送 B's signature is not shown to A.
    #[must_use]
    pub const fn state_for(&self, side: Side) -> State {
        match (self.state, side) {
            (State::Countersigned, Side::A) => State::Waiting,
            (state, _) => state,
        }
    }

    /// The one place where a case moves: row (by version), journal and effects, in the caller's unit.
    pub(crate) async fn moved<A: Action<Self>>(
        case: &Authorized<Self, A>,
        unit: &mut Unit,
        did: Did,
        facts: serde_json::Value,
        now: Instant,
    ) -> Result<State, Error> {
        let (next, effects) = step(case.state, did)?;
        let changed = unit
            .run(sql!(
                "UPDATE contracts_case SET state = {next}, version = version + 1 WHERE id = {case.id} AND version = {case.version}"
            ))
            .await?;
        if changed != 1 {
            return Err(Error::Changed);
        }
        let facts = serde_json::json!({ "did": did.word(), "from": case.state.word(), "to": next.word(), "facts": facts });
        crate::note(unit, case.by(), A::DEED, case.id.0, facts, now).await?;
        for effect in effects {
            crate::effect::follow(unit, case.id, *effect, now).await?;
        }
        Ok(next)
    }

    /// The effects of what happened, so that tests and documents can show them.
    #[must_use]
    pub fn effects(at: State, did: Did) -> Vec<Effect> {
        step(at, did).map(|(_, effects)| effects.to_vec()).unwrap_or_default()
    }
}
