//! Who may do what to a deposit. The two services are separate: a contract's original is seen through the contract service, an own
//! document through the custody service.

use evidence::Subject;
use foundation::{Action, Actor, Member, Refused, Seat};

use crate::Deposit;

/// Seeing it, its bytes and its evidence.
#[derive(Clone, Copy, Debug)]
pub struct Reading;
/// Asking for a 原本性証明書 on it.
#[derive(Clone, Copy, Debug)]
pub struct Certifying;
/// Making its retention longer.
#[derive(Clone, Copy, Debug)]
pub struct Extending;
/// Depositing for the owners named.
#[derive(Clone, Copy, Debug)]
pub struct Depositing;

fn seat_of(actor: &Actor, deposit: &Deposit) -> Result<Member, Refused> {
    let member = match actor {
        Actor::Nobody => return Err(Refused::NotSignedIn),
        Actor::Member(member) => member,
        // The operator keeps originals; he has no business reading them.
        Actor::Operator(_) | Actor::System { .. } => return Err(Refused::NotYours),
    };
    let applied = match deposit.subject {
        Subject::Contract => member.services.contracts,
        Subject::Own => member.services.custody,
    };
    let his = deposit.owners.iter().any(|owner| {
        owner.department == member.department
            && match member.seat {
                Seat::Department => true,
                Seat::Desk { desk, .. } => owner.desk == desk,
            }
    });
    match (applied, his) {
        (true, true) => Ok(member.clone()),
        (false, true) => Err(Refused::ServiceNotAppliedFor),
        (_, false) => Err(Refused::NotYours),
    }
}

impl Action<Deposit> for Reading {
    const DEED: &'static str = "deposit.read";
    fn allowed(actor: &Actor, deposit: &Deposit) -> Result<(), Refused> {
        match actor {
            Actor::System { .. } => Ok(()),
            actor => seat_of(actor, deposit).map(drop),
        }
    }
}

impl Action<Deposit> for Certifying {
    const DEED: &'static str = "deposit.certify";
    fn allowed(actor: &Actor, deposit: &Deposit) -> Result<(), Refused> {
        seat_of(actor, deposit).map(drop)
    }
}

impl Action<Deposit> for Extending {
    const DEED: &'static str = "deposit.extend";
    fn allowed(actor: &Actor, deposit: &Deposit) -> Result<(), Refused> {
        match seat_of(actor, deposit)?.seat {
            Seat::Desk { .. } => Ok(()),
            Seat::Department => Err(Refused::CompanyIdCannotContract),
        }
    }
}

impl Action<Deposit> for Depositing {
    const DEED: &'static str = "deposit.take";
    fn allowed(actor: &Actor, deposit: &Deposit) -> Result<(), Refused> {
        match (actor, deposit.subject) {
            // A contract is deposited by the program when it is sealed, or by the desk whose act concluded it.
            (Actor::System { .. }, Subject::Contract) => Ok(()),
            (Actor::System { .. }, Subject::Own) => Err(Refused::NotYours),
            (actor, _) => match seat_of(actor, deposit)?.seat {
                Seat::Desk { .. } => Ok(()),
                Seat::Department => Err(Refused::CompanyIdCannotContract),
            },
        }
    }
}
