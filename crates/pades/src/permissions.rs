//! DocMDP, FieldMDP and /Lock: what a signature permits to those who come after it.

use pdf::{Dict, Document, Obj, Signature, View};

/// Fields that may not change any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

impl Lock {
    pub fn locks(&self, field: &str) -> bool {
        let within = |names: &[String]| {
            names
                .iter()
                .any(|name| field == name || field.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.')))
        };
        match self {
            Self::All => true,
            Self::Include(names) => within(names),
            Self::Exclude(names) => !within(names),
        }
    }

    fn of<'d>(view: &View<'d>, dict: &Dict<'d>) -> Option<Self> {
        let fields = view.value(dict, "Fields").ok()?;
        let names = fields
            .array()
            .unwrap_or_default()
            .iter()
            .filter_map(|name| name.str().map(pdf::Str::to_text))
            .collect();
        match view.value(dict, "Action").ok()?.name()?.text().as_ref() {
            "All" => Some(Self::All),
            "Include" => Some(Self::Include(names)),
            "Exclude" => Some(Self::Exclude(names)),
            _ => None,
        }
    }
}

/// The /P of DocMDP and the locks of one signature: its /Reference, and the /Lock of its field (which takes effect by signing).
pub fn of_signature(document: &Document<'_>, signature: &Signature<'_>) -> (Option<i64>, Vec<Lock>) {
    let view = document.at(signature.revision);
    let (mut permission, mut locks) = (None, Vec::new());
    let strictest = |permission: &mut Option<i64>, found: i64| *permission = Some(permission.map_or(found, |known| known.min(found)));
    let references = signature.dict.get("Reference").map(|value| view.resolve(value));
    if let Some(Ok(references)) = references {
        for reference in references.array().unwrap_or_default() {
            let Ok(Obj::Dict(reference)) = view.resolve(reference) else {
                continue;
            };
            let params = view.value(&reference, "TransformParams").unwrap_or_default();
            let params = params.dict().cloned().unwrap_or_default();
            if reference.is("TransformMethod", "DocMDP") {
                let found = view.value(&params, "P").ok().and_then(|value| value.int());
                strictest(&mut permission, found.unwrap_or(2));
            } else if reference.is("TransformMethod", "FieldMDP")
                && let Some(lock) = Lock::of(&view, &params)
            {
                locks.push(lock);
            }
        }
    }
    if let Ok(Obj::Dict(lock)) = view.value(&signature.field_dict, "Lock") {
        locks.extend(Lock::of(&view, &lock));
        if let Some(found) = view.value(&lock, "P").ok().and_then(|value| value.int()) {
            strictest(&mut permission, found);
        }
    }
    (permission, locks)
}

/// Whether somebody certified the file (DocMDP): a field that is added later may not show then.
///
/// # Errors
/// The file cannot be read.
pub fn is_certified(pdf: &[u8]) -> Result<bool, crate::Error> {
    let document = Document::open(pdf)?;
    let signatures = document.signatures()?;
    let signatures = signatures.iter().filter(|signature| !signature.is_document_timestamp());
    Ok(signatures
        .map(|signature| of_signature(&document, signature).0)
        .any(|permission| permission.is_some()))
}

/// Whether a field named `field` may still be signed, as far as DocMDP of `permission` and `locks` say.
pub fn forbids_signing(permission: Option<i64>, locks: &[Lock], fields: &[String]) -> Option<&'static str> {
    if permission == Some(1) {
        return Some("DocMDP");
    }
    // A lock over everything, or over every field that is still to be signed.
    let locked = |field: &String| locks.iter().any(|lock| lock.locks(field));
    if locks.contains(&Lock::All) || (!fields.is_empty() && fields.iter().all(locked)) {
        return Some("FieldMDP");
    }
    None
}
