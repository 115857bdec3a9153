//! The port behind which papers become PDF.

use crate::{Mark, Paper};

/// Why a paper could not be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPrinted {
    /// No printer is built into this program yet.
    NotBuiltIn,
    /// Fonts are missing on this machine.
    NoFonts,
    /// A letter that no font has.
    NoGlyph(char),
    /// The template and its data do not fit together: a fault of the program, in its own words.
    Template(String),
}

impl NotPrinted {
    /// The stable code of the problem document.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotBuiltIn => "printer_not_built_in",
            Self::NoFonts => "fonts_missing",
            Self::NoGlyph(_) => "glyph_missing",
            Self::Template(_) => "template_broken",
        }
    }
    /// What a person reads.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::NotBuiltIn => "書面のPDFは、まだ作成できません（本文はテキストで取得できます）。".to_owned(),
            Self::NoFonts => "フォントがありません。".to_owned(),
            Self::NoGlyph(letter) => format!("「{letter}」を印字できるフォントがありません。"),
            Self::Template(_) => "書面を作成できませんでした。入力された内容は失われていません。運営者にお問い合わせください。".to_owned(),
        }
    }
}

impl std::fmt::Display for NotPrinted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Template(why) => write!(f, "{}: {why}", self.code()),
            _ => f.write_str(self.code()),
        }
    }
}
impl std::error::Error for NotPrinted {}

/// Makes a PDF of a paper.
pub trait Printer: Send + Sync {
    /// The PDF.
    ///
    /// # Errors
    /// See [`NotPrinted`].
    fn print(&self, paper: &Paper) -> Result<Vec<u8>, NotPrinted>;

    /// The mark as a PDF of one page, 62 × 22 mm, to be laid into a signature's widget.
    ///
    /// # Errors
    /// See [`NotPrinted`].
    fn mark(&self, mark: &Mark) -> Result<Vec<u8>, NotPrinted> {
        let _ = mark;
        Err(NotPrinted::NotBuiltIn)
    }
}

/// The printer of a program without one.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPrinter;

impl Printer for NoPrinter {
    fn print(&self, _: &Paper) -> Result<Vec<u8>, NotPrinted> {
        Err(NotPrinted::NotBuiltIn)
    }
}
