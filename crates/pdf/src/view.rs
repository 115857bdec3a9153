//! All objects as of one revision.

use std::ops::Range;
use std::sync::Arc;

use crate::document::{Document, Revision};
use crate::lexer::Lexer;
use crate::links::{Links, Place};
use crate::object::{Dict, Obj, Ref, Stream};
use crate::object_stream::ObjectStream;
use crate::xref::Entry;
use crate::{Error, filter};

/// A document as of one of its revisions.
#[derive(Debug, Clone, Copy)]
pub struct View<'d> {
    document: &'d Document<'d>,
    revision: usize,
}

/// An object and where it stands.
#[derive(Debug, Clone)]
pub struct Located<'d> {
    /// Its value.
    pub value: Obj<'d>,
    /// Its bytes in the file from `n g obj` to `endobj`; `None` inside an object stream.
    pub span: Option<Range<usize>>,
}

impl<'d> View<'d> {
    pub(crate) const fn new(document: &'d Document<'d>, revision: usize) -> Self {
        Self { document, revision }
    }
    /// The file.
    #[must_use]
    pub const fn document(&self) -> &'d Document<'d> {
        self.document
    }
    /// The revision's index.
    #[must_use]
    pub const fn index(&self) -> usize {
        self.revision
    }
    /// The revision.
    #[must_use]
    pub fn revision(&self) -> &'d Revision<'d> {
        &self.document.revisions()[self.revision]
    }
    /// The trailer of this revision.
    #[must_use]
    pub fn trailer(&self) -> &'d Dict<'d> {
        &self.revision().trailer
    }
    /// Where `number` is as of this revision.
    #[must_use]
    pub fn entry(&self, number: u32) -> Option<Entry> {
        self.document.revisions()[..=self.revision]
            .iter()
            .rev()
            .find_map(|revision| revision.entry(number))
    }
    /// The index of the last revision, up to this one, that wrote (or freed) `number`.
    #[must_use]
    pub fn last_written(&self, number: u32) -> Option<usize> {
        self.document.revisions()[..=self.revision]
            .iter()
            .rposition(|revision| revision.entry(number).is_some())
    }
    /// The highest number any section up to here speaks of, plus one; what a new object may be called.
    #[must_use]
    pub fn next_number(&self) -> u32 {
        let sizes = self.document.revisions()[..=self.revision].iter().map(|revision| {
            let size = revision
                .trailer
                .get("Size")
                .and_then(Obj::int)
                .and_then(|size| u32::try_from(size).ok())
                .unwrap_or(0);
            size.max(revision.entries().last().map_or(0, |(number, _)| number + 1))
        });
        sizes.max().unwrap_or(0)
    }
    /// All objects that exist as of this revision, by number.
    #[must_use]
    pub fn references(&self) -> Vec<Ref> {
        let mut found = std::collections::BTreeMap::new();
        for revision in &self.document.revisions()[..=self.revision] {
            for (number, entry) in revision.entries() {
                match entry {
                    Entry::Free { .. } => found.remove(&number),
                    Entry::InUse { generation, .. } => found.insert(number, generation),
                    Entry::InStream { .. } => found.insert(number, 0),
                };
            }
        }
        found.into_iter().map(|(number, generation)| Ref { number, generation }).collect()
    }
    /// The object and its place; `None` if it does not exist.
    ///
    /// # Errors
    /// What stands there does not parse or is another object.
    pub fn locate(&self, reference: Ref) -> Result<Option<Located<'d>>, Error> {
        match self.entry(reference.number) {
            None | Some(Entry::Free { .. }) => Ok(None),
            Some(Entry::InUse { generation, .. }) if generation != reference.generation => Ok(None),
            Some(Entry::InUse { offset, .. }) => self.in_file(reference, offset, true).map(Some),
            Some(Entry::InStream { .. }) if reference.generation != 0 => Ok(None),
            Some(Entry::InStream { container, index }) => {
                let stream = self.container(container)?;
                Ok(Some(Located {
                    value: stream.object(index, reference.number, self.document.limits())?,
                    span: None,
                }))
            }
        }
    }
    /// The object; `null` if it does not exist.
    ///
    /// # Errors
    /// What stands there does not parse or is another object.
    pub fn object(&self, reference: Ref) -> Result<Obj<'d>, Error> {
        Ok(self.locate(reference)?.map_or(Obj::Null, |located| located.value))
    }
    /// What the object refers to; `None` if it does not exist. The data of a stream, and so its /Length, does not matter.
    pub(crate) fn links(&self, reference: Ref) -> Option<Arc<Links>> {
        let memory = self.document.memory();
        match self.entry(reference.number)? {
            Entry::InUse { offset, generation } if generation == reference.generation => {
                let place = Place {
                    object: reference,
                    offset,
                    index: None,
                };
                Some(memory.links(place, || {
                    let data = self.document.bytes();
                    let mut lexer = (offset < data.len()).then(|| Lexer::new(data, offset, self.document.limits()))?;
                    (lexer.header() == Some(reference)).then(|| lexer.value().ok())?
                }))
            }
            Entry::InStream { container, index } if reference.generation == 0 => {
                let Some(Entry::InUse { offset, generation: 0 }) = self.entry(container) else {
                    return None;
                };
                let place = Place {
                    object: reference,
                    offset,
                    index: Some(index),
                };
                Some(memory.links(place, || {
                    let stream = self.container(container).ok()?;
                    stream.object(index, reference.number, self.document.limits()).ok()
                }))
            }
            _ => None,
        }
    }
    /// Follows references until a value comes.
    ///
    /// # Errors
    /// As [`Self::object`]; references in a circle.
    pub fn resolve(&self, value: &Obj<'d>) -> Result<Obj<'d>, Error> {
        let mut value = value.clone();
        for _ in 0..16 {
            let Obj::Ref(reference) = value else { return Ok(value) };
            value = self.object(reference)?;
        }
        match value {
            Obj::Ref(object) => Err(Error::Circle { object }),
            value => Ok(value),
        }
    }
    /// The resolved value of `key`; `null` if it is not there.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub fn value(&self, dict: &Dict<'d>, key: &str) -> Result<Obj<'d>, Error> {
        dict.get(key).map_or(Ok(Obj::Null), |value| self.resolve(value))
    }
    /// The dictionary behind `reference`.
    ///
    /// # Errors
    /// It does not exist or is no dictionary.
    pub fn dict(&self, reference: Ref) -> Result<Dict<'d>, Error> {
        match self.object(reference)? {
            Obj::Dict(dict) => Ok(dict),
            Obj::Null => Err(Error::Missing { object: reference }),
            _ => Err(Error::WrongType {
                object: Some(reference),
                expected: "dictionary",
            }),
        }
    }
    /// The catalog's name.
    ///
    /// # Errors
    /// The trailer has no /Root.
    pub fn root(&self) -> Result<Ref, Error> {
        let root = self.trailer().get("Root").and_then(Obj::reference);
        root.ok_or(Error::BrokenXref {
            offset: self.revision().startxref,
            why: "no /Root",
        })
    }
    /// The catalog.
    ///
    /// # Errors
    /// It is missing or no catalog.
    pub fn catalog(&self) -> Result<Dict<'d>, Error> {
        self.dict(self.root()?)
    }
    /// A stream's data, decoded.
    ///
    /// # Errors
    /// Unknown filter, broken or too much data.
    pub fn decode(&self, stream: &Stream<'d>) -> Result<Vec<u8>, Error> {
        let mut dict = Dict::new();
        for key in ["Filter", "DecodeParms"] {
            let value = match self.value(&stream.dict, key)? {
                Obj::Array(array) => Obj::from(array.items.iter().map(|item| self.resolve(item)).collect::<Result<Vec<_>, _>>()?),
                value => value,
            };
            dict.set(key, value);
        }
        filter::decode(&dict, &stream.data, self.document.limits()).map(std::borrow::Cow::into_owned)
    }

    /// `streams: false` while a /Length is looked up, which is never a stream.
    fn in_file(&self, reference: Ref, offset: usize, streams: bool) -> Result<Located<'d>, Error> {
        let data = self.document.bytes();
        let mismatch = Error::Mismatch { object: reference, offset };
        if offset >= data.len() {
            return Err(mismatch);
        }
        let mut lexer = Lexer::new(data, offset, self.document.limits());
        if lexer.header() != Some(reference) {
            return Err(mismatch);
        }
        let mut value = lexer.value()?;
        lexer.skip();
        if let (Obj::Dict(dict), true) = (&value, data[lexer.pos..].starts_with(b"stream")) {
            if !streams {
                return Err(Error::WrongType {
                    object: Some(reference),
                    expected: "whole number",
                });
            }
            let length = self.length(dict, reference)?;
            let raw = stream_data(&mut lexer, length)?;
            value = Obj::Stream(Stream {
                dict: dict.clone(),
                data: raw.into(),
            });
            lexer.skip();
        }
        lexer.demand("endobj")?;
        Ok(Located {
            value,
            span: Some(offset..lexer.pos),
        })
    }
    fn length(&self, dict: &Dict<'d>, stream: Ref) -> Result<usize, Error> {
        let length = match dict.get("Length") {
            Some(Obj::Ref(reference)) => match self.entry(reference.number) {
                Some(Entry::InUse { offset, .. }) => self.in_file(*reference, offset, false)?.value,
                Some(Entry::InStream { .. }) => self.object(*reference)?,
                _ => Obj::Null,
            },
            Some(value) => value.clone(),
            None => Obj::Null,
        };
        let length = length.int().and_then(|length| usize::try_from(length).ok());
        length.ok_or(Error::WrongType {
            object: Some(stream),
            expected: "stream with a /Length",
        })
    }
    fn container(&self, number: u32) -> Result<&'d ObjectStream, Error> {
        let reference = Ref::new(number);
        let Some(Entry::InUse { offset, generation: 0 }) = self.entry(number) else {
            return Err(Error::Missing { object: reference });
        };
        let place = self.document.container(offset).ok_or(Error::Missing { object: reference })?;
        let inflated = place.get_or_init(|| {
            // The length must be direct: what an object stream holds may not depend on another object.
            let data = self.document.bytes();
            let mut lexer = Lexer::new(data, offset, self.document.limits());
            if lexer.header() != Some(reference) {
                return Err(Error::Mismatch { object: reference, offset });
            }
            let dict = lexer.dict()?;
            lexer.skip();
            let length = dict
                .get("Length")
                .and_then(Obj::int)
                .and_then(|length| usize::try_from(length).ok());
            let length = length.ok_or(Error::WrongType {
                object: Some(reference),
                expected: "object stream with a direct /Length",
            })?;
            let raw = stream_data(&mut lexer, length)?;
            let stream = ObjectStream::inflate(&dict, raw, self.document.limits())?;
            self.document.book(stream.size())?;
            Ok(stream)
        });
        inflated.as_ref().map_err(Clone::clone)
    }
}

/// The raw data after a stream's dictionary: `stream`, end of line, `length` bytes, `endstream`.
pub(crate) fn stream_data<'a>(lexer: &mut Lexer<'a>, length: usize) -> Result<&'a [u8], Error> {
    lexer.skip();
    lexer.demand("stream")?;
    match &lexer.data[lexer.pos..] {
        [b'\r', b'\n', ..] => lexer.pos += 2,
        [b'\n', ..] => lexer.pos += 1,
        _ => {
            return Err(Error::Syntax {
                offset: lexer.pos,
                expected: "a line end after `stream`",
            });
        }
    }
    let start = lexer.pos;
    let data = start.checked_add(length).and_then(|end| lexer.data.get(start..end));
    let data = data.ok_or(Error::Syntax {
        offset: start,
        expected: "a stream that ends in the file",
    })?;
    lexer.pos = start + length;
    lexer.skip_space();
    lexer.demand("endstream")?;
    Ok(data)
}
