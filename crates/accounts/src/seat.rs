//! Seats: a person at a desk (registers, signs), or at a 企業ID.

use foundation::{DepartmentId, DeskId, PersonId};
use store::Record;
use uuid::Uuid;

foundation::id!(
    /// One person on one seat.
    pub SeatId
);
store::column_as!(SeatId(Uuid));

/// A seat with what signing in needs to know about it.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct SeatCard {
    /// Its id.
    pub id: SeatId,
    /// Who sits there.
    pub person: PersonId,
    /// Under which 企業ID.
    pub department: DepartmentId,
    /// At which desk; none: at the 企業ID itself.
    pub desk: Option<DeskId>,
    /// The number of the 企業ID or ユーザID.
    pub number: String,
    /// Registers and sends (事務).
    pub registers: bool,
    /// May be named as signer (署名者).
    pub signs: bool,
    /// CECTRUST 電子契約サービス was applied for.
    pub contracts: bool,
    /// CECTRUST 原本保管サービス was applied for.
    pub custody: bool,
}
