//! What in a file stands in the way of signing it.

use crate::object::{Dict, Obj};
use crate::{Document, Error};

/// Things a file has that a contract may not have, or that viewers treat in different ways.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Features {
    /// Two cross-references for two kinds of reader.
    pub hybrid: bool,
    /// Encrypted, be it with an empty password.
    pub encrypted: bool,
    /// An XFA form.
    pub xfa: bool,
    /// A script anywhere.
    pub javascript: bool,
    /// An action on opening other than "show this page", or actions on other events of the document.
    pub open_action: bool,
    /// An action anywhere that starts a program or submits or imports data.
    pub launch: bool,
    /// Files inside the file.
    pub embedded_files: bool,
    /// Written for fast web view.
    pub linearized: bool,
    /// Table entries that are not 20 bytes.
    pub irregular_xref: bool,
    /// The first cross-reference section is in pieces.
    pub fragmented_xref: bool,
    /// /NeedAppearances: viewers draw fields anew.
    pub need_appearances: bool,
    /// /Collection: a portfolio, not one document.
    pub portfolio: bool,
}

impl Document<'_> {
    /// Looks at every object of the newest revision. Of an encrypted file only what the trailer tells.
    ///
    /// # Errors
    /// An object does not parse.
    pub fn features(&self) -> Result<Features, Error> {
        let mut features = Features {
            hybrid: self.is_hybrid(),
            encrypted: self.is_encrypted(),
            linearized: self.is_linearized(),
            irregular_xref: self.has_irregular_xref(),
            fragmented_xref: self.has_fragmented_xref(),
            ..Features::default()
        };
        if features.encrypted {
            return Ok(features);
        }
        let view = self.last();
        let catalog = view.catalog()?;
        let form = view.form()?.unwrap_or_default();
        features.xfa = form.get("XFA").is_some_and(|value| !value.is_null());
        features.need_appearances = view.value(&form, "NeedAppearances")?.bool() == Some(true);
        features.portfolio = catalog.get("Collection").is_some();
        features.open_action = catalog.get("AA").is_some()
            || match view.value(&catalog, "OpenAction")? {
                Obj::Dict(action) => !action.is("S", "GoTo"),
                Obj::Array(_) | Obj::Null => false,
                _ => true,
            };
        if let Obj::Dict(names) = view.value(&catalog, "Names")? {
            features.javascript = names.get("JavaScript").is_some();
            features.embedded_files = names.get("EmbeddedFiles").is_some();
        }
        for reference in view.references() {
            features.look(&view.object(reference)?);
        }
        Ok(features)
    }
}

impl Features {
    fn look(&mut self, value: &Obj<'_>) {
        match value {
            Obj::Array(array) => array.items.iter().for_each(|item| self.look(item)),
            Obj::Dict(dict) => self.look_into(dict),
            Obj::Stream(stream) => self.look_into(&stream.dict),
            _ => {}
        }
    }
    fn look_into(&mut self, dict: &Dict<'_>) {
        self.javascript |= dict.is("S", "JavaScript") || (dict.get("JS").is_some() && dict.get("S").is_some());
        self.launch |= ["Launch", "SubmitForm", "ImportData"].iter().any(|action| dict.is("S", action));
        self.embedded_files |= dict.is("Type", "EmbeddedFile");
        dict.iter().for_each(|(_, value)| self.look(value));
    }
}
