//! How the signed state uses the objects that were written later.

use std::collections::{BTreeMap, BTreeSet};

use crate::object::{Dict, Obj};
use crate::{Document, Error};

/// For each object that a later revision writes: the keys under which the signed state refers to it.
pub(super) struct Uses(BTreeMap<u32, BTreeSet<String>>);

impl Uses {
    pub fn in_signed_state(document: &Document<'_>, signed: usize) -> Result<Self, Error> {
        let later = &document.revisions()[signed + 1..];
        let mut uses = Self(
            later
                .iter()
                .flat_map(|revision| revision.written())
                .map(|written| (written.number, BTreeSet::new()))
                .collect(),
        );
        if uses.0.is_empty() {
            return Ok(uses);
        }
        let view = document.at(signed);
        // What cannot be read in the signed state is not used by it either.
        let objects: Vec<_> = view
            .references()
            .into_iter()
            .filter_map(|reference| Some((reference.number, view.object(reference).ok()?)))
            .collect();
        for (number, value) in &objects {
            if value.array().is_some() {
                uses.0.entry(*number).or_default();
            }
        }
        uses.look_into(view.trailer());
        for (_, value) in &objects {
            uses.look(value, "");
        }
        // What stands in an indirect array is used under the keys of the array.
        for (number, value) in &objects {
            let Some(items) = value.array() else { continue };
            let keys: Vec<String> = uses.0.get(number).into_iter().flatten().cloned().collect();
            for item in items {
                for key in &keys {
                    uses.look(item, if key.is_empty() { "[" } else { key });
                }
            }
        }
        Ok(uses)
    }

    /// Under which keys something is used; what stands in an unnamed array is left to the array.
    pub fn of(&self, number: u32) -> impl Iterator<Item = &String> {
        self.0.get(&number).into_iter().flatten().filter(|key| !key.is_empty())
    }
    /// Is it used at all?
    pub fn any(&self, number: u32) -> bool {
        self.of(number).next().is_some()
    }

    fn look(&mut self, value: &Obj<'_>, key: &str) {
        match value {
            Obj::Ref(reference) => {
                if let Some(keys) = self.0.get_mut(&reference.number) {
                    keys.insert(key.to_owned());
                }
            }
            Obj::Array(array) => array.items.iter().for_each(|item| self.look(item, key)),
            Obj::Dict(dict) => self.look_into(dict),
            Obj::Stream(stream) => self.look_into(&stream.dict),
            _ => {}
        }
    }
    fn look_into(&mut self, dict: &Dict<'_>) {
        for (name, value) in dict.iter() {
            self.look(value, &name.text());
        }
    }
}
