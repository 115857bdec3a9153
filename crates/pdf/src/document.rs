//! A file and its revisions.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::lexer::is_space;
use crate::links::Memory;
use crate::object::{Dict, Ref};
use crate::object_stream::ObjectStream;
use crate::xref::{Entry, Section, XrefKind, section};
use crate::{Error, Limits, View};

/// A PDF, read strictly. Opening reads the cross-references only; objects are read when asked for.
pub struct Document<'a> {
    data: &'a [u8],
    limits: Limits,
    revisions: Vec<Revision<'a>>,
    linearized: bool,
    hybrid: bool,
    irregular: bool,
    fragmented: bool,
    /// Object streams by offset, inflated when first asked for.
    containers: Vec<(usize, OnceLock<Result<ObjectStream, Error>>)>,
    inflated: AtomicUsize,
    memory: Memory,
}

/// One saved state of a document.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Revision<'a> {
    /// 0 is the oldest.
    pub index: usize,
    /// Where its bytes begin: the end of the revision before.
    pub start: usize,
    /// Right after its `%%EOF`.
    pub marker_end: usize,
    /// After the end of line that follows its `%%EOF` (equal to `marker_end` if none follows).
    pub end: usize,
    /// Where its cross-reference section stands.
    pub startxref: usize,
    /// Table or stream.
    pub kind: XrefKind,
    /// Its trailer (of a stream: the stream's dictionary).
    pub trailer: Dict<'a>,
    /// The cross-reference stream's own object.
    pub xref_stream: Option<Ref>,
    entries: Vec<(u32, Entry)>,
}

impl Revision<'_> {
    /// What this revision's own cross-reference section says about `number`.
    #[must_use]
    pub fn entry(&self, number: u32) -> Option<Entry> {
        self.entries
            .binary_search_by_key(&number, |(number, _)| *number)
            .ok()
            .map(|at| self.entries[at].1)
    }
    /// Everything its own section lists, by number.
    pub fn entries(&self) -> impl Iterator<Item = (u32, Entry)> {
        self.entries.iter().copied()
    }
    /// The objects it writes (new or again).
    pub fn written(&self) -> impl Iterator<Item = Ref> {
        self.entries.iter().filter_map(|(number, entry)| match entry {
            Entry::Free { .. } => None,
            Entry::InUse { generation, .. } => Some(Ref {
                number: *number,
                generation: *generation,
            }),
            Entry::InStream { .. } => Some(Ref::new(*number)),
        })
    }
    /// The numbers it lists as free. In the first revision these are mere gaps.
    pub fn freed(&self) -> impl Iterator<Item = u32> {
        self.entries
            .iter()
            .filter(|(number, entry)| *number != 0 && matches!(entry, Entry::Free { .. }))
            .map(|(number, _)| *number)
    }
}

impl<'a> Document<'a> {
    /// Opens a file under the default limits.
    ///
    /// # Errors
    /// See [`Error`]: nothing is repaired.
    pub fn open(data: &'a [u8]) -> Result<Self, Error> {
        Self::open_within(data, Limits::default())
    }

    /// Opens a file under given limits.
    ///
    /// # Errors
    /// See [`Error`]: nothing is repaired.
    pub fn open_within(data: &'a [u8], limits: Limits) -> Result<Self, Error> {
        header(data)?;
        let newest = newest_section(data)?;
        let mut document = Self {
            data,
            limits,
            revisions: Vec::new(),
            linearized: false,
            hybrid: false,
            irregular: false,
            fragmented: false,
            containers: Vec::new(),
            inflated: AtomicUsize::new(0),
            memory: Memory::default(),
        };
        document.read_history(newest)?;
        document.find_containers();
        Ok(document)
    }

    /// The whole file.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.data
    }
    /// The limits it was opened with.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }
    /// Its saved states, oldest first; never empty.
    #[must_use]
    pub fn revisions(&self) -> &[Revision<'a>] {
        &self.revisions
    }
    /// The newest revision.
    #[must_use]
    pub fn newest(&self) -> &Revision<'a> {
        self.revisions.last().expect("an open document has a revision")
    }
    /// All objects as of `revision` (an index; past the end means the newest).
    #[must_use]
    pub fn at(&self, revision: usize) -> View<'_> {
        View::new(self, revision.min(self.revisions.len() - 1))
    }
    /// All objects as of the newest revision.
    #[must_use]
    pub fn last(&self) -> View<'_> {
        self.at(self.revisions.len() - 1)
    }
    /// Was it written for fast web view (its first revision has two sections)?
    #[must_use]
    pub const fn is_linearized(&self) -> bool {
        self.linearized
    }
    /// Has any revision hybrid cross-references (/XRefStm)? Their second half is not read.
    #[must_use]
    pub const fn is_hybrid(&self) -> bool {
        self.hybrid
    }
    /// Is it encrypted?
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.revisions
            .iter()
            .any(|revision| revision.trailer.get("Encrypt").is_some_and(|value| !value.is_null()))
    }
    /// Are there table entries that are not 20 bytes long? Acrobat repairs such files, and signatures die.
    #[must_use]
    pub const fn has_irregular_xref(&self) -> bool {
        self.irregular
    }
    /// Is the first revision's section in pieces or not from 0? Acrobat rewrites such files at the second signature.
    #[must_use]
    pub const fn has_fragmented_xref(&self) -> bool {
        self.fragmented
    }
    /// Where `part` (a slice of this file, e.g. `Array::source`) begins in the file; `None` if it comes from elsewhere.
    #[must_use]
    pub fn offset_of(&self, part: &[u8]) -> Option<usize> {
        let (file, part_start) = (self.data.as_ptr() as usize, part.as_ptr() as usize);
        let offset = part_start.checked_sub(file)?;
        (!part.is_empty() && offset + part.len() <= self.data.len()).then_some(offset)
    }

    /// Every place where `text` stands in the file's bytes.
    pub fn occurrences<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = usize> + 't {
        memchr::memmem::find_iter(self.data, text)
    }

    pub(crate) fn container(&self, offset: usize) -> Option<&OnceLock<Result<ObjectStream, Error>>> {
        self.containers
            .binary_search_by_key(&offset, |(offset, _)| *offset)
            .ok()
            .map(|at| &self.containers[at].1)
    }
    /// What is known of the links between its objects.
    pub(crate) const fn memory(&self) -> &Memory {
        &self.memory
    }
    /// Books inflated bytes that are kept in memory.
    pub(crate) fn book(&self, bytes: usize) -> Result<(), Error> {
        let before = self.inflated.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes > self.limits.inflated * 2 {
            Err(Error::TooMuch { of: "inflated bytes" })
        } else {
            Ok(())
        }
    }

    fn read_history(&mut self, newest: usize) -> Result<(), Error> {
        let mut sections: Vec<Section<'a>> = Vec::new();
        let mut next = Some(newest);
        let mut entries = 0;
        while let Some(offset) = next {
            if sections.iter().any(|known| known.offset == offset) {
                return Err(Error::XrefLoop { offset });
            }
            if sections.len() > self.limits.revisions {
                return Err(Error::TooMuch { of: "revisions" });
            }
            let found = section(self.data, offset, &self.limits)?;
            entries += found.entries.len();
            if entries > self.limits.objects {
                return Err(Error::TooMuch { of: "objects" });
            }
            next = found.prev;
            sections.push(found);
        }
        self.hybrid = sections.iter().any(|section| section.hybrid);
        self.irregular = sections.iter().any(|section| section.irregular);
        self.merge_linearized(&mut sections)?;
        sections.reverse();
        self.fragmented = !self.linearized && !sections[0].whole;
        let mut start = 0;
        for (index, section) in sections.into_iter().enumerate() {
            self.check(&section, start)?;
            let Section {
                entries,
                kind,
                trailer,
                stream,
                marker_end,
                end,
                offset,
                ..
            } = section;
            self.revisions.push(Revision {
                index,
                start,
                marker_end,
                end,
                startxref: offset,
                kind,
                trailer,
                xref_stream: stream,
                entries,
            });
            start = end;
        }
        let rest = &self.data[start..];
        match rest.iter().position(|&byte| !is_space(byte)) {
            Some(at) => Err(Error::TrailingBytes { offset: start + at }),
            None => Ok(()),
        }
    }

    /// A linearised first revision has its newer half at the beginning and the older one at the end of its bytes.
    fn merge_linearized(&mut self, sections: &mut Vec<Section<'a>>) -> Result<(), Error> {
        let count = sections.len();
        if count < 2 || sections[count - 2].offset > sections[count - 1].offset {
            return Ok(());
        }
        let older = sections.pop().expect("there are two");
        let first = sections.last_mut().expect("there are two");
        let head = &self.data[..self.data.len().min(1024)];
        if memchr::memmem::find(head, b"/Linearized").is_none() || older.startxref != first.offset {
            return Err(Error::XrefLoop { offset: older.offset });
        }
        for (number, entry) in older.entries {
            if let Err(at) = first.entries.binary_search_by_key(&number, |(number, _)| *number) {
                first.entries.insert(at, (number, entry));
            }
        }
        first.startxref = first.offset;
        first.end = older.end;
        first.marker_end = older.marker_end;
        self.linearized = true;
        Ok(())
    }

    fn check(&self, section: &Section<'_>, start: usize) -> Result<(), Error> {
        let broken = |why| {
            Err(Error::BrokenXref {
                offset: section.offset,
                why,
            })
        };
        if section.offset < start {
            return broken("it stands inside an older revision");
        }
        if section.end == 0 {
            return broken("no startxref and %%EOF after it");
        }
        if section.startxref != section.offset {
            return broken("its startxref names another place");
        }
        // The state as signed must not hang on bytes that came later.
        let past = |entry: &Entry| matches!(entry, Entry::InUse { offset, .. } if *offset >= section.end);
        if section.entries.iter().any(|(_, entry)| past(entry)) {
            return broken("an entry points past the end of its revision");
        }
        Ok(())
    }

    fn find_containers(&mut self) {
        let mut numbers: Vec<u32> = Vec::new();
        for revision in &self.revisions {
            numbers.extend(revision.entries().filter_map(|(_, entry)| match entry {
                Entry::InStream { container, .. } => Some(container),
                _ => None,
            }));
            numbers.sort_unstable();
            numbers.dedup();
        }
        let mut offsets: Vec<usize> = numbers
            .iter()
            .flat_map(|number| self.revisions.iter().filter_map(|revision| revision.entry(*number)))
            .filter_map(|entry| match entry {
                Entry::InUse { offset, .. } => Some(offset),
                _ => None,
            })
            .collect();
        offsets.sort_unstable();
        offsets.dedup();
        self.containers = offsets.into_iter().map(|offset| (offset, OnceLock::new())).collect();
    }
}

impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PDF of {} bytes in {} revisions", self.data.len(), self.revisions.len())
    }
}

fn header(data: &[u8]) -> Result<(), Error> {
    if data.is_empty() {
        return Err(Error::Empty);
    }
    if data.starts_with(b"%PDF-") {
        return Ok(());
    }
    match memchr::memmem::find(&data[..data.len().min(1024)], b"%PDF-") {
        Some(offset) => Err(Error::JunkBeforeHeader { offset }),
        None => Err(Error::NotAPdf),
    }
}

/// The offset named by the last `startxref`.
fn newest_section(data: &[u8]) -> Result<usize, Error> {
    let text_end = data.iter().rposition(|&byte| !is_space(byte)).map_or(0, |at| at + 1);
    let tail_start = text_end.saturating_sub(2048);
    let tail = &data[tail_start..text_end];
    let at = memchr::memmem::rfind(tail, b"startxref").ok_or(Error::Truncated)?;
    let mut lexer = crate::lexer::Lexer::new(data, tail_start + at + 9, &Limits::default());
    lexer.skip_space();
    let offset = lexer.unsigned().map_err(|_| Error::Truncated)?;
    lexer.skip_space();
    if !data[lexer.pos..].starts_with(b"%%EOF") {
        return Err(Error::Truncated);
    }
    usize::try_from(offset).map_err(|_| Error::BrokenXref {
        offset: tail_start + at,
        why: "startxref is no offset",
    })
}
