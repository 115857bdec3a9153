//! Which objects an object refers to, and under which keys: read once for each place of a file, however many states it belongs to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::object::{Dict, Obj, Ref};

/// Where which object stands: its offset, or the offset of its object stream and its index there. The object belongs to it: a hostile
/// table may name one offset for several, of which one at most is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub object: Ref,
    pub offset: usize,
    pub index: Option<u32>,
}

/// The references of one object.
#[derive(Debug, Default)]
pub(crate) struct Links {
    pub is_array: bool,
    to: Vec<(u32, u32)>,
}

impl Links {
    /// The number of each object that is referred to, and the key (by [`Memory::key`]); [`UNNAMED`] in an array that has none.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        self.to.iter().copied()
    }
}

/// The key of what stands in an array that is no dictionary's value.
pub(crate) const UNNAMED: u32 = 0;

/// What was read of one file.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    links: HashMap<Place, Arc<Links>>,
    numbers: HashMap<String, u32>,
    keys: Vec<String>,
}

impl Memory {
    /// The links of what stands at `place`; `read` is asked the first time only.
    pub fn links<'a>(&self, place: Place, read: impl FnOnce() -> Option<Obj<'a>>) -> Arc<Links> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(links) = known.links.get(&place) {
            return links.clone();
        }
        let mut links = Links::default();
        if let Some(value) = read() {
            links.is_array = value.array().is_some();
            known.collect(&value, UNNAMED, &mut links.to);
        }
        let links = Arc::new(links);
        known.links.insert(place, links.clone());
        links
    }
    /// The links of a dictionary that is no object (a trailer).
    pub fn links_of(&self, dict: &Dict<'_>) -> Links {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut links = Links::default();
        known.collect_dict(dict, &mut links.to);
        links
    }
    /// A key as text.
    pub fn key(&self, number: u32) -> String {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match number {
            UNNAMED => String::new(),
            number => known.keys[number as usize - 1].clone(),
        }
    }
}

impl Known {
    fn collect(&mut self, value: &Obj<'_>, key: u32, to: &mut Vec<(u32, u32)>) {
        match value {
            Obj::Ref(reference) => to.push((reference.number, key)),
            Obj::Array(array) => array.items.iter().for_each(|item| self.collect(item, key, to)),
            Obj::Dict(dict) => self.collect_dict(dict, to),
            Obj::Stream(stream) => self.collect_dict(&stream.dict, to),
            _ => {}
        }
    }
    fn collect_dict(&mut self, dict: &Dict<'_>, to: &mut Vec<(u32, u32)>) {
        for (name, value) in dict.iter() {
            if matches!(value, Obj::Ref(_) | Obj::Array(_) | Obj::Dict(_)) {
                let key = self.number(&name.text());
                self.collect(value, key, to);
            }
        }
    }
    fn number(&mut self, key: &str) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        self.keys.push(key.to_owned());
        let number = u32::try_from(self.keys.len()).expect("a file has fewer keys than bytes, and fewer bytes than u32 at its limits");
        self.numbers.insert(key.to_owned(), number);
        number
    }
}
