//! Which certificates a side uses: kinds and signers, as its consent names them.

use accounts::Signer;
use certification::Credential;
use foundation::{CompanyId, PersonId};
use serde::{Deserialize, Serialize};
use store::{FromColumn, Mismatch, ToColumn, Unit, Value};

use crate::Error;

/// What a side asks to use when it registers a partner or answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WantedUses {
    /// Kinds of certificate.
    pub kinds: Vec<Credential>,
    /// People of the company who sign; each must be a 署名者.
    pub signers: Vec<PersonId>,
}

/// What a side uses, with the names as they were on that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uses {
    /// Kinds of certificate.
    pub kinds: Vec<Credential>,
    /// Who signs.
    pub signers: Vec<NamedSigner>,
}

/// A signer with his name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedSigner {
    /// Who.
    pub person: PersonId,
    /// His name on that day.
    pub name: String,
}

impl WantedUses {
    pub(crate) async fn checked(&self, unit: &mut Unit, company: CompanyId) -> Result<Uses, Error> {
        if self.kinds.is_empty() {
            return Err(Error::BadEntry {
                field: "使用する電子証明書",
                why: "一つ以上選んでください。",
            });
        }
        if self.signers.is_empty() {
            return Err(Error::BadEntry {
                field: "署名者",
                why: "一人以上選んでください。",
            });
        }
        let known: Vec<Signer> = accounts::signers_of(unit, &crate::PROGRAM, company).await?;
        let mut signers = Vec::new();
        for person in &self.signers {
            let found = known.iter().find(|signer| signer.person == *person).ok_or(Error::SignerNotAgreed)?;
            let named = NamedSigner {
                person: found.person,
                name: found.name.clone(),
            };
            if !signers.contains(&named) {
                signers.push(named);
            }
        }
        let mut kinds = Vec::new();
        for kind in &self.kinds {
            if !kinds.contains(kind) {
                kinds.push(*kind);
            }
        }
        Ok(Uses { kinds, signers })
    }
}

impl Uses {
    /// For the text of the consent.
    #[must_use]
    pub fn japanese(&self) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.japanese()).collect();
        let names: Vec<&str> = self.signers.iter().map(|signer| signer.name.as_str()).collect();
        format!("CECSIGN電子証明書〔{}〕（署名者 {}）", kinds.join("、"), names.join("、"))
    }
    /// Whether `person` is one of the signers.
    #[must_use]
    pub fn names(&self, person: PersonId) -> bool {
        self.signers.iter().any(|signer| signer.person == person)
    }
}

impl ToColumn for Uses {
    fn to_column(&self) -> Value {
        Value::Json(serde_json::to_value(self).unwrap_or_default())
    }
}
impl FromColumn for Uses {
    fn from_column(value: Value) -> Result<Self, Mismatch> {
        serde_json::from_value(serde_json::Value::from_column(value)?).map_err(|_| Mismatch("the certificates a side uses"))
    }
}
