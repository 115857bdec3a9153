//! The printer.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use papers::{Mark, NotPrinted, Paper, Printer};
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::fonts;
use crate::world::Desk;

/// Prints with the fonts of this machine. Fonts are looked for at the first paper, not before; one press serves all threads.
pub struct Press {
    places: Vec<PathBuf>,
    fonts: OnceLock<FontStore>,
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
    pub const fn new(places: Vec<PathBuf>) -> Self {
        Self {
            places,
            fonts: OnceLock::new(),
        }
    }

    /// A press with the fonts of the configured folder (as `dpkg-deb -x` fills it, or plain) and of Debian's packages.
    #[must_use]
    pub fn on_this_machine(configured: Option<&Path>) -> Self {
        Self::new(fonts::places(configured))
    }

    /// The families found, of those papers ask for.
    #[must_use]
    pub fn families(&self) -> Vec<String> {
        self.fonts().book().families().map(|(name, _)| name.to_owned()).collect()
    }

    /// Whether papers can be printed at all.
    ///
    /// # Errors
    /// [`NotPrinted::NoFonts`].
    pub fn ready(&self) -> Result<(), NotPrinted> {
        match self.fonts().book().families().next() {
            Some(_) => Ok(()),
            None => Err(NotPrinted::NoFonts),
        }
    }

    fn fonts(&self) -> &FontStore {
        self.fonts.get_or_init(|| fonts::scan(&self.places))
    }

    fn run(&self, template: &str, data: &serde_json::Value, form: Form) -> Result<Vec<u8>, NotPrinted> {
        self.ready()?;
        let desk = Desk::new(self.fonts(), template, data);
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
    fn print(&self, paper: &Paper) -> Result<Vec<u8>, NotPrinted> {
        self.run(paper.kind.template(), &paper.data(), Form::Archive)
    }

    fn mark(&self, mark: &Mark) -> Result<Vec<u8>, NotPrinted> {
        self.run(Mark::template(), &mark.data(), Form::Part)
    }
}
