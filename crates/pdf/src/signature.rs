//! Signature values as a PDF holds them, and what part of the file they cover. No cryptography.

use std::ops::Range;

use crate::form::FieldKind;
use crate::object::{Array, Dict, Obj, Ref};
use crate::{Document, Error};

/// A signed signature field: field, signature dictionary, and where its parts stand in the file.
#[derive(Debug, Clone)]
pub struct Signature<'d> {
    /// The field's full name.
    pub field: String,
    /// The field's object.
    pub field_object: Ref,
    /// The field's dictionary as of the newest revision.
    pub field_dict: Dict<'d>,
    /// The signature dictionary's object; `None` when it is written inside the field.
    pub object: Option<Ref>,
    /// The signature dictionary.
    pub dict: Dict<'d>,
    /// The revision that last wrote the signature dictionary (the one the signature closes).
    pub revision: usize,
    /// /Filter.
    pub filter: String,
    /// /SubFilter.
    pub sub_filter: String,
    /// The decoded /Contents, padding included.
    pub contents: Vec<u8>,
    /// The hole: the bytes from `<` to `>` (inclusive) of /Contents in the file.
    pub hole: Option<Range<usize>>,
    /// /ByteRange when it is four whole numbers.
    pub byte_range: Option<[u64; 4]>,
    /// Where the `[…]` of /ByteRange stands.
    pub byte_range_span: Option<Range<usize>>,
    /// The signature dictionary's object in the file from `n g obj` to `endobj`.
    pub span: Option<Range<usize>>,
}

/// What part of the file a signature's /ByteRange covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// The whole file but the hole.
    File,
    /// Everything up to the end of this revision but the hole; later revisions follow.
    Revision(usize),
    /// Neither, or the hole is not exactly the /Contents: why.
    Unclear(&'static str),
}

impl Signature<'_> {
    /// Is it a document time-stamp?
    #[must_use]
    pub fn is_document_timestamp(&self) -> bool {
        self.dict.is("Type", "DocTimeStamp") || self.sub_filter == "ETSI.RFC3161"
    }
    /// The two signed parts of the file, if /ByteRange is well formed and inside it.
    #[must_use]
    pub fn signed_ranges(&self, length: usize) -> Option<[Range<usize>; 2]> {
        let [a, b, c, d] = self.byte_range?.map(|value| usize::try_from(value).ok());
        let (a, b, c, d) = (a?, b?, c?, d?);
        let (first_end, second_end) = (a.checked_add(b)?, c.checked_add(d)?);
        (first_end <= c && second_end <= length).then_some([a..first_end, c..second_end])
    }
    /// What its /ByteRange covers.
    #[must_use]
    pub fn coverage(&self, document: &Document<'_>) -> Coverage {
        match self.checked_coverage(document) {
            Ok(coverage) => coverage,
            Err(why) => Coverage::Unclear(why),
        }
    }
    fn checked_coverage(&self, document: &Document<'_>) -> Result<Coverage, &'static str> {
        let hole = self.hole.clone().ok_or("/Contents is not a hex string of its own in the file")?;
        if self.byte_range.is_none() {
            return Err("/ByteRange is not four whole numbers");
        }
        let [first, second] = self.signed_ranges(document.bytes().len()).ok_or("/ByteRange leaves the file")?;
        if first.start != 0 {
            return Err("/ByteRange does not begin at 0");
        }
        if first.end != hole.start || second.start != hole.end {
            return Err("the hole in /ByteRange is not exactly /Contents");
        }
        let inside = self
            .span
            .as_ref()
            .is_some_and(|span| span.start < hole.start && hole.end <= span.end);
        if !inside {
            return Err("the hole is not inside the signature's own object");
        }
        let revision = &document.revisions()[self.revision];
        if second.end == document.bytes().len() && self.revision + 1 == document.revisions().len() {
            return Ok(Coverage::File);
        }
        // With or without the end of line after %%EOF; writers differ.
        if second.end < revision.marker_end || second.end > revision.end {
            return Err("/ByteRange does not end where the signature's revision ends");
        }
        if self.revision + 1 == document.revisions().len() {
            Ok(Coverage::File)
        } else {
            Ok(Coverage::Revision(self.revision))
        }
    }
}

impl<'a> Document<'a> {
    /// All signature values of the newest revision, document time-stamps too, oldest first.
    ///
    /// # Errors
    /// The form is broken.
    pub fn signatures(&self) -> Result<Vec<Signature<'_>>, Error> {
        let view = self.last();
        let mut found = Vec::new();
        for field in view.fields()? {
            if field.kind != FieldKind::Signature || field.has_children {
                continue;
            }
            let Some(value) = &field.value else { continue };
            let (object, located) = match value {
                Obj::Ref(reference) => (Some(*reference), view.locate(*reference)?),
                _ => (None, view.locate(field.object)?),
            };
            let span = located.as_ref().and_then(|located| located.span.clone());
            let dict = match (object, located) {
                (Some(_), Some(located)) => located.value,
                (Some(_), None) => Obj::Null,
                (None, _) => value.clone(),
            };
            let Obj::Dict(dict) = dict else {
                if dict.is_null() {
                    continue;
                }
                return Err(Error::WrongType {
                    object,
                    expected: "signature dictionary",
                });
            };
            let revision = view.last_written(object.unwrap_or(field.object).number).unwrap_or(0);
            let text = |key: &str| {
                dict.get(key)
                    .and_then(Obj::name)
                    .map(|name| name.text().into_owned())
                    .unwrap_or_default()
            };
            let contents = dict.get("Contents").and_then(Obj::str);
            let hole = contents.filter(|value| value.is_hex()).and_then(|value| {
                let inside = self.offset_of(value.source())?;
                Some(inside - 1..inside + value.source().len() + 1)
            });
            let byte_range = match dict.get("ByteRange") {
                Some(Obj::Array(array)) => Some(array),
                _ => None,
            };
            let byte_range_span = byte_range
                .map(Array::source)
                .and_then(|part| self.offset_of(part).map(|at| at..at + part.len()));
            let byte_range = byte_range.and_then(|array| {
                let numbers: Option<Vec<u64>> = array
                    .items
                    .iter()
                    .map(|item| item.int().and_then(|value| u64::try_from(value).ok()))
                    .collect();
                numbers.and_then(|numbers| <[u64; 4]>::try_from(numbers).ok())
            });
            found.push(Signature {
                field: field.name,
                field_object: field.object,
                field_dict: field.dict,
                object,
                revision,
                filter: text("Filter"),
                sub_filter: text("SubFilter"),
                contents: contents.map(|value| value.bytes().into_owned()).unwrap_or_default(),
                hole,
                byte_range,
                byte_range_span,
                span,
                dict,
            });
        }
        found.sort_by_key(|signature| (signature.revision, signature.hole.as_ref().map(|hole| hole.start)));
        Ok(found)
    }
}
