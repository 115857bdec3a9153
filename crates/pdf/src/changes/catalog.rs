//! Trailer, catalog, information dictionary, metadata.

use super::rules::Comparison;
use super::{Level, Role, Rule};
use crate::Error;
use crate::object::{Dict, Obj};

/// Keys of the catalog that other rules judge, or that change nothing a reader sees.
const MAY_CHANGE: [&str; 6] = ["AcroForm", "DSS", "Extensions", "Metadata", "MarkInfo", "Version"];

impl Comparison<'_, '_> {
    pub(super) fn trailer(&mut self) -> Result<(), Error> {
        if self.old.root()? != self.new.root()? {
            self.veto(Rule::Catalog, None, "文書の根（カタログ）が別のものに差し替えられています".into());
        }
        if self.new.trailer().get("Encrypt") != self.old.trailer().get("Encrypt") {
            self.veto(Rule::Catalog, None, "後から暗号化されています".into());
        }
        let added = &self.new.document().revisions()[self.old.index() + 1..=self.new.index()];
        if added.iter().any(|revision| revision.trailer.get("XRefStm").is_some()) {
            self.veto(
                Rule::Catalog,
                None,
                "閲覧ソフトによって違う内容を見せる、二重の相互参照が追加されています".into(),
            );
        }
        // ISO 32000-2 §7.5.5: what is numbered /Size or higher does not exist for a reader.
        let size = |trailer: &Dict<'_>| trailer.get("Size").and_then(Obj::int).unwrap_or(0);
        if added.iter().any(|revision| size(&revision.trailer) < size(self.old.trailer())) {
            self.veto(
                Rule::Catalog,
                None,
                "文書の大きさ（/Size）が小さくされ、一部が隠されています".into(),
            );
        }
        self.info()
    }

    fn info(&mut self) -> Result<(), Error> {
        let (old, new) = (self.old.trailer().get("Info"), self.new.trailer().get("Info"));
        let Some(new) = new else { return Ok(()) };
        let reference = new.reference();
        let written = reference.is_some_and(|reference| self.is_added(reference) || self.is_replaced(reference));
        if old == Some(new) && !written {
            return Ok(());
        }
        match self.new.resolve(new)? {
            value @ Obj::Dict(_) => {
                if let Some(reference) = reference {
                    self.explain(reference, Role::Info, Level::LtaUpdates);
                }
                self.explain_below(&value, &Role::Info, Level::LtaUpdates)?;
                self.note(Rule::Info, Level::LtaUpdates, reference, "文書情報が更新されています".into());
            }
            _ => self.veto(Rule::Info, reference, "文書情報が辞書ではありません".into()),
        }
        Ok(())
    }

    pub(super) fn catalog(&mut self) -> Result<(), Error> {
        let root = self.new.root()?;
        let (old, new) = (self.old.catalog()?, self.new.catalog()?);
        if self.is_replaced(root) {
            match differing_key(&old, &new, &MAY_CHANGE) {
                Some(key) => {
                    self.explain(root, Role::Catalog, Level::Other);
                    self.veto(
                        Rule::Catalog,
                        Some(root),
                        format!("文書の根（カタログ）の /{key} が変更されています"),
                    );
                }
                None => self.explain(root, Role::Catalog, Level::LtaUpdates),
            }
            for key in ["Extensions", "MarkInfo"] {
                if let Some(value) = new.get(key).filter(|value| old.get(key) != Some(value)) {
                    self.explain_below(value, &Role::Catalog, Level::LtaUpdates)?;
                }
            }
            if self.new.value(&new, "Version")?.name().is_none() && new.get("Version").is_some() {
                self.veto(Rule::Catalog, Some(root), "文書の版（/Version）が不正です".into());
            }
        }
        self.metadata(&old, &new)
    }

    fn metadata(&mut self, old: &Dict<'_>, new: &Dict<'_>) -> Result<(), Error> {
        let (then, now) = (
            old.get("Metadata").and_then(Obj::reference),
            new.get("Metadata").and_then(Obj::reference),
        );
        let Some(reference) = now else {
            if then.is_some() {
                self.veto(Rule::Metadata, then, "メタデータ（XMP）が取り除かれています".into());
            }
            return Ok(());
        };
        if !self.is_added(reference) && !self.is_replaced(reference) {
            if then != now {
                self.veto(Rule::Metadata, now, "メタデータ（XMP）が別の既存オブジェクトを指しています".into());
            }
            return Ok(());
        }
        let text = match self.new.object(reference)? {
            Obj::Stream(stream) => self.new.decode(&stream)?,
            _ => Vec::new(),
        };
        let before = match then.map(|then| self.old.object(then)).transpose()? {
            Some(Obj::Stream(stream)) => self.old.decode(&stream)?,
            _ => Vec::new(),
        };
        let text = String::from_utf8_lossy(&text);
        let before = String::from_utf8_lossy(&before);
        let harmless = text.contains("xmpmeta") && !text.contains("<!ENTITY") && !text.contains("<!DOCTYPE");
        let kept = ["pdfaid:part", "pdfaid:conformance", "dc:title"]
            .iter()
            .all(|tag| then.is_none() || value_of(&before, tag) == value_of(&text, tag));
        if harmless && kept {
            self.explain(reference, Role::Metadata, Level::LtaUpdates);
            self.note(Rule::Metadata, Level::LtaUpdates, now, "メタデータ（XMP）が更新されています".into());
        } else {
            self.explain(reference, Role::Metadata, Level::Other);
            self.veto(
                Rule::Metadata,
                now,
                "メタデータ（XMP）が不正か、文書の種別・題名が変わっています".into(),
            );
        }
        Ok(())
    }
}

/// The inside of the first element or attribute `tag`.
fn value_of<'t>(text: &'t str, tag: &str) -> Option<&'t str> {
    let after = &text[text.find(tag)? + tag.len()..];
    if let Some(value) = after.strip_prefix("=\"") {
        return value.split('"').next();
    }
    let inside = &after[after.find('>')? + 1..];
    let end = inside.find(&format!("</{tag}"))?;
    Some(inside[..end].trim())
}

/// The first key whose value differs, apart from `except`.
pub(super) fn differing_key(old: &Dict<'_>, new: &Dict<'_>, except: &[&str]) -> Option<String> {
    let differs = |name: &crate::Name<'_>| {
        let key = name.text();
        !except.contains(&key.as_ref()) && old.get(&key) != new.get(&key)
    };
    old.iter()
        .chain(new.iter())
        .map(|(name, _)| name)
        .find(|name| differs(name))
        .map(|name| name.text().into_owned())
}
