//! Natural persons: of a company, or of the operator.

use foundation::{CompanyId, Instant, OperatorRole, PersonId};
use store::Record;

/// Roles of the operator as rows hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 審査.
    Screener,
    /// 承認.
    Approver,
}
store::column_as!(Role { Screener = "screener", Approver = "approver" });

impl From<Role> for OperatorRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Screener => Self::Screener,
            Role::Approver => Self::Approver,
        }
    }
}

/// A natural person as rows hold him. The password stays inside this room.
#[derive(Clone, Record)]
pub struct Person {
    /// His id.
    pub id: PersonId,
    /// His company; none for people of the operator.
    pub company: Option<CompanyId>,
    /// Name as on the certificate, e.g. 「田中 一郎」.
    pub name: String,
    /// Name in kana.
    pub kana: String,
    /// Where his mails go.
    pub mail: String,
    /// What he types to sign in.
    pub sign_in: String,
    /// His role at the operator, if he is one of its people.
    pub role: Option<Role>,
    pub(crate) password: Option<String>,
    pub(crate) failures: i64,
    pub(crate) locked: Option<Instant>,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person")
            .field("id", &self.id)
            .field("sign_in", &self.sign_in)
            .finish_non_exhaustive()
    }
}
