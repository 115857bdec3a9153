//! Who acts.

use crate::{CompanyId, DepartmentId, DeskId, PersonId, SessionId};

/// Who asks for an act. Every public verb of a service takes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody is signed in.
    Nobody,
    /// A person of a subscriber company, on one seat.
    Member(Member),
    /// A person of the operator (審査, 承認).
    Operator(OperatorPerson),
    /// The program itself: a job, a schedule, a resolver. `cause` says which, e.g. `"job certificate.issue"`.
    System {
        /// What made the program act.
        cause: &'static str,
    },
}

/// A person of a company, signed in on a seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The sign-in.
    pub session: SessionId,
    /// The natural person.
    pub person: PersonId,
    /// The legal person he belongs to.
    pub company: CompanyId,
    /// The 企業ID under which the seat stands.
    pub department: DepartmentId,
    /// Where he sits.
    pub seat: Seat,
    /// What the seat's ID was applied for.
    pub services: Services,
}

/// The seat a person signed in on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// 企業ID: sees every case of its ユーザID; no contract act.
    Department,
    /// ユーザID: a desk.
    Desk {
        /// Which desk.
        desk: DeskId,
        /// May register partners and cases, send, return, withdraw (事務).
        registers: bool,
        /// May be named as signer and sign (署名者).
        signs: bool,
    },
}

/// The services an ID was applied for. They are separate: one opens no door of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Services {
    /// CECTRUST 電子契約サービス.
    pub contracts: bool,
    /// CECTRUST 原本保管サービス.
    pub custody: bool,
}

/// A person of the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorPerson {
    /// The sign-in.
    pub session: SessionId,
    /// The natural person.
    pub person: PersonId,
    /// His role; one person has one.
    pub role: OperatorRole,
}

/// Roles of the operator that exist so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorRole {
    /// 審査: proposes.
    Screener,
    /// 承認: approves what another proposed.
    Approver,
}

impl Actor {
    /// The natural person behind the act, if there is one.
    #[must_use]
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Member(member) => Some(member.person),
            Self::Operator(operator) => Some(operator.person),
            Self::Nobody | Self::System { .. } => None,
        }
    }
    /// The desk he sits at, if any.
    #[must_use]
    pub const fn desk(&self) -> Option<DeskId> {
        match self {
            Self::Member(Member {
                seat: Seat::Desk { desk, .. },
                ..
            }) => Some(*desk),
            _ => None,
        }
    }
    /// One word and an id for the journal: `person:…`, `operator:…`, `system:<cause>`, `nobody`.
    #[must_use]
    pub fn journal_name(&self) -> String {
        match self {
            Self::Nobody => "nobody".to_owned(),
            Self::Member(member) => format!("person:{}", member.person),
            Self::Operator(operator) => format!("operator:{}", operator.person),
            Self::System { cause } => format!("system:{cause}"),
        }
    }
}
