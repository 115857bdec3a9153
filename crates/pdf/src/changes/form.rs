//! The form: new signature fields, signatures in fields, filled fields.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::differing_key;
use super::rules::Comparison;
use super::{Level, Role, Rule};
use crate::object::{Dict, Obj, Ref};
use crate::{Error, Field, FieldKind};

const NEW_FIELD_KEYS: [&str; 27] = [
    "Type",
    "Subtype",
    "FT",
    "T",
    "TU",
    "TM",
    "F",
    "Ff",
    "Rect",
    "P",
    "V",
    "AP",
    "AS",
    "MK",
    "BS",
    "Border",
    "Lock",
    "SV",
    "DA",
    "Q",
    "Kids",
    "StructParent",
    "NM",
    "M",
    "H",
    "C",
    "Parent",
];
/// A new visible field may take this share of a page at most: it must not cover what was signed.
const LARGEST_SHARE: f64 = 0.2;
/// What may differ in a field that is signed or filled.
const SIGNED_KEYS: [&str; 11] = ["Ff", "Type", "AP", "AS", "V", "F", "DA", "Q", "M", "MK", "I"];
const WIDGET_KEYS: [&str; 6] = ["AP", "AS", "F", "M", "MK", "DA"];

impl<'d> Comparison<'d, '_> {
    pub(super) fn form(&mut self) -> Result<(), Error> {
        let (old, new) = (self.old.form()?, self.new.form()?);
        let Some(new) = new else {
            if old.is_some() {
                self.veto(Rule::Form, None, "入力欄・署名欄の定義（AcroForm）が取り除かれています".into());
            }
            return Ok(());
        };
        self.judge_form(&old.clone().unwrap_or_default(), &new, old.is_some())?;
        let before: BTreeMap<String, Field<'d>> = self.old.fields()?.into_iter().map(|field| (field.name.clone(), field)).collect();
        let after = self.new.fields()?;
        let mut names = BTreeSet::new();
        for field in &after {
            if !names.insert(field.name.clone()) {
                self.veto(
                    Rule::Form,
                    Some(field.object),
                    format!("同じ名前の欄「{}」が2つあります", field.name),
                );
            }
        }
        for (name, field) in &before {
            if !names.contains(name) {
                self.veto(Rule::Form, Some(field.object), format!("欄「{name}」が取り除かれています"));
            }
        }
        for field in &after {
            match before.get(&field.name) {
                None => self.new_field(field)?,
                Some(then) if then.object != field.object || then.kind != field.kind => {
                    self.veto(
                        Rule::Form,
                        Some(field.object),
                        format!("欄「{}」が別のものに差し替えられています", field.name),
                    );
                }
                Some(then) => self.known_field(then, field)?,
            }
        }
        Ok(())
    }

    fn judge_form(&mut self, old: &Dict<'d>, new: &Dict<'d>, was_there: bool) -> Result<(), Error> {
        let catalog = self.new.catalog()?;
        let reference = catalog.get("AcroForm").and_then(Obj::reference);
        let mut fault = differing_key(old, new, &["Fields", "DR", "DA", "Q", "NeedAppearances", "SigFlags"]);
        let flags = self.new.value(new, "SigFlags")?;
        if flags != self.old.value(old, "SigFlags")? && !matches!(flags.int(), Some(1 | 3)) {
            fault = Some("SigFlags".into());
        }
        let (resources, resources_before) = (self.new.value(new, "DR")?, self.old.value(old, "DR")?);
        if was_there && resources != resources_before && !extends(&resources_before, &resources) {
            fault = Some("DR".into());
        }
        let needs = |form: &Dict<'d>| form.get("NeedAppearances").and_then(Obj::bool).unwrap_or(false);
        if needs(new) && !needs(old) {
            self.note(
                Rule::Form,
                Level::FormFilling,
                reference,
                "入力欄の表示を閲覧ソフトが描き直す設定になっています".into(),
            );
        }
        let level = if fault.is_some() { Level::Other } else { Level::LtaUpdates };
        for place in [
            reference,
            new.get("Fields").and_then(Obj::reference),
            new.get("DR").and_then(Obj::reference),
        ]
        .into_iter()
        .flatten()
        {
            if self.is_added(place) || self.is_replaced(place) {
                self.explain(place, Role::Form, level);
            }
        }
        if resources != resources_before {
            self.explain_below(&resources, &Role::Form, Level::FormFilling)?;
        }
        if let Some(key) = fault {
            self.veto(
                Rule::Form,
                reference,
                format!("入力欄・署名欄の定義（AcroForm）の /{key} が変更されています"),
            );
        }
        Ok(())
    }

    fn new_field(&mut self, field: &Field<'d>) -> Result<(), Error> {
        let name = &field.name;
        let role = Role::NewField { name: name.clone() };
        let refuse = |comparison: &mut Self, why: &str| {
            comparison.explain(field.object, Role::NewField { name: name.clone() }, Level::Other);
            comparison.veto(Rule::NewField, Some(field.object), format!("追加された欄「{name}」{why}"));
        };
        if field.kind != FieldKind::Signature || field.has_children {
            refuse(self, "が署名欄ではありません");
            return Ok(());
        }
        if !self.is_added(field.object) || field.parent.is_some_and(|parent| !self.is_known_parent(parent)) {
            refuse(self, "が既存のオブジェクトを使っています");
            return Ok(());
        }
        if let Some((key, _)) = field.dict.iter().find(|(key, _)| !NEW_FIELD_KEYS.contains(&key.text().as_ref())) {
            refuse(self, &format!("に許されない項目 /{} があります", key.text()));
            return Ok(());
        }
        let mut visible = false;
        for widget in &field.widgets {
            let dict = self.new.dict(*widget)?;
            visible |= self.is_visible(&dict)?;
            if self.covers_a_page(&dict)? {
                refuse(self, "が大きすぎ、本文を覆います");
                return Ok(());
            }
            if *widget != field.object
                && (!self.is_added(*widget) || dict.iter().any(|(key, _)| !NEW_FIELD_KEYS.contains(&key.text().as_ref())))
            {
                refuse(self, "の表示部分が不正です");
                return Ok(());
            }
        }
        let level = if visible { Level::FormFilling } else { Level::LtaUpdates };
        self.explain(field.object, role, level);
        for widget in field.widgets.iter().filter(|widget| **widget != field.object) {
            self.explain(*widget, Role::Widget { field: name.clone() }, level);
        }
        self.appearances(field, level)?;
        let what = if visible { "見える署名欄" } else { "見えない署名欄" };
        self.note(
            Rule::NewField,
            level,
            Some(field.object),
            format!("{what}「{name}」が追加されています"),
        );
        if let Some(value) = field.value.clone().filter(|value| !value.is_null()) {
            self.signature_value(field, &value, visible)?;
        }
        Ok(())
    }

    fn is_known_parent(&self, parent: Ref) -> bool {
        self.old.object(parent).is_ok_and(|value| !value.is_null())
    }

    fn is_visible(&self, widget: &Dict<'d>) -> Result<bool, Error> {
        let area = self.new.rectangle(widget, "Rect")?;
        Ok(area.is_some_and(|[left, bottom, right, top]| right > left && top > bottom))
    }

    /// Does it take more than a fifth of the smallest page? Then it may hide what was agreed.
    fn covers_a_page(&self, widget: &Dict<'d>) -> Result<bool, Error> {
        let area = |[left, bottom, right, top]: [f64; 4]| (right - left) * (top - bottom);
        let Some(own) = self.new.rectangle(widget, "Rect")?.map(area).filter(|own| *own > 0.0) else {
            return Ok(false);
        };
        let smallest = self
            .new
            .pages()?
            .iter()
            .map(|page| area(page.crop_box))
            .fold(f64::INFINITY, f64::min);
        Ok(own > smallest * LARGEST_SHARE)
    }

    fn appearances(&mut self, field: &Field<'d>, level: Level) -> Result<(), Error> {
        let role = Role::Appearance { field: field.name.clone() };
        let mut dicts = vec![field.dict.clone()];
        for widget in field.widgets.iter().filter(|widget| **widget != field.object) {
            dicts.push(self.new.dict(*widget)?);
        }
        for dict in dicts {
            for key in ["AP", "MK", "Lock", "SV", "BS"] {
                if let Some(value) = dict.get(key) {
                    self.explain_below(value, &role, level)?;
                }
            }
        }
        Ok(())
    }

    fn signature_value(&mut self, field: &Field<'d>, value: &Obj<'d>, visible: bool) -> Result<(), Error> {
        let name = field.name.clone();
        let reference = value.reference();
        if reference.is_some_and(|reference| !self.is_added(reference)) {
            self.veto(
                Rule::Sign,
                reference,
                format!("署名欄「{name}」の署名が既存のオブジェクトを使っています"),
            );
            return Ok(());
        }
        let resolved = self.new.resolve(value)?;
        let Some(dict) = resolved.dict() else {
            self.veto(Rule::Sign, reference, format!("署名欄「{name}」の値が署名ではありません"));
            return Ok(());
        };
        let timestamp = dict.is("Type", "DocTimeStamp") || dict.is("SubFilter", "ETSI.RFC3161");
        let level = if timestamp && !visible {
            Level::LtaUpdates
        } else {
            Level::FormFilling
        };
        let role = Role::SignatureValue { field: name.clone() };
        self.explain_below(value, &role, level)?;
        self.explain_below(&resolved, &role, level)?;
        let what = if timestamp {
            "文書タイムスタンプが追加されています"
        } else {
            "署名されています"
        };
        self.note(
            Rule::Sign,
            level,
            reference.or(Some(field.object)),
            format!("署名欄「{name}」に{what}"),
        );
        self.fields.push(name);
        Ok(())
    }

    fn known_field(&mut self, then: &Field<'d>, now: &Field<'d>) -> Result<(), Error> {
        let changed: Vec<Ref> = std::iter::once(&now.object)
            .chain(&now.widgets)
            .copied()
            .filter(|object| self.is_replaced(*object))
            .collect();
        if then.widgets != now.widgets {
            self.veto(
                Rule::Form,
                Some(now.object),
                format!("欄「{}」の表示部分が増減しています", now.name),
            );
        }
        if changed.is_empty() {
            return Ok(());
        }
        let rule = if now.kind == FieldKind::Signature { Rule::Sign } else { Rule::Fill };
        let mut fault = self.differences(then, now)?;
        let signed_before = then.kind == FieldKind::Signature && !then.is_empty_signature() && !then.has_children;
        if now.has_children && (then.value != now.value) {
            fault = Some("の値が変更されています".into());
        }
        if now.has_children && signed_before {
            fault = Some("は署名済みですが、下に欄が追加されています".into());
        }
        let mut level = Level::FormFilling;
        if fault.is_none() && now.kind == FieldKind::Signature && !now.has_children {
            let value = now.value.clone().filter(|value| !value.is_null());
            if signed_before {
                let only_flags = differing_key(&then.dict, &now.dict, &["Ff"]).is_none() && changed == [now.object];
                if !only_flags {
                    fault = Some("は署名済みですが変更されています".into());
                }
            } else if let Some(value) = value {
                let mut visible = false;
                for widget in &now.widgets {
                    visible |= self.is_visible(&self.new.dict(*widget)?)?;
                }
                self.signature_value(now, &value, visible)?;
                let is_stamp = self.new.resolve(&value)?.dict().is_some_and(|dict| dict.is("Type", "DocTimeStamp"));
                level = if visible || !is_stamp {
                    Level::FormFilling
                } else {
                    Level::LtaUpdates
                };
            } else {
                fault = Some("は署名されていないのに変更されています".into());
            }
        } else if fault.is_none() && !now.has_children {
            let role = Role::Field { name: now.name.clone() };
            if let Some(value) = now.dict.get("V").filter(|value| then.dict.get("V") != Some(value)) {
                self.explain_below(value, &role, level)?;
            }
            self.fields.push(now.name.clone());
            self.note(
                Rule::Fill,
                level,
                Some(now.object),
                format!("入力欄「{}」が変更されています", now.name),
            );
        }
        if let Some(why) = fault {
            level = Level::Other;
            self.veto(rule, Some(changed[0]), format!("欄「{}」{why}", now.name));
        } else {
            self.appearances(now, level)?;
        }
        for object in changed {
            let role = if object == now.object {
                Role::Field { name: now.name.clone() }
            } else {
                Role::Widget { field: now.name.clone() }
            };
            self.explain(object, role, level);
        }
        Ok(())
    }

    /// Keys of field and widgets that may not differ, and appearances that are not new.
    fn differences(&self, then: &Field<'d>, now: &Field<'d>) -> Result<Option<String>, Error> {
        let mut except: Vec<&str> = SIGNED_KEYS.to_vec();
        if now.has_children {
            // A node above new fields: only its list of kids may grow.
            except = vec!["Kids"];
        }
        if let Some(key) = differing_key(&then.dict, &now.dict, &except) {
            return Ok(Some(format!("の /{key} が変更されています")));
        }
        for widget in &now.widgets {
            let (old, new) = (self.old.dict(*widget)?, self.new.dict(*widget)?);
            let differing = if *widget == now.object {
                None
            } else {
                differing_key(&old, &new, &WIDGET_KEYS)
            };
            if let Some(key) = differing {
                return Ok(Some(format!("の表示部分の /{key} が変更されています")));
            }
            if old.get("AP") != new.get("AP") && !self.is_fresh_appearance(&new, &old)? {
                return Ok(Some("の表示が新しいものではないオブジェクトを使っています".into()));
            }
        }
        Ok(None)
    }

    /// Every stream of the new /AP is a new object, or stands there as before.
    fn is_fresh_appearance(&self, new: &Dict<'d>, old: &Dict<'d>) -> Result<bool, Error> {
        let (new, old) = (self.new.value(new, "AP")?, self.old.value(old, "AP")?);
        let Some(appearances) = new.dict() else { return Ok(new.is_null()) };
        for (kind, value) in appearances.iter() {
            let before = old.dict().and_then(|old| old.get(&kind.text()));
            if before == Some(value) {
                continue;
            }
            let streams: Vec<Obj<'d>> = match value {
                Obj::Ref(reference) if self.is_added(*reference) => continue,
                value => match self.new.resolve(value)?.dict() {
                    Some(states) => states.iter().map(|(_, value)| value.clone()).collect(),
                    None => return Ok(false),
                },
            };
            let states_before = before.map(|before| self.old.resolve(before)).transpose()?;
            for stream in streams {
                let known = states_before
                    .as_ref()
                    .and_then(Obj::dict)
                    .is_some_and(|states| states.iter().any(|(_, value)| *value == stream));
                if !known && !stream.reference().is_some_and(|reference| self.is_added(reference)) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// Is everything that `old` has in `new` unchanged? One level of resources deep.
fn extends(old: &Obj<'_>, new: &Obj<'_>) -> bool {
    match (old, new) {
        (Obj::Null, _) => true,
        (Obj::Dict(old), Obj::Dict(new)) => old
            .iter()
            .all(|(key, value)| new.get(&key.text()).is_some_and(|now| now == value || extends(value, now))),
        _ => false,
    }
}
