//! How the signed state uses the objects that were written later.

use std::collections::{BTreeMap, BTreeSet};

use crate::links::UNNAMED;
use crate::{Document, Error};

/// For each object that a later revision writes: the keys under which the signed state refers to it.
pub(super) struct Uses(BTreeMap<u32, BTreeSet<String>>);

impl Uses {
    pub fn in_signed_state(document: &Document<'_>, signed: usize) -> Result<Self, Error> {
        let later = &document.revisions()[signed + 1..];
        let mut uses: BTreeMap<u32, BTreeSet<u32>> = later
            .iter()
            .flat_map(|revision| revision.written())
            .map(|written| (written.number, BTreeSet::new()))
            .collect();
        if uses.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let view = document.at(signed);
        // What cannot be read in the signed state is not used by it either.
        let objects: Vec<_> = view
            .references()
            .into_iter()
            .filter_map(|reference| Some((reference.number, view.links(reference)?)))
            .collect();
        for (number, _) in objects.iter().filter(|(_, links)| links.is_array) {
            uses.entry(*number).or_default();
        }
        let trailer = document.memory().links_of(view.trailer());
        for (number, key) in objects.iter().flat_map(|(_, links)| links.iter()).chain(trailer.iter()) {
            if let Some(keys) = uses.get_mut(&number) {
                keys.insert(key);
            }
        }
        let name = |key: u32| document.memory().key(key);
        let mut named: BTreeMap<u32, BTreeSet<String>> = uses
            .into_iter()
            .map(|(number, keys)| (number, keys.into_iter().map(name).collect()))
            .collect();
        // What stands in an indirect array is used under the keys of the array.
        for (number, links) in objects.iter().filter(|(_, links)| links.is_array) {
            let keys: Vec<String> = named.get(number).into_iter().flatten().cloned().collect();
            for (target, _) in links.iter().filter(|(_, key)| *key == UNNAMED) {
                if let Some(known) = named.get_mut(&target) {
                    known.extend(keys.iter().map(|key| if key.is_empty() { "[".to_owned() } else { key.clone() }));
                }
            }
        }
        Ok(Self(named))
    }

    /// Under which keys something is used; what stands in an unnamed array is left to the array.
    pub fn of(&self, number: u32) -> impl Iterator<Item = &String> {
        self.0.get(&number).into_iter().flatten().filter(|key| !key.is_empty())
    }
    /// Is it used at all?
    pub fn any(&self, number: u32) -> bool {
        self.of(number).next().is_some()
    }
}
