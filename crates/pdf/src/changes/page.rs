//! Pages: only their annotations may grow.

use super::catalog::differing_key;
use super::rules::Comparison;
use super::{Level, Role, Rule};
use crate::object::{Obj, Ref};
use crate::{Error, Page};

/// Comments that hide nothing.
const COMMENTS: [&str; 7] = ["Text", "Highlight", "Underline", "StrikeOut", "Squiggly", "Ink", "Popup"];

impl<'d> Comparison<'d, '_> {
    pub(super) fn pages(&mut self) -> Result<(), Error> {
        let (old, new) = (self.old.pages()?, self.new.pages()?);
        if old.iter().map(|page| page.object).ne(new.iter().map(|page| page.object)) {
            self.veto(Rule::Page, None, "ページの数または順序が変わっています".into());
            return Ok(());
        }
        for (index, (then, now)) in old.iter().zip(&new).enumerate() {
            self.page(index, then, now)?;
        }
        Ok(())
    }

    fn page(&mut self, index: usize, then: &Page<'d>, now: &Page<'d>) -> Result<(), Error> {
        let list = now.dict.get("Annots").and_then(Obj::reference);
        let list_written = list.is_some_and(|list| self.is_replaced(list) || self.is_added(list));
        if !self.is_replaced(now.object) && !list_written {
            return Ok(());
        }
        let number = index + 1;
        let role = Role::PageAnnots { page: index };
        if let Some(key) = differing_key(&then.dict, &now.dict, &["Annots"]) {
            self.explain(now.object, role, Level::Other);
            self.veto(
                Rule::Page,
                Some(now.object),
                format!("{number}ページ目の /{key} が変更されています"),
            );
            return Ok(());
        }
        let (old, new) = (self.old.value(&then.dict, "Annots")?, self.new.value(&now.dict, "Annots")?);
        let (before, after) = (old.array().unwrap_or(&[]), new.array().unwrap_or(&[]));
        let mut level = Level::LtaUpdates;
        let kept: Vec<&Obj<'d>> = after.iter().filter(|item| before.contains(item)).collect();
        if kept.len() != before.len() || kept.iter().zip(before).any(|(kept, before)| *kept != before) {
            level = Level::Other;
            self.veto(
                Rule::Page,
                Some(now.object),
                format!("{number}ページ目の注釈または署名欄が取り除かれています"),
            );
        }
        for item in after.iter().filter(|item| !before.contains(item)) {
            let Some(annotation) = item.reference() else {
                level = Level::Other;
                self.veto(
                    Rule::Annotation,
                    Some(now.object),
                    format!("{number}ページ目に独立したオブジェクトでない注釈が追加されています"),
                );
                continue;
            };
            level = level.max(self.new_annotation(number, annotation)?);
        }
        // A widget of a new field raises its own level; the page itself only lists it.
        let level = if level == Level::Other { Level::Other } else { Level::LtaUpdates };
        for object in [Some(now.object), list].into_iter().flatten() {
            self.explain(object, role.clone(), level);
        }
        Ok(())
    }

    fn new_annotation(&mut self, page: usize, annotation: Ref) -> Result<Level, Error> {
        if self.is_explained_widget(annotation) {
            return Ok(Level::LtaUpdates);
        }
        let dict = self.new.dict(annotation)?;
        let kind = dict
            .get("Subtype")
            .and_then(Obj::name)
            .map(|name| name.text().into_owned())
            .unwrap_or_default();
        let role = Role::Annotation { page: page - 1 };
        let harmless =
            self.is_added(annotation) && COMMENTS.contains(&kind.as_str()) && dict.get("A").is_none() && dict.get("AA").is_none();
        let level = if harmless { Level::Annotations } else { Level::Other };
        self.explain(annotation, role.clone(), level);
        self.explain_below(&dict.into(), &role, level)?;
        self.note(
            Rule::Annotation,
            level,
            Some(annotation),
            format!("{page}ページ目に注釈（{kind}）が追加されています"),
        );
        Ok(level)
    }
}
