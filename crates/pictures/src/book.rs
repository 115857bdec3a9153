//! One file.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};

use crate::finding::{Fact, Finding};
use crate::guard::{Trouble, guarded};
use crate::letters::Shape;
use crate::line::Text;
use crate::survey::{survey, survey_shapes};
use crate::{Limits, NotDrawn, NotOpened, Substitutes, group, unseen, weigh};

/// Pages surveyed between two openings of the file: the reader keeps what it unpacked, so it is put away now and then.
const AT_ONCE: usize = 64;

/// Width and height of a page in points, turned as it is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageSize {
    /// From left to right.
    pub width: f32,
    /// From top to bottom.
    pub height: f32,
}

/// The bytes of a file, shared by the threads that draw.
#[derive(Clone)]
pub(crate) struct Shared(Arc<dyn AsRef<[u8]> + Send + Sync>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

/// The file as the renderer has opened it, and how often it was used.
type Opened = (Arc<Pdf>, usize);

/// A file whose pages can be shown. Cheap to clone.
#[derive(Clone)]
pub struct Book {
    bytes: Shared,
    sizes: Arc<[PageSize]>,
    harmless: Arc<[AtomicBool]>,
    /// The file as the renderer has opened it, and how often it was used: it keeps what it unpacked, so it is put away now and then.
    opened: Arc<Mutex<Option<Opened>>>,
    /// Letters and glyphs that are what they are called.
    true_letters: Arc<Mutex<HashSet<(char, u128)>>>,
    pub(crate) substitutes: Substitutes,
    pub(crate) limits: Limits,
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Book of {} pages", self.sizes.len())
    }
}

impl Book {
    /// Opens a file; the bytes are shared, not copied.
    ///
    /// # Errors
    /// See [`NotOpened`].
    pub fn open<B: AsRef<[u8]> + Send + Sync + 'static>(bytes: Arc<B>, substitutes: &Substitutes) -> Result<Self, NotOpened> {
        Self::open_within(bytes, substitutes, Limits::default())
    }

    /// Opens a file with other bounds.
    ///
    /// # Errors
    /// See [`NotOpened`].
    pub fn open_within<B: AsRef<[u8]> + Send + Sync + 'static>(
        bytes: Arc<B>,
        substitutes: &Substitutes,
        limits: Limits,
    ) -> Result<Self, NotOpened> {
        let bytes = Shared(bytes);
        let theirs = bytes.clone();
        let sizes = guarded(limits.time, move || {
            weigh::weigh(theirs.as_ref(), limits.unpacked)?;
            measure(theirs, &limits)
        });
        let sizes = sizes.map_err(|trouble| match trouble {
            Trouble::TooMuch => NotOpened::TooMuch,
            Trouble::Busy => NotOpened::Busy,
            Trouble::Panicked | Trouble::TooSlow => NotOpened::Failed,
        })??;
        Ok(Self {
            bytes,
            harmless: sizes.iter().map(|_| AtomicBool::new(false)).collect(),
            opened: Arc::default(),
            true_letters: Arc::default(),
            sizes: sizes.into(),
            substitutes: substitutes.clone(),
            limits,
        })
    }

    /// How many pages it has.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.sizes.len()
    }

    /// The sizes of all pages.
    #[must_use]
    pub fn sizes(&self) -> &[PageSize] {
        &self.sizes
    }

    /// The size of page `page`, from 0.
    ///
    /// # Errors
    /// [`NotDrawn::NoSuchPage`].
    pub fn size(&self, page: usize) -> Result<PageSize, NotDrawn> {
        self.sizes.get(page).copied().ok_or(NotDrawn::NoSuchPage)
    }

    /// The text of page `page`, line by line as the file writes it, with places.
    ///
    /// # Errors
    /// See [`NotDrawn`].
    pub fn text(&self, page: usize) -> Result<Text, NotDrawn> {
        self.size(page)?;
        let book = self.clone();
        self.guarded(move || book.with_page(page, |_, page| survey(page, &book).text()))?
    }

    /// The texts of some pages, in one go; a page that cannot be read has no lines.
    ///
    /// # Errors
    /// See [`NotDrawn`].
    pub fn texts(&self, pages: std::ops::Range<usize>) -> Result<Vec<Text>, NotDrawn> {
        self.in_parts(pages, |book, _, page| survey(page, book).text())
    }

    /// What a reader must know about these pages. A page that fails is a finding itself.
    #[must_use]
    pub fn findings(&self, pages: std::ops::Range<usize>) -> Vec<Finding> {
        let pages = pages.start.min(self.pages())..pages.end.min(self.pages());
        let alone = |page: usize| match self.findings_of(page..page + 1) {
            Ok(findings) => findings,
            Err(why) => vec![Finding {
                page,
                fact: Fact::PageNotDrawn(why),
            }],
        };
        self.findings_of(pages.clone()).unwrap_or_else(|_| pages.flat_map(alone).collect())
    }

    fn findings_of(&self, pages: std::ops::Range<usize>) -> Result<Vec<Finding>, NotDrawn> {
        let of_pages = self.in_parts(pages, look)?;
        Ok(of_pages.into_iter().flatten().collect())
    }

    /// Does `each` for every page, some at a time.
    fn in_parts<T: Send + 'static>(
        &self,
        pages: std::ops::Range<usize>,
        each: fn(&Self, usize, &Page<'_>) -> T,
    ) -> Result<Vec<T>, NotDrawn> {
        let end = pages.end.min(self.pages());
        let mut all = Vec::new();
        let mut from = pages.start;
        while from < end {
            let part = from..(from + AT_ONCE).min(end);
            from = part.end;
            let book = self.clone();
            let work = move || {
                let Some(pdf) = book.reopened() else {
                    return Err(NotDrawn::Failed);
                };
                let of = |number| {
                    pdf.pages()
                        .get(number)
                        .map(|page| each(&book, number, page))
                        .ok_or(NotDrawn::NoSuchPage)
                };
                part.map(of).collect::<Result<Vec<T>, NotDrawn>>()
            };
            all.extend(self.guarded(work)??);
        }
        Ok(all)
    }

    /// Whether the page was surveyed and asks for no more than it may.
    pub(crate) fn is_harmless(&self, page: usize) -> bool {
        self.harmless.get(page).is_some_and(|harmless| harmless.load(Ordering::Relaxed))
    }

    pub(crate) fn now_harmless(&self, page: usize) {
        if let Some(harmless) = self.harmless.get(page) {
            harmless.store(true, Ordering::Relaxed);
        }
    }

    /// Letters and glyphs of this file that are what they are called.
    pub(crate) fn true_letters(&self) -> HashSet<(char, u128)> {
        self.true_letters.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// This one is what it is called.
    pub(crate) fn now_true(&self, shape: &Shape) {
        let mut known = self.true_letters.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((shape.letter, shape.glyph));
    }

    /// The letters that occur: on this page, and on those before it.
    pub(crate) fn letters_of(&self, shapes: &[Shape]) -> BTreeSet<char> {
        let known = self.true_letters.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .iter()
            .map(|(letter, _)| *letter)
            .chain(shapes.iter().map(|shape| shape.letter))
            .collect()
    }

    /// Runs on a guarded thread.
    pub(crate) fn guarded<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotDrawn> {
        guarded(self.limits.time, work).map_err(|trouble| match trouble {
            Trouble::Panicked => NotDrawn::Failed,
            Trouble::TooMuch => NotDrawn::TooMuch,
            Trouble::TooSlow => NotDrawn::TooSlow,
            Trouble::Busy => NotDrawn::Busy,
        })
    }

    pub(crate) fn with_page<T>(&self, number: usize, work: impl FnOnce(&Pdf, &Page<'_>) -> T) -> Result<T, NotDrawn> {
        let pdf = self.at_hand().ok_or(NotDrawn::Failed)?;
        let page = pdf.pages().get(number).ok_or(NotDrawn::NoSuchPage)?;
        Ok(work(&pdf, page))
    }

    /// Opened before, if it was not used too often since.
    fn at_hand(&self) -> Option<Arc<Pdf>> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((pdf, uses)) = opened.as_mut().filter(|(_, uses)| *uses < AT_ONCE) {
            *uses += 1;
            return Some(pdf.clone());
        }
        drop(opened);
        let pdf = Arc::new(self.reopened()?);
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = Some((pdf.clone(), 1));
        Some(pdf)
    }

    fn reopened(&self) -> Option<Pdf> {
        Pdf::new(Arc::new(self.bytes.clone())).ok()
    }
}

/// What a reader must know about a page: what its survey says, and where its text and its picture differ.
fn look(book: &Book, number: usize, page: &Page<'_>) -> Vec<Finding> {
    let seen = survey_shapes(page, book);
    let mut facts = unseen::facts(book, number, page, &seen);
    if group::has_knockout(page) {
        facts.push(Fact::Knockout);
    }
    let mut findings = seen.findings(number);
    findings.extend(facts.into_iter().map(|fact| Finding { page: number, fact }));
    findings.sort();
    findings
}

fn measure(bytes: Shared, limits: &Limits) -> Result<Vec<PageSize>, NotOpened> {
    let pdf = Pdf::new(Arc::new(bytes)).map_err(|error| match error {
        LoadPdfError::Decryption(_) => NotOpened::Encrypted,
        LoadPdfError::Invalid => NotOpened::Failed,
    })?;
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(NotOpened::NoPages);
    }
    if pages.len() > limits.pages {
        return Err(NotOpened::TooManyPages {
            pages: pages.len(),
            most: limits.pages,
        });
    }
    let size = |page: &Page<'_>| {
        let (width, height) = page.render_dimensions();
        // The longest side a PDF may have, 14400 units, and a little; what is no number is a square.
        let side = |length: f32| if length.is_finite() { length.clamp(1.0, 15_000.0) } else { 1.0 };
        PageSize {
            width: side(width),
            height: side(height),
        }
    };
    Ok(pages.iter().map(size).collect())
}
