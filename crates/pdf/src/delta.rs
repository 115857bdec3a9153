//! Bytes to append: new and replaced objects, a new cross-reference section.

use std::collections::BTreeMap;
use std::ops::Range;

use foundation::Random;

use crate::object::{Array, Dict, Name, Obj, Ref, Str};
use crate::write::{hex_into, number, write, write_place};
use crate::xref::XrefKind;
use crate::{Document, Error, View};

/// An incremental update in the making. Nothing of the old file is written again but what is put here.
pub struct Delta<'d> {
    view: View<'d>,
    next: u32,
    objects: BTreeMap<Ref, Obj<'d>>,
    signature: Option<(Ref, usize)>,
}

/// A finished update. The new file is the old bytes followed by `bytes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// What to append.
    pub bytes: Vec<u8>,
    /// The hole of the signature put with [`Delta::put_signature`], from `<` to `>`, counted from the beginning of the new file.
    pub hole: Option<Range<usize>>,
    /// Its /ByteRange, already written.
    pub byte_range: Option<[u64; 4]>,
}

impl<'d> Delta<'d> {
    /// An update of the newest revision.
    ///
    /// # Errors
    /// Encrypted and hybrid files are not continued.
    pub fn on(document: &'d Document<'d>) -> Result<Self, Error> {
        if document.is_encrypted() {
            return Err(Error::Encrypted);
        }
        if document.is_hybrid() {
            return Err(Error::Hybrid);
        }
        let view = document.last();
        Ok(Self {
            view,
            next: view.next_number().max(1),
            objects: BTreeMap::new(),
            signature: None,
        })
    }
    /// The state this update builds on.
    #[must_use]
    pub const fn base(&self) -> View<'d> {
        self.view
    }
    /// A new object's name; it has to be put later.
    pub const fn reserve(&mut self) -> Ref {
        let reference = Ref::new(self.next);
        self.next += 1;
        reference
    }
    /// Adds a new object.
    pub fn add(&mut self, value: impl Into<Obj<'d>>) -> Ref {
        let reference = self.reserve();
        self.put(reference, value);
        reference
    }
    /// Writes the object `reference` (reserved, or replaced).
    pub fn put(&mut self, reference: Ref, value: impl Into<Obj<'d>>) {
        self.objects.insert(reference, value.into());
    }
    /// The object as it will be: put here, or as of the base.
    ///
    /// # Errors
    /// The base object does not parse.
    pub fn get(&self, reference: Ref) -> Result<Obj<'d>, Error> {
        self.objects
            .get(&reference)
            .map_or_else(|| self.view.object(reference), |value| Ok(value.clone()))
    }
    /// Writes a signature dictionary: `dict` with /ByteRange and a hole of `hole` bytes (2 × as many digits) for /Contents, after /Type,
    /// /Filter and /SubFilter. [`Self::finish`] fills /ByteRange in and tells where the hole is. One per update.
    pub fn put_signature(&mut self, reference: Ref, dict: &Dict<'d>, hole: usize) {
        let mut ordered = Dict::new();
        for key in ["Type", "Filter", "SubFilter"] {
            if let Some(value) = dict.get(key) {
                ordered.set(key, value.clone());
            }
        }
        ordered.set("ByteRange", Obj::Null);
        ordered.set("Contents", Obj::Null);
        for (name, value) in dict
            .iter()
            .filter(|(name, _)| !["Type", "Filter", "SubFilter"].iter().any(|key| **name == *key))
        {
            ordered.entries.push((name.clone(), value.clone()));
        }
        self.put(reference, ordered);
        self.signature = Some((reference, hole));
    }
    /// Sets the value at the end of `path`, which begins in the dictionary `owner`. References on the way are followed, so the object
    /// that really holds the value is the one replaced; dictionaries that are missing are made.
    ///
    /// # Errors
    /// Something on the way is no dictionary.
    pub fn set(&mut self, owner: Ref, path: &[&'static str], value: impl Into<Obj<'d>>) -> Result<(), Error> {
        let (last, above) = path.split_last().expect("a path has a last key");
        self.within(owner, above, &mut |dict| {
            dict.set(last, Obj::Null);
            Ok(())
        })?;
        let mut value = Some(value.into());
        self.within(owner, above, &mut |dict| {
            if let Some(value) = value.take() {
                dict.set(last, value);
            }
            Ok(())
        })
    }
    /// Appends `item` to the array at the end of `path` (made when it is missing), as [`Self::set`].
    ///
    /// # Errors
    /// Something on the way is of the wrong type.
    pub fn push(&mut self, owner: Ref, path: &[&'static str], item: impl Into<Obj<'d>>) -> Result<(), Error> {
        let item = item.into();
        let (last, above) = path.split_last().expect("a path has a last key");
        let mut elsewhere = None;
        self.within(owner, above, &mut |dict| {
            match dict.get(last) {
                Some(Obj::Ref(reference)) => elsewhere = Some(*reference),
                Some(Obj::Array(array)) => {
                    let mut items = array.items.clone();
                    items.push(item.clone());
                    dict.set(last, items);
                }
                None | Some(Obj::Null) => dict.set(last, vec![item.clone()]),
                Some(_) => {
                    return Err(Error::WrongType {
                        object: None,
                        expected: "array",
                    });
                }
            }
            Ok(())
        })?;
        let Some(reference) = elsewhere else { return Ok(()) };
        match self.get(reference)? {
            Obj::Array(Array { mut items, .. }) => {
                items.push(item);
                self.put(reference, items);
                Ok(())
            }
            _ => Err(Error::WrongType {
                object: Some(reference),
                expected: "array",
            }),
        }
    }
    /// Changes the dictionary at the end of `path`; it is put again only if it changed.
    fn within(
        &mut self,
        owner: Ref,
        path: &[&'static str],
        change: &mut dyn FnMut(&mut Dict<'d>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Obj::Dict(mut dict) = self.get(owner)? else {
            return Err(Error::WrongType {
                object: Some(owner),
                expected: "dictionary",
            });
        };
        let before = dict.clone();
        if let Some(elsewhere) = descend(&mut dict, path, change)? {
            let (reference, rest) = elsewhere;
            return self.within(reference, rest, change);
        }
        if dict != before {
            self.put(owner, dict);
        }
        Ok(())
    }

    /// The bytes to append. `random` renews the second half of the file's /ID.
    ///
    /// # Errors
    /// The base's trailer lacks what a trailer must have.
    pub fn finish(self, random: &dyn Random) -> Result<Appended, Error> {
        let document = self.view.document();
        let base = document.bytes();
        let newest = document.newest();
        let mut out = Vec::with_capacity(4096 + self.signature.map_or(0, |(_, hole)| 2 * hole));
        if !matches!(base.last(), Some(b'\n' | b'\r')) {
            out.push(b'\n');
        }
        let mut places: BTreeMap<u32, (usize, u16)> = BTreeMap::new();
        let mut appended = Appended {
            bytes: Vec::new(),
            hole: None,
            byte_range: None,
        };
        let mut byte_range_at = 0;
        for (reference, value) in &self.objects {
            places.insert(reference.number, (base.len() + out.len(), reference.generation));
            write_place(&mut out, *reference);
            out.extend_from_slice(b"obj\n");
            match (self.signature, value) {
                (Some((signature, hole)), Obj::Dict(dict)) if signature == *reference => {
                    byte_range_at = write_signature(&mut out, dict, hole, &mut appended.hole);
                }
                _ => write(&mut out, value),
            }
            out.extend(b"\nendobj\n");
        }
        let mut trailer = Dict::new();
        let mut size = self.next;
        let startxref = base.len() + out.len();
        if newest.kind == XrefKind::Stream {
            places.insert(size, (startxref, 0));
            size += 1;
            trailer.set("Type", Name::new("XRef"));
        }
        trailer.set("Size", i64::from(size));
        trailer.set("Root", self.view.root()?);
        if let Some(info) = self.view.trailer().get("Info") {
            trailer.set("Info", info.clone());
        }
        trailer.set("ID", renewed_id(self.view.trailer(), random));
        trailer.set(
            "Prev",
            i64::try_from(newest.startxref).expect("a file in memory is shorter than i64"),
        );
        match newest.kind {
            XrefKind::Table => write_table(&mut out, &places, trailer),
            XrefKind::Stream => write_stream(&mut out, &places, trailer, size - 1),
        }
        out.extend_from_slice(b"startxref\n");
        number(&mut out, startxref as u64, 1);
        out.extend_from_slice(b"\n%%EOF\n");
        if let Some(hole) = &mut appended.hole {
            hole.start += base.len();
            hole.end += base.len();
            let end = base.len() + out.len();
            let range = [0, hole.start as u64, hole.end as u64, (end - hole.end) as u64];
            let text = format!("[{:010} {:010} {:010} {:010}]", range[0], range[1], range[2], range[3]);
            out[byte_range_at..byte_range_at + text.len()].copy_from_slice(text.as_bytes());
            appended.byte_range = Some(range);
        }
        appended.bytes = out;
        Ok(appended)
    }
}

type Elsewhere<'p> = (Ref, &'p [&'static str]);

/// Walks direct dictionaries; stops at a reference and says where to go on.
fn descend<'d, 'p>(
    dict: &mut Dict<'d>,
    path: &'p [&'static str],
    change: &mut dyn FnMut(&mut Dict<'d>) -> Result<(), Error>,
) -> Result<Option<Elsewhere<'p>>, Error> {
    let Some((key, rest)) = path.split_first() else {
        return change(dict).map(|()| None);
    };
    let mut below = match dict.get(key) {
        Some(Obj::Ref(reference)) => return Ok(Some((*reference, rest))),
        Some(Obj::Dict(below)) => below.clone(),
        None | Some(Obj::Null) => Dict::new(),
        Some(_) => {
            return Err(Error::WrongType {
                object: None,
                expected: "dictionary",
            });
        }
    };
    let elsewhere = descend(&mut below, rest, change)?;
    if elsewhere.is_none() {
        dict.set(key, below);
    }
    Ok(elsewhere)
}

/// Writes the signature dictionary; gives the place of `[` of /ByteRange in `out` and notes the hole.
fn write_signature(out: &mut Vec<u8>, dict: &Dict<'_>, bytes: usize, hole: &mut Option<Range<usize>>) -> usize {
    let mut byte_range_at = 0;
    out.extend(b"<<");
    for (name, value) in dict.iter() {
        out.push(b'\n');
        write(out, &Obj::Name(name.clone()));
        out.push(b' ');
        if *name == "ByteRange" {
            byte_range_at = out.len();
            // Four times ten digits, so that it can be filled in afterwards.
            out.extend(b"[0000000000 0000000000 0000000000 0000000000]");
        } else if *name == "Contents" {
            let start = out.len();
            out.push(b'<');
            out.resize(out.len() + 2 * bytes, b'0');
            out.push(b'>');
            *hole = Some(start..out.len());
        } else {
            write(out, value);
        }
    }
    out.extend(b"\n>>");
    byte_range_at
}

fn renewed_id<'d>(trailer: &Dict<'d>, random: &dyn Random) -> Obj<'d> {
    let mut fresh = [0; 16];
    random.fill(&mut fresh);
    let first = match trailer.get("ID").and_then(Obj::array) {
        Some([first @ Obj::Str(_), ..]) => first.clone(),
        _ => Str::hex(&fresh).into(),
    };
    vec![first, Str::hex(&fresh).into()].into()
}

/// Runs of neighbouring numbers.
fn runs(places: &BTreeMap<u32, (usize, u16)>) -> Vec<(u32, Vec<(usize, u16)>)> {
    let mut runs: Vec<(u32, Vec<(usize, u16)>)> = Vec::new();
    for (&number, &place) in places {
        match runs.last_mut() {
            Some((first, run)) if *first as usize + run.len() == number as usize => run.push(place),
            _ => runs.push((number, vec![place])),
        }
    }
    runs
}

fn write_table(out: &mut Vec<u8>, places: &BTreeMap<u32, (usize, u16)>, trailer: Dict<'_>) {
    out.extend(b"xref\n");
    for (first, run) in runs(places) {
        out.extend(format!("{first} {}\n", run.len()).as_bytes());
        for (offset, generation) in run {
            number(out, offset as u64, 10);
            out.push(b' ');
            number(out, generation.into(), 5);
            out.extend_from_slice(b" n \n");
        }
    }
    out.extend(b"trailer\n");
    write(out, &Obj::Dict(trailer));
    out.push(b'\n');
}

fn write_stream(out: &mut Vec<u8>, places: &BTreeMap<u32, (usize, u16)>, mut trailer: Dict<'_>, number: u32) {
    let widest = places.values().map(|(offset, _)| *offset).max().unwrap_or(0);
    let width = (8 - widest.leading_zeros() as usize / 8).max(1);
    let has_generations = places.values().any(|(_, generation)| *generation > 0);
    let generation_width = if has_generations { 2 } else { 0 };
    let mut index: Vec<Obj<'_>> = Vec::new();
    let mut data = Vec::new();
    for (first, run) in runs(places) {
        index.push(i64::from(first).into());
        index.push(i64::try_from(run.len()).expect("a list in memory is shorter than i64").into());
        for (offset, generation) in run {
            data.push(1);
            data.extend(&offset.to_be_bytes()[8 - width..]);
            data.extend(&generation.to_be_bytes()[2 - generation_width..]);
        }
    }
    trailer.set("Index", index);
    let widths = [1, width, generation_width].map(|width| Obj::Int(i64::try_from(width).expect("at most 8")));
    trailer.set("W", widths.to_vec());
    out.extend(format!("{number} 0 obj\n").as_bytes());
    write(
        out,
        &Obj::Stream(crate::Stream {
            dict: trailer,
            data: data.into(),
        }),
    );
    out.extend(b"\nendobj\n");
}

/// Fills `hole`, all of its bytes from `<` to `>`, with the digits of `contents` and zeros; `None` if it is too long.
pub fn fill(contents: &[u8], hole: &mut [u8]) -> Option<()> {
    let [open, digits @ .., close] = hole else { return None };
    if 2 * contents.len() > digits.len() {
        return None;
    }
    (*open, *close) = (b'<', b'>');
    let (value, zeros) = digits.split_at_mut(2 * contents.len());
    hex_into(value, contents);
    zeros.fill(b'0');
    Some(())
}
