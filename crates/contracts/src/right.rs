//! Who may do what to a case (law 8). Every desk can be either side; a 企業ID looks and never acts.

use foundation::{Action, Actor, Member, Refused, Seat};

use crate::Case;

/// The side of a case somebody stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 案件登録者: registers, signs first, sends.
    A,
    /// 案件返送者: signs, returns.
    B,
}
store::column_as!(Side { A = "a", B = "b" });

/// A clerk's seat at a contract desk, for acts that have no thing yet.
pub(crate) const fn clerk(actor: &Actor) -> Result<&Member, Refused> {
    let member = match contract_member(actor) {
        Ok(member) => member,
        Err(refused) => return Err(refused),
    };
    match member.seat {
        Seat::Department => Err(Refused::CompanyIdCannotContract),
        Seat::Desk { registers: true, .. } => Ok(member),
        Seat::Desk { .. } => Err(Refused::NotAClerk),
    }
}

/// A seat of the contract service, whatever it is.
pub(crate) const fn contract_member(actor: &Actor) -> Result<&Member, Refused> {
    match actor {
        Actor::Nobody => Err(Refused::NotSignedIn),
        // People of the operator and jobs have no part in any contract.
        Actor::Operator(_) | Actor::System { .. } => Err(Refused::ServiceNotAppliedFor),
        Actor::Member(member) if member.services.contracts => Ok(member),
        Actor::Member(_) => Err(Refused::ServiceNotAppliedFor),
    }
}

/// Where `actor` stands on `case`; a stranger must not even learn that there is one.
pub(crate) fn party<'a>(actor: &'a Actor, case: &Case) -> Result<(Side, &'a Member), Refused> {
    let member = contract_member(actor)?;
    let side = case.side_of(member).ok_or(Refused::NotYours)?;
    Ok((side, member))
}

fn acting<'a>(actor: &'a Actor, case: &Case, wanted: Side) -> Result<&'a Member, Refused> {
    let (side, member) = party(actor, case)?;
    match member.seat {
        Seat::Department => Err(Refused::CompanyIdCannotContract),
        Seat::Desk { .. } if side != wanted => Err(Refused::NotYourSide),
        Seat::Desk { .. } => Ok(member),
    }
}

/// A clerk of the desk on this side.
pub(crate) fn clerk_of(actor: &Actor, case: &Case, wanted: Side) -> Result<(), Refused> {
    let member = acting(actor, case, wanted)?;
    match member.seat {
        // Registering at another desk of the company gives no right at this one.
        Seat::Desk { desk, registers: true, .. } if case.desk_of(wanted) == Some(desk) => Ok(()),
        _ => Err(Refused::NotAClerk),
    }
}

macro_rules! clerk_right {
    ($(#[$doc:meta])* $name:ident, $deed:literal, $side:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl Action<Case> for $name {
            const DEED: &'static str = $deed;
            fn allowed(actor: &Actor, case: &Case) -> Result<(), Refused> {
                clerk_of(actor, case, Side::$side)
            }
        }
    };
}

clerk_right!(
    /// To change the draft and put its document.
    Registering, "case.register", A
);
clerk_right!(
    /// 送付.
    Sending, "case.send", A
);
clerk_right!(
    /// To move the deadline (返送の期限).
    MovingDeadline, "case.move_deadline", A
);
clerk_right!(
    /// 取下げ.
    Withdrawing, "case.withdraw", A
);
clerk_right!(
    /// To take note of the conclusion.
    Confirming, "case.confirm", A
);
clerk_right!(
    /// To name another signer of one's own side.
    NamingSigner, "case.name_signer", B
);
clerk_right!(
    /// 返送.
    Returning, "case.return", B
);
clerk_right!(
    /// 差戻し.
    SendingBack, "case.send_back", B
);
clerk_right!(
    /// 謝絶.
    Refusing, "case.refuse", B
);

/// To have a mail sent again that did not arrive: the clerks of both sides.
#[derive(Debug)]
pub struct MailingAgain;
impl Action<Case> for MailingAgain {
    const DEED: &'static str = "case.mail_again";
    fn allowed(actor: &Actor, case: &Case) -> Result<(), Refused> {
        let (side, _) = party(actor, case)?;
        clerk_of(actor, case, side)
    }
}

/// To look: both desks, the named signers, both 企業ID.
#[derive(Debug)]
pub struct Reading;
impl Action<Case> for Reading {
    const DEED: &'static str = "case.read";
    fn allowed(actor: &Actor, case: &Case) -> Result<(), Refused> {
        party(actor, case).map(drop)
    }
}

/// To sign: the named signer of one's side.
#[derive(Debug)]
pub struct Signing;
impl Action<Case> for Signing {
    const DEED: &'static str = "case.sign";
    fn allowed(actor: &Actor, case: &Case) -> Result<(), Refused> {
        let (side, member) = party(actor, case)?;
        match member.seat {
            Seat::Department => Err(Refused::CompanyIdCannotContract),
            Seat::Desk { signs: true, .. } if case.signer_of(side) == Some(member.person) => {
                if case.signs_next() == Some(side) || case.signs_next().is_none() {
                    Ok(())
                } else {
                    Err(Refused::NotYourSide)
                }
            }
            Seat::Desk { .. } => Err(Refused::NotTheSigner),
        }
    }
}

/// To put a file signed outside: the named signer, or the clerk of the side whose turn it is. The signature itself must be the named signer's.
#[derive(Debug)]
pub struct PuttingSigned;
impl Action<Case> for PuttingSigned {
    const DEED: &'static str = "case.put_signed";
    fn allowed(actor: &Actor, case: &Case) -> Result<(), Refused> {
        let (side, _) = party(actor, case)?;
        Signing::allowed(actor, case).or_else(|refused| match refused {
            Refused::NotTheSigner if case.signs_next().is_none_or(|next| next == side) => {
                clerk_of(actor, case, side).map_err(|_| Refused::NotTheSigner)
            }
            other => Err(other),
        })
    }
}

/// The program's own right to seal, to record a failure and to deposit.
#[derive(Debug)]
pub struct Sealing;
impl Action<Case> for Sealing {
    const DEED: &'static str = "case.seal";
    fn allowed(actor: &Actor, _: &Case) -> Result<(), Refused> {
        if matches!(actor, Actor::System { .. }) {
            Ok(())
        } else {
            Err(Refused::NotYours)
        }
    }
}
