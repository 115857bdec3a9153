//! Why there is no picture.

/// Why a file is not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOpened {
    /// Not a PDF, or damaged; in the words of the reader.
    Damaged(String),
    /// A password is needed, or the file is encrypted.
    Encrypted,
    /// It has no page.
    NoPages,
    /// It has more pages than are shown.
    TooManyPages {
        /// How many it has.
        pages: usize,
        /// How many are shown at most.
        most: usize,
    },
    /// It would unpack to more than a file of its size should.
    TooMuch,
    /// The reader failed on it.
    Failed,
    /// Too many files are in work that do not come to an end.
    Busy,
}

impl NotOpened {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Damaged(_) => "pdf_damaged",
            Self::Encrypted => "pdf_encrypted",
            Self::NoPages => "pdf_without_pages",
            Self::TooManyPages { .. } => "pdf_too_many_pages",
            Self::TooMuch => "pdf_unpacks_to_too_much",
            Self::Failed => "pdf_not_readable",
            Self::Busy => "pictures_busy",
        }
    }
    /// What a person reads.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Damaged(_) => "PDFが壊れているか、PDFではありません。".to_owned(),
            Self::Encrypted => "パスワードなどで保護されたPDFです。保護を外したPDFを使ってください。".to_owned(),
            Self::NoPages => "ページが一枚もないPDFです。".to_owned(),
            Self::TooManyPages { pages, most } => format!("ページが多すぎます（{pages}ページ。表示できるのは{most}ページまでです）。"),
            Self::TooMuch => "このPDFは、展開すると大きくなりすぎるため表示できません。".to_owned(),
            Self::Failed => "このPDFを読み取れませんでした。ファイルは失われていません。".to_owned(),
            Self::Busy => BUSY.to_owned(),
        }
    }
}

/// Why a page is not drawn or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotDrawn {
    /// There is no such page (or tile).
    NoSuchPage,
    /// The picture would have too many pixels: ask for tiles.
    TooLarge,
    /// The page asks for more work than a page should.
    TooMuch,
    /// It took too long.
    TooSlow,
    /// The renderer failed on it.
    Failed,
    /// Too many pages are in work that do not come to an end.
    Busy,
}

const BUSY: &str = "いま表示が混み合っています。しばらくしてからもう一度お試しください。";

impl NotDrawn {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoSuchPage => "no_such_page",
            Self::TooLarge => "picture_too_large",
            Self::TooMuch => "page_too_complex",
            Self::TooSlow => "page_too_slow",
            Self::Failed => "page_not_drawable",
            Self::Busy => "pictures_busy",
        }
    }
    /// What a person reads.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NoSuchPage => "そのページはありません。",
            Self::TooLarge => "この倍率では一度に表示できません。部分ごとに表示します。",
            Self::TooMuch => "このページは複雑すぎるため表示できません。ファイルをダウンロードしてお読みください。",
            Self::TooSlow => "このページの表示に時間がかかりすぎたため中止しました。ファイルをダウンロードしてお読みください。",
            Self::Failed => "このページを表示できませんでした。ファイルは失われていません。ダウンロードしてお読みください。",
            Self::Busy => BUSY,
        }
    }
}

impl std::fmt::Display for NotOpened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Damaged(why) => write!(f, "{}: {why}", self.code()),
            _ => f.write_str(self.code()),
        }
    }
}
impl std::error::Error for NotOpened {}

impl std::fmt::Display for NotDrawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}
impl std::error::Error for NotDrawn {}
