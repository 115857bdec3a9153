//! 取引先 and the consent of 建設業法19条3項.

pub mod answer;
pub mod list;
pub mod record;
pub mod register;
pub mod signers;
pub mod withdraw;

use certification::Credential;
use foundation::PersonId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a side uses: kinds of certificate, and who signs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedUses {
    /// `token`, `server`.
    #[schema(value_type = Vec<String>)]
    kinds: Vec<Credential>,
    /// Ids of the people who sign (`listSigners`).
    #[schema(value_type = Vec<String>)]
    signers: Vec<uuid::Uuid>,
}

impl WantedUses {
    fn plain(self) -> contracts::WantedUses {
        contracts::WantedUses {
            kinds: self.kinds,
            signers: self.signers.into_iter().map(PersonId).collect(),
        }
    }
}

/// What a side uses, as its consent says.
#[derive(Debug, Serialize, ToSchema)]
pub struct Uses {
    /// `token`, `server`.
    kinds: Vec<&'static str>,
    /// Who signs.
    signers: Vec<Named>,
}

/// A person with his name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    /// His id.
    person: String,
    /// His name.
    name: String,
}

impl Named {
    pub(crate) fn new(person: PersonId, name: String) -> Self {
        Self {
            person: person.to_string(),
            name,
        }
    }
}

impl From<contracts::Uses> for Uses {
    fn from(uses: contracts::Uses) -> Self {
        Self {
            kinds: uses.kinds.iter().map(|kind| kind.word()).collect(),
            signers: uses
                .signers
                .into_iter()
                .map(|signer| Named {
                    person: signer.person.to_string(),
                    name: signer.name,
                })
                .collect(),
        }
    }
}
