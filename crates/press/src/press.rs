//! The printer.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use papers::{Mark, NotPrinted, Paper, Printer};
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst::layout::{Frame, FrameItem};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::fonts::{self, Face};
use crate::world::Desk;

/// Prints with the fonts of this machine; one press serves all threads.
pub struct Press {
    place: Place,
    shelf: Mutex<Shelf>,
}

/// Where fonts are.
enum Place {
    Folders(Vec<PathBuf>),
    Machine(Option<PathBuf>),
}

/// The fonts at hand.
#[derive(Default)]
struct Shelf {
    /// What was found; kept once something was. Fonts that are installed later are found at the next paper.
    faces: Vec<Face>,
    /// Opened for printing.
    open: Option<Arc<FontStore>>,
    /// Since the last [`Printer::rest`].
    was_used: bool,
}

/// Whether a print is to keep the rules of archives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// PDF/A-2u, tagged.
    Archive,
    /// Plain and small: it becomes part of another file.
    Part,
}

impl Press {
    /// A press with the fonts below these folders.
    #[must_use]
    pub fn new(places: Vec<PathBuf>) -> Self {
        Self {
            place: Place::Folders(places),
            shelf: Mutex::default(),
        }
    }

    /// A press with the fonts of the configured folder (as `dpkg-deb -x` fills it, or plain) and of Debian's packages.
    #[must_use]
    pub fn on_this_machine(configured: Option<&Path>) -> Self {
        Self {
            place: Place::Machine(configured.map(Path::to_path_buf)),
            shelf: Mutex::default(),
        }
    }

    /// The families found, of those papers ask for.
    #[must_use]
    pub fn families(&self) -> Vec<String> {
        let mut families: Vec<String> = self.found().faces.iter().map(|face| face.family().to_owned()).collect();
        families.sort();
        families.dedup();
        families
    }

    /// The shelf, after looking for fonts if there are none on it.
    fn found(&self) -> MutexGuard<'_, Shelf> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.faces.is_empty() {
            shelf.faces = match &self.place {
                Place::Folders(folders) => fonts::scan(folders),
                Place::Machine(configured) => fonts::scan(&fonts::places(configured.as_deref())),
            };
        }
        shelf
    }

    fn fonts(&self) -> Result<Arc<FontStore>, NotPrinted> {
        let mut shelf = self.found();
        if shelf.faces.is_empty() {
            return Err(NotPrinted::NoFonts);
        }
        shelf.was_used = true;
        let Shelf { faces, open, .. } = &mut *shelf;
        Ok(open.get_or_insert_with(|| Arc::new(fonts::store(faces))).clone())
    }

    fn run(&self, template: &str, data: &serde_json::Value, form: Form) -> Result<Vec<u8>, NotPrinted> {
        let fonts = self.fonts()?;
        let desk = Desk::new(&fonts, template, data);
        let printed = set(&desk, form);
        drop(desk);
        // Everything, also what other papers in the making would use again: a letter's PIN must not stay in memory.
        comemo::evict(0);
        let mut pdf = printed?;
        if !pdf.ends_with(b"\n") {
            pdf.push(b'\n');
        }
        Ok(pdf)
    }
}

fn set(desk: &Desk<'_>, form: Form) -> Result<Vec<u8>, NotPrinted> {
    let document: PagedDocument = typst::compile(desk).output.map_err(|errors| fault(&errors))?;
    // The rules of archives forbid a letter that no font has; a part has no such rules, and would show an empty box.
    if form == Form::Part
        && let Some(letter) = document.pages().iter().find_map(|page| lacking(&page.frame))
    {
        return Err(NotPrinted::NoGlyph(letter));
    }
    let standards = match form {
        Form::Archive => PdfStandards::new(&[PdfStandard::A_2u]).expect("a standard alone agrees with itself"),
        Form::Part => PdfStandards::default(),
    };
    let options = PdfOptions {
        creator: Smart::Custom(Some("CECTRUST".to_owned())),
        standards,
        tagged: form == Form::Archive,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| fault(&errors))
}

/// The first letter that is set with no glyph of any font.
fn lacking(frame: &Frame) -> Option<char> {
    frame.items().find_map(|(_, item)| match item {
        FrameItem::Group(group) => lacking(&group.frame),
        FrameItem::Text(text) => text
            .glyphs
            .iter()
            .filter(|glyph| glyph.id == 0)
            .find_map(|glyph| text.text.get(glyph.range())?.chars().find(|letter| !letter.is_whitespace())),
        _ => None,
    })
}

/// A missing letter is the reader's business, anything else ours.
fn fault(errors: &[SourceDiagnostic]) -> NotPrinted {
    for error in errors {
        let words = error.message.as_str();
        if words.contains("could not be displayed with") {
            let text = words.split("the text `\"").nth(1).unwrap_or_default();
            let letter = text.chars().find(|letter| !letter.is_ascii());
            return NotPrinted::NoGlyph(letter.or_else(|| text.chars().next()).unwrap_or('\u{FFFD}'));
        }
    }
    let words: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    tracing::error!(why = words.join("; "), "a paper's template is broken");
    NotPrinted::Template(words.join("; "))
}

impl Printer for Press {
    fn ready(&self) -> Result<(), NotPrinted> {
        if self.found().faces.is_empty() {
            Err(NotPrinted::NoFonts)
        } else {
            Ok(())
        }
    }

    fn rest(&self) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if !shelf.was_used {
            shelf.open = None;
        }
        shelf.was_used = false;
    }

    fn print(&self, paper: &Paper) -> Result<Vec<u8>, NotPrinted> {
        self.run(paper.kind.template(), &paper.data(), Form::Archive)
    }

    fn mark(&self, mark: &Mark) -> Result<Vec<u8>, NotPrinted> {
        self.run(Mark::template(), &mark.data(), Form::Part)
    }
}
