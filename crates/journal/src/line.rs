//! An entry as a line: what is hashed, and what the export writes.

use foundation::Instant;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use store::Record;

use crate::EntryId;

/// What stands before the first entry.
pub const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An entry as it was read.
#[derive(Clone, Debug, PartialEq, Record)]
pub struct Line {
    /// Which.
    pub id: EntryId,
    /// When.
    pub at: Instant,
    /// Who: `person:…`, `operator:…`, `system:…`, `nobody`.
    pub actor: String,
    /// What.
    pub deed: String,
    /// To what.
    pub subject: String,
    /// What matters.
    pub facts: Value,
    /// Its place in the chain, from 1; `None` for about a second.
    pub place: Option<i64>,
    /// Its hash.
    pub hash: Option<String>,
}

impl Line {
    /// The hash it must have at `place` after `previous`.
    pub(crate) fn hash_at(&self, place: i64, previous: &str) -> String {
        hash(self.body(place, previous))
    }
    /// The line of the export.
    pub(crate) fn written(&self, place: i64, previous: &str, hash: &str) -> String {
        let mut body = self.body(place, previous);
        body.insert("hash".to_owned(), json!(hash));
        canonical(&Value::Object(body))
    }
    fn body(&self, place: i64, previous: &str) -> Map<String, Value> {
        let body = json!({
            "actor": self.actor, "at": self.at.rfc3339(), "deed": self.deed, "facts": self.facts,
            "id": self.id.to_string(), "place": place, "previous": previous, "subject": self.subject,
        });
        match body {
            Value::Object(body) => body,
            _ => Map::new(),
        }
    }
}

/// SHA-256 of the canonical form, in hex.
pub(crate) fn hash(body: Map<String, Value>) -> String {
    hex::encode(Sha256::digest(canonical(&Value::Object(body))))
}

/// JSON with keys sorted by bytes and no spaces: the same on both engines, whatever order they keep.
#[must_use]
pub fn canonical(value: &Value) -> String {
    sorted(value).to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut pairs: Vec<_> = fields.iter().collect();
            pairs.sort_by_key(|(name, _)| name.as_bytes());
            Value::Object(pairs.into_iter().map(|(name, value)| (name.clone(), sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        plain => plain.clone(),
    }
}
