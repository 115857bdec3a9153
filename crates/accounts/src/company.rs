//! Companies, their 企業ID and their ユーザID.

use foundation::{CompanyId, DepartmentId, DeskId, Instant, Services};
use store::Record;

/// A legal person (法人).
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Company {
    /// Its id.
    pub id: CompanyId,
    /// Registered name, e.g. 「あおば建設株式会社」.
    pub name: String,
    /// The name in kana.
    pub kana: String,
    /// 法人番号, 13 digits.
    pub corporate_number: String,
    /// Registered address.
    pub address: String,
    /// Since when the product knows it.
    pub registered: Instant,
}

/// A 企業ID: the company or one department of it. Sees and pays, never contracts.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Department {
    /// Its id.
    pub id: DepartmentId,
    /// Whose.
    pub company: CompanyId,
    /// `C` and six digits.
    pub number: String,
    /// Name of the department.
    pub name: String,
    /// CECTRUST 電子契約サービス was applied for.
    pub contracts: bool,
    /// CECTRUST 原本保管サービス was applied for.
    pub custody: bool,
    /// Since when.
    pub registered: Instant,
}

/// A ユーザID: the desk of a contract department.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Desk {
    /// Its id.
    pub id: DeskId,
    /// Whose.
    pub company: CompanyId,
    /// Under which 企業ID.
    pub department: DepartmentId,
    /// `U` (contracts) or `S` (storage) and six digits.
    pub number: String,
    /// Name of the desk.
    pub name: String,
    /// Where notices go.
    pub mail: String,
    /// CECTRUST 電子契約サービス was applied for.
    pub contracts: bool,
    /// CECTRUST 原本保管サービス was applied for.
    pub custody: bool,
    /// Since when.
    pub registered: Instant,
}

impl Department {
    /// What it was applied for.
    #[must_use]
    pub const fn services(&self) -> Services {
        Services {
            contracts: self.contracts,
            custody: self.custody,
        }
    }
}

impl Desk {
    /// What it was applied for.
    #[must_use]
    pub const fn services(&self) -> Services {
        Services {
            contracts: self.contracts,
            custody: self.custody,
        }
    }
}
