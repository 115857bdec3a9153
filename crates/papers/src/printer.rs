//! The port behind which papers become PDF.

use crate::{Mark, Paper};

/// The Debian packages whose fonts make every paper complete: 明朝, ゴシック, and rare letters of names (𠮷 is in none of the first two).
pub const FONT_PACKAGES: [&str; 4] = [
    "fonts-morisawa-bizud-mincho",
    "fonts-morisawa-bizud-gothic",
    "fonts-ipamj-mincho",
    "fonts-noto-cjk",
];

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
            Self::NotBuiltIn => "この実行ファイルには印刷の機能が入っていません。".to_owned(),
            Self::NoFonts => "フォントがありません。書面は、フォントが入るまでお待ちいただきます。何も失われていません。".to_owned(),
            Self::NoGlyph(letter) => format!("「{letter}」を印字できるフォントがありません。何も失われていません。"),
            Self::Template(_) => "書面を作成できませんでした。入力された内容は失われていません。".to_owned(),
        }
    }
    /// What to do now.
    #[must_use]
    pub fn next(&self) -> String {
        match self {
            Self::NotBuiltIn => "運営者に、印刷の機能（press）を入れた実行ファイルを使うよう伝えてください。".to_owned(),
            Self::NoFonts | Self::NoGlyph(_) => {
                format!(
                    "運営者がサーバーで sudo apt-get install -y {} を行ってください。",
                    FONT_PACKAGES.join(" ")
                )
            }
            Self::Template(_) => "運営者にお問い合わせください。".to_owned(),
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

/// Makes a PDF of a paper. Printing takes CPU: callers do it in the pool for such work.
pub trait Printer: Send + Sync {
    /// Whether papers can be printed here, asked before anything is promised. May look for fonts.
    ///
    /// # Errors
    /// [`NotPrinted::NotBuiltIn`], [`NotPrinted::NoFonts`].
    fn ready(&self) -> Result<(), NotPrinted> {
        Ok(())
    }

    /// Called from time to time: what is held for speed and was not used since the last call may go.
    fn rest(&self) {}

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
    fn ready(&self) -> Result<(), NotPrinted> {
        Err(NotPrinted::NotBuiltIn)
    }
    fn print(&self, _: &Paper) -> Result<Vec<u8>, NotPrinted> {
        Err(NotPrinted::NotBuiltIn)
    }
}
