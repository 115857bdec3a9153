//! Form fields.

use std::collections::HashSet;

use crate::object::{Dict, Obj, Ref};
use crate::{Error, View};

/// What a field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// /Sig.
    Signature,
    /// /Tx.
    Text,
    /// /Btn.
    Button,
    /// /Ch.
    Choice,
    /// No /FT, its own or inherited: a mere node.
    None,
}

/// A field with its full name.
#[derive(Debug, Clone)]
pub struct Field<'d> {
    /// Its fully qualified name, the parts joined by `.`.
    pub name: String,
    /// Its object.
    pub object: Ref,
    /// What it is for.
    pub kind: FieldKind,
    /// Its dictionary (without what it inherits).
    pub dict: Dict<'d>,
    /// /V, its own or inherited, unresolved.
    pub value: Option<Obj<'d>>,
    /// /Ff, its own or inherited.
    pub flags: i64,
    /// Its widgets: the field itself when it is one, else its kids without /T.
    pub widgets: Vec<Ref>,
    /// The field above it.
    pub parent: Option<Ref>,
    /// Has it fields below it?
    pub has_children: bool,
}

impl Field<'_> {
    /// A signature field without a value?
    #[must_use]
    pub fn is_empty_signature(&self) -> bool {
        self.kind == FieldKind::Signature && !self.has_children && self.value.as_ref().is_none_or(Obj::is_null)
    }
}

struct Above<'d> {
    name: String,
    kind: FieldKind,
    value: Option<Obj<'d>>,
    flags: i64,
    object: Option<Ref>,
}

impl<'d> View<'d> {
    /// The form's dictionary.
    ///
    /// # Errors
    /// It is broken.
    pub fn form(&self) -> Result<Option<Dict<'d>>, Error> {
        match self.value(&self.catalog()?, "AcroForm")? {
            Obj::Null => Ok(None),
            Obj::Dict(dict) => Ok(Some(dict)),
            _ => Err(Error::WrongType {
                object: None,
                expected: "dictionary as /AcroForm",
            }),
        }
    }
    /// All fields, parents before children, in the order of the form.
    ///
    /// # Errors
    /// The form is broken.
    pub fn fields(&self) -> Result<Vec<Field<'d>>, Error> {
        let mut fields = Vec::new();
        let Some(form) = self.form()? else { return Ok(fields) };
        let roots = self.value(&form, "Fields")?;
        let above = Above {
            name: String::new(),
            kind: FieldKind::None,
            value: None,
            flags: 0,
            object: None,
        };
        let mut seen = HashSet::new();
        for root in roots.array().unwrap_or(&[]) {
            let root = root.reference().ok_or(Error::WrongType {
                object: None,
                expected: "reference in /Fields",
            })?;
            self.walk_fields(root, &above, &mut seen, self.document().limits().depth, &mut fields)?;
        }
        Ok(fields)
    }
    /// The field of that full name.
    ///
    /// # Errors
    /// The form is broken.
    pub fn field(&self, name: &str) -> Result<Option<Field<'d>>, Error> {
        Ok(self.fields()?.into_iter().find(|field| field.name == name))
    }

    fn walk_fields(
        &self,
        object: Ref,
        above: &Above<'d>,
        seen: &mut HashSet<Ref>,
        depth: usize,
        fields: &mut Vec<Field<'d>>,
    ) -> Result<(), Error> {
        if depth == 0 {
            return Err(Error::TooMuch { of: "depth" });
        }
        if !seen.insert(object) {
            return Err(Error::Circle { object });
        }
        let dict = match self.object(object)? {
            Obj::Dict(dict) => dict,
            // A dangling entry in /Fields is no field.
            Obj::Null => return Ok(()),
            _ => {
                return Err(Error::WrongType {
                    object: Some(object),
                    expected: "field",
                });
            }
        };
        let own = self.value(&dict, "T")?.str().map(crate::Str::to_text);
        let name = match (above.name.as_str(), own) {
            ("", Some(own)) => own,
            (above, Some(own)) => format!("{above}.{own}"),
            (above, None) => above.to_owned(),
        };
        let kind = match self.value(&dict, "FT")?.name().map(|name| name.text().into_owned()).as_deref() {
            Some("Sig") => FieldKind::Signature,
            Some("Tx") => FieldKind::Text,
            Some("Btn") => FieldKind::Button,
            Some("Ch") => FieldKind::Choice,
            _ => above.kind,
        };
        let value = dict.get("V").cloned().or_else(|| above.value.clone());
        let flags = self.value(&dict, "Ff")?.int().unwrap_or(above.flags);
        let kids = self.value(&dict, "Kids")?;
        let (mut widgets, mut children) = (Vec::new(), Vec::new());
        if dict.is("Subtype", "Widget") {
            widgets.push(object);
        }
        for kid in kids.array().unwrap_or(&[]) {
            let kid = kid.reference().ok_or(Error::WrongType {
                object: Some(object),
                expected: "field with references as /Kids",
            })?;
            match self.object(kid)?.dict() {
                Some(below) if below.get("T").is_some() => children.push(kid),
                Some(_) if !seen.insert(kid) => return Err(Error::Circle { object: kid }),
                Some(_) => widgets.push(kid),
                None => {}
            }
        }
        let here = Above {
            name: name.clone(),
            kind,
            value: value.clone(),
            flags,
            object: Some(object),
        };
        let has_children = !children.is_empty();
        fields.push(Field {
            name,
            object,
            kind,
            dict,
            value,
            flags,
            widgets,
            parent: above.object,
            has_children,
        });
        for child in children {
            self.walk_fields(child, &here, seen, depth - 1, fields)?;
        }
        Ok(())
    }
}
