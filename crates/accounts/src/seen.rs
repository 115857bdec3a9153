//! What an actor's lists, counts and exports may show (law 8).

use foundation::{Actor, CompanyId, DepartmentId, DeskId, Member, PersonId, Seat};

/// The rows an actor may see; each room turns it into its own SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing.
    Nothing,
    /// What belongs to one desk, or asks this person to sign.
    Desk {
        /// The desk.
        desk: DeskId,
        /// The person.
        person: PersonId,
        /// His company.
        company: CompanyId,
    },
    /// What belongs to any desk under a 企業ID.
    Department(DepartmentId),
    /// Everything: jobs and resolvers of the program only.
    Everything,
}

impl Seen {
    /// What `actor` may see. People of the operator see no contracts and no deposits.
    #[must_use]
    pub const fn of(actor: &Actor) -> Self {
        match actor {
            Actor::Nobody | Actor::Operator(_) => Self::Nothing,
            Actor::Member(Member {
                seat: Seat::Department,
                department,
                ..
            }) => Self::Department(*department),
            Actor::Member(Member {
                seat: Seat::Desk { desk, .. },
                person,
                company,
                ..
            }) => Self::Desk {
                desk: *desk,
                person: *person,
                company: *company,
            },
            Actor::System { .. } => Self::Everything,
        }
    }
}
