//! Who is who: companies (法人), 企業ID (departments), ユーザID (desks), people and the seats they sit on;
//! signing in and sessions; what needs two persons of the operator (`proposals`).
//!
//! A 企業ID, a ユーザID, a person and a certificate are four things. A person signs in as himself, on one seat
//! at a time: a desk (registers, signs, or both) or a 企業ID (looks and pays, never contracts).
//! Certificates live in `certification`; what an actor may do to a case is asked in `contracts`.

mod company;
mod directory;
mod error;
mod examine;
mod invitation;
mod limits;
mod me;
mod password;
mod person;
pub mod proposals;
mod registration;
mod seat;
mod seen;
mod session;
mod signin;
mod stranger;

pub use company::{Company, Department, Desk};
pub use directory::{
    DeskCard, PersonCard, Signer, department, desk, desk_by_mail, desk_by_number, everybody, operator_names, person, signers_of,
};
pub use error::{Error, refusal_words};
pub use examine::examine;
pub use invitation::{InvitationId, accept_invitation, invite};
pub use limits::Limits;
pub use me::{Me, UserLine, me, users};
pub use person::{Person, Role};
pub use registration::{NewCompany, NewDepartment, NewDesk, NewPerson, NewSeat, Registration, register};
pub use seat::{SeatCard, SeatId};
pub use seen::Seen;
pub use session::{Token, clear_sessions, sign_out};
pub use signin::{SignIn, SignedIn, actor, sign_in, supersede, unlock};
pub use stranger::forget_strangers;

store::migration!("1000_accounts_tables", include_str!("../migrations/1000_accounts_tables.sql"));
store::migration!("1001_accounts_stranger", include_str!("../migrations/1001_accounts_stranger.sql"));
store::migration!("1002_accounts_replaced", include_str!("../migrations/1002_accounts_replaced.sql"));

/// One journal entry of this room, in the unit of the act.
async fn note(
    unit: &mut store::Unit,
    by: &foundation::Actor,
    deed: &'static str,
    subject: uuid::Uuid,
    facts: serde_json::Value,
    at: foundation::Instant,
) -> Result<(), Error> {
    journal::note(
        unit,
        journal::Entry {
            actor: by,
            deed,
            subject: &subject,
            facts,
            at,
        },
    )
    .await?;
    Ok(())
}
