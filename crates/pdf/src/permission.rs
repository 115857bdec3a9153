//! What a signature permits and locks: DocMDP, FieldMDP, /Lock.

use crate::object::{Dict, Obj};
use crate::{Error, Field, Signature, View};

/// Which fields are locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locked {
    /// None.
    None,
    /// All.
    All,
    /// These, and those below them.
    Only(Vec<String>),
    /// All but these and those below them.
    AllBut(Vec<String>),
}

impl Locked {
    /// Is the field of that full name locked?
    #[must_use]
    pub fn locks(&self, field: &str) -> bool {
        let names = |list: &[String]| {
            list.iter()
                .any(|name| field == name || field.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.')))
        };
        match self {
            Self::None => false,
            Self::All => true,
            Self::Only(list) => names(list),
            Self::AllBut(list) => !names(list),
        }
    }
}

/// What a signature says about later changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    /// Is it a certification signature (DocMDP in its own /Reference)?
    pub certifies: bool,
    /// 1 nothing, 2 forms and signatures, 3 comments too; the strictest of DocMDP and the field's /Lock.
    pub changes: Option<u8>,
    /// Fields that may not change.
    pub locked: Vec<Locked>,
}

impl Permissions {
    /// Is the field of that full name locked?
    #[must_use]
    pub fn locks(&self, field: &str) -> bool {
        self.locked.iter().any(|locked| locked.locks(field))
    }
}

impl<'d> Signature<'d> {
    /// What this signature permits, read in `view` (its own revision).
    ///
    /// # Errors
    /// Its /Reference or its field's /Lock is broken.
    pub fn permissions(&self, view: &View<'d>) -> Result<Permissions, Error> {
        let mut permissions = Permissions {
            certifies: false,
            changes: None,
            locked: Vec::new(),
        };
        let references = view.value(&self.dict, "Reference")?;
        for reference in references.array().unwrap_or(&[]) {
            let reference = view.resolve(reference)?;
            let Some(reference) = reference.dict() else { continue };
            let parameters = view.value(reference, "TransformParams")?;
            let parameters = parameters.dict().cloned().unwrap_or_default();
            if reference.is("TransformMethod", "DocMDP") {
                permissions.certifies = true;
                permissions.restrict(view.value(&parameters, "P")?.int().unwrap_or(2));
            } else if reference.is("TransformMethod", "FieldMDP") {
                permissions.locked.push(locked(view, &parameters)?);
            }
        }
        if let Obj::Dict(lock) = view.value(&self.field_dict, "Lock")? {
            permissions.locked.push(locked(view, &lock)?);
            if let Some(level) = view.value(&lock, "P")?.int() {
                permissions.restrict(level);
            }
        }
        Ok(permissions)
    }
}

impl Permissions {
    fn restrict(&mut self, level: i64) {
        let level = u8::try_from(level.clamp(1, 3)).expect("between 1 and 3");
        self.changes = Some(self.changes.map_or(level, |known| known.min(level)));
    }
}

fn locked<'d>(view: &View<'d>, dict: &Dict<'d>) -> Result<Locked, Error> {
    let list = view.value(dict, "Fields")?;
    let mut names = Vec::new();
    for item in list.array().unwrap_or(&[]) {
        if let Obj::Str(name) = view.resolve(item)? {
            names.push(name.to_text());
        }
    }
    let action = view.value(dict, "Action")?.name().map(|name| name.text().into_owned());
    Ok(match action.as_deref() {
        Some("All") => Locked::All,
        Some("Exclude") => Locked::AllBut(names),
        Some("Include") => Locked::Only(names),
        _ => Locked::None,
    })
}

impl<'d> Field<'d> {
    /// The fields that signing this field will lock (its /Lock).
    ///
    /// # Errors
    /// /Lock is broken.
    pub fn lock(&self, view: &View<'d>) -> Result<Locked, Error> {
        match view.value(&self.dict, "Lock")? {
            Obj::Dict(lock) => locked(view, &lock),
            _ => Ok(Locked::None),
        }
    }
}
