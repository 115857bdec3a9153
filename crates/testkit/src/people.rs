//! Somebody who acts, where a test asks only what he may.

use foundation::{CompanyId, DepartmentId, DeskId, Instant, Member, PersonId, Random, Seat, Services, SessionId};

/// A person at a desk of a company of his own, with a session; he registers and does not sign. Nothing of him stands in the database.
#[must_use]
pub fn at_a_desk(services: Services, now: Instant, random: &dyn Random) -> Member {
    Member {
        session: SessionId::new(now, random),
        person: PersonId::new(now, random),
        company: CompanyId::new(now, random),
        department: DepartmentId::new(now, random),
        seat: Seat::Desk {
            desk: DeskId::new(now, random),
            registers: true,
            signs: false,
        },
        services,
    }
}
