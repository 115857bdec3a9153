//! The comparison: what was written, which rule explains it, what is left over.

use std::collections::{BTreeMap, BTreeSet};

use super::uses::Uses;
use super::{Changes, Deed, Finding, Level, Role, Rule, Touched};
use crate::object::{Obj, Ref};
use crate::xref::Entry;
use crate::{Document, Error, View};

/// One comparison under way.
pub(super) struct Comparison<'d, 'u> {
    pub old: View<'d>,
    pub new: View<'d>,
    uses: &'u Uses,
    deeds: BTreeMap<u32, (Ref, Deed)>,
    explained: BTreeMap<u32, (Role, Level)>,
    findings: Vec<Finding>,
    pub fields: Vec<String>,
}

pub(super) fn compare<'d>(document: &'d Document<'d>, signed: usize, later: usize, uses: &Uses) -> Changes {
    let mut comparison = Comparison {
        old: document.at(signed),
        new: document.at(later),
        uses,
        deeds: BTreeMap::new(),
        explained: BTreeMap::new(),
        findings: Vec::new(),
        fields: Vec::new(),
    };
    if let Err(error) = comparison.run() {
        comparison.note(Rule::Unexplained, Level::Other, None, error.sentence());
    }
    comparison.result()
}

impl<'d> Comparison<'d, '_> {
    fn run(&mut self) -> Result<(), Error> {
        self.collect()?;
        self.containers();
        self.trailer()?;
        self.catalog()?;
        self.dss()?;
        self.form()?;
        self.pages()?;
        self.leftovers()
    }

    /// What the later revisions wrote and freed.
    fn collect(&mut self) -> Result<(), Error> {
        let document = self.old.document();
        let mut numbers = BTreeSet::new();
        for revision in &document.revisions()[self.old.index() + 1..=self.new.index()] {
            numbers.extend(revision.written().map(|reference| reference.number));
            for number in revision.freed() {
                let before = document.at(revision.index - 1).entry(number);
                if !matches!(before, None | Some(Entry::Free { .. })) {
                    self.deeds.insert(number, (Ref::new(number), Deed::Freed));
                    let what = format!("オブジェクト {number} が削除されています");
                    self.veto(Rule::Freed, Some(Ref::new(number)), what);
                }
            }
        }
        for number in numbers {
            let Some(now) = in_use(self.new, number) else { continue };
            let deed = match in_use(self.old, number) {
                None => Deed::Added,
                Some(then) if then == now && self.old.object(then)? == self.new.object(now)? => Deed::Repeated,
                Some(_) => Deed::Replaced,
            };
            self.deeds.entry(number).or_insert((now, deed));
        }
        Ok(())
    }

    /// Streams that hold objects or cross-references may come, not change.
    fn containers(&mut self) {
        let document = self.old.document();
        let holds: BTreeSet<u32> = document.revisions()[..=self.new.index()]
            .iter()
            .flat_map(|revision| revision.entries())
            .filter_map(|(_, entry)| {
                if let Entry::InStream { container, .. } = entry {
                    Some(container)
                } else {
                    None
                }
            })
            .collect();
        let lists: BTreeSet<u32> = document.revisions()[..=self.new.index()]
            .iter()
            .filter_map(|revision| revision.xref_stream)
            .map(|stream| stream.number)
            .collect();
        for (number, (reference, deed)) in self.deeds.clone() {
            let role = if holds.contains(&number) {
                Role::ObjectStream
            } else if lists.contains(&number) {
                Role::XrefStream
            } else {
                continue;
            };
            if deed == Deed::Added {
                self.explain(reference, role, Level::LtaUpdates);
            } else if deed == Deed::Replaced {
                self.explain(reference, role, Level::Other);
                self.veto(
                    Rule::Containers,
                    Some(reference),
                    format!("オブジェクトの入れ物 {number} が書き換えられています"),
                );
            }
        }
    }

    fn leftovers(&mut self) -> Result<(), Error> {
        // What a changed or explained object leads to must be explained itself.
        let mut open: Vec<Ref> = Vec::new();
        for (reference, deed) in self.deeds.values() {
            if *deed == Deed::Replaced || self.explained.get(&reference.number).is_some_and(|(role, _)| !is_container(role)) {
                open.push(*reference);
            }
        }
        let mut reached: BTreeSet<u32> = open.iter().map(|reference| reference.number).collect();
        while let Some(reference) = open.pop() {
            let mut found = Vec::new();
            references(&self.new.object(reference)?, &mut found);
            for target in found {
                if self.is_added(target) && reached.insert(target.number) {
                    open.push(target);
                }
            }
        }
        for (number, (reference, deed)) in self.deeds.clone() {
            let known = self.explained.get(&number).cloned();
            match (deed, known) {
                (Deed::Replaced, None) => {
                    self.explain(reference, Role::Unexplained, Level::Other);
                    let what = format!("署名された内容の一部（オブジェクト {number}）が書き換えられています");
                    self.veto(Rule::Unexplained, Some(reference), what);
                }
                (Deed::Replaced, Some((role, level))) if level < Level::Other => self.check_uses(reference, &role),
                (Deed::Added, _) if self.uses.any(number) => {
                    self.explain(reference, Role::Unexplained, Level::Other);
                    let what = format!("署名時に空だった参照先（オブジェクト {number}）が後から埋められています");
                    self.veto(Rule::Unexplained, Some(reference), what);
                }
                (Deed::Added, None) if reached.contains(&number) => {
                    self.explain(reference, Role::Unexplained, Level::Other);
                    self.veto(
                        Rule::Unexplained,
                        Some(reference),
                        format!("説明できないオブジェクト {number} が追加されています"),
                    );
                }
                (Deed::Added, None) => self.explain(reference, Role::Unused, Level::LtaUpdates),
                _ => {}
            }
        }
        Ok(())
    }

    /// Every way in which the signed state reaches a changed object must be one that its role allows.
    fn check_uses(&mut self, reference: Ref, role: &Role) {
        let allowed: &[&str] = match role {
            // Pages and the catalog are named from everywhere; their own comparison is complete.
            Role::Catalog | Role::PageAnnots { .. } if !self.is_array(reference) => return,
            Role::PageAnnots { .. } => &["Annots"],
            Role::Info => &["Info"],
            Role::Metadata => &["Metadata"],
            Role::Dss => &["DSS"],
            Role::DssData => &["Certs", "CRLs", "OCSPs", "Cert", "CRL", "OCSP", "VRI"],
            Role::Form => &["AcroForm", "Fields", "DR", "Font", "XObject"],
            Role::Field { .. } | Role::Widget { .. } => &["Fields", "Kids", "Annots", "Parent", "Obj", "CO"],
            _ => &[],
        };
        if let Some(key) = self.uses.of(reference.number).find(|key| !allowed.contains(&key.as_str())) {
            let what = format!(
                "オブジェクト {} は別の用途（/{key}）でも使われており、書き換えられません",
                reference.number
            );
            self.explain(reference, Role::Unexplained, Level::Other);
            self.veto(Rule::Unexplained, Some(reference), what);
        }
    }

    fn is_array(&self, reference: Ref) -> bool {
        self.old.object(reference).is_ok_and(|value| value.array().is_some())
    }

    pub fn is_added(&self, reference: Ref) -> bool {
        self.deeds
            .get(&reference.number)
            .is_some_and(|(known, deed)| *known == reference && *deed == Deed::Added)
    }
    pub fn is_replaced(&self, reference: Ref) -> bool {
        self.deeds.get(&reference.number).is_some_and(|(_, deed)| *deed == Deed::Replaced)
    }
    /// Is it the widget of a field that another rule accepted as new?
    pub fn is_explained_widget(&self, reference: Ref) -> bool {
        matches!(
            self.explained.get(&reference.number),
            Some((Role::NewField { .. } | Role::Widget { .. }, _))
        ) && self.is_added(reference)
    }
    /// Says what a written object is.
    pub fn explain(&mut self, reference: Ref, role: Role, level: Level) {
        if self.deeds.contains_key(&reference.number) {
            self.explained.insert(reference.number, (role, level));
        }
    }
    /// Says what new objects are to which `value` leads; old ones are not entered.
    pub fn explain_below(&mut self, value: &Obj<'d>, role: &Role, level: Level) -> Result<(), Error> {
        let mut open = Vec::new();
        references(value, &mut open);
        while let Some(reference) = open.pop() {
            if self.is_added(reference) && !self.explained.contains_key(&reference.number) {
                self.explain(reference, role.clone(), level);
                references(&self.new.object(reference)?, &mut open);
            }
        }
        Ok(())
    }
    pub fn note(&mut self, rule: Rule, level: Level, object: Option<Ref>, what: String) {
        let revision = object
            .and_then(|object| self.new.last_written(object.number))
            .unwrap_or(self.new.index());
        self.findings.push(Finding {
            revision: revision.max(self.old.index() + 1),
            rule,
            level,
            object,
            what,
        });
    }
    pub fn veto(&mut self, rule: Rule, object: Option<Ref>, what: String) {
        self.note(rule, Level::Other, object, what);
    }

    fn result(self) -> Changes {
        let mut touched = Vec::new();
        for (number, (object, deed)) in &self.deeds {
            let revision = self.new.last_written(*number).unwrap_or(self.new.index());
            let (role, level) = match (deed, self.explained.get(number)) {
                (Deed::Freed, _) => (Role::Unexplained, Level::Other),
                (Deed::Repeated, None) => (Role::Repetition, Level::None),
                (Deed::Repeated, Some((role, _))) => (role.clone(), Level::None),
                (_, Some((role, level))) => (role.clone(), *level),
                (_, None) => (Role::Unexplained, Level::Other),
            };
            touched.push(Touched {
                revision,
                object: *object,
                deed: *deed,
                role,
                level,
            });
        }
        let level = self
            .findings
            .iter()
            .map(|finding| finding.level)
            .chain(touched.iter().map(|touched| touched.level))
            .max();
        Changes {
            level: level.unwrap_or(Level::None),
            findings: self.findings,
            touched,
            fields: self.fields,
        }
    }
}

fn is_container(role: &Role) -> bool {
    matches!(role, Role::ObjectStream | Role::XrefStream)
}

fn in_use(view: View<'_>, number: u32) -> Option<Ref> {
    match view.entry(number)? {
        Entry::Free { .. } => None,
        Entry::InUse { generation, .. } => Some(Ref { number, generation }),
        Entry::InStream { .. } => Some(Ref::new(number)),
    }
}

/// All references in a value.
pub(super) fn references(value: &Obj<'_>, found: &mut Vec<Ref>) {
    match value {
        Obj::Ref(reference) => found.push(*reference),
        Obj::Array(array) => array.items.iter().for_each(|item| references(item, found)),
        Obj::Dict(dict) => dict.iter().for_each(|(_, value)| references(value, found)),
        Obj::Stream(stream) => stream.dict.iter().for_each(|(_, value)| references(value, found)),
        _ => {}
    }
}
