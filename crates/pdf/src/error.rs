//! Why a file is not read: facts, with the offset where they were met.

use crate::Ref;

/// Why a PDF (or a part of it) cannot be read. Nothing is repaired: what does not parse is named.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The file has no bytes.
    Empty,
    /// The file does not begin with `%PDF-`.
    NotAPdf,
    /// `%PDF-` stands at this offset, not at the very beginning.
    JunkBeforeHeader {
        /// Where the header stands.
        offset: usize,
    },
    /// The end of the file (`startxref`, number, `%%EOF`) is missing: the file was cut off.
    Truncated,
    /// Bytes other than white space follow the last `%%EOF`.
    TrailingBytes {
        /// Where they begin.
        offset: usize,
    },
    /// A cross-reference section does not parse.
    BrokenXref {
        /// Where the section (or its broken part) stands.
        offset: usize,
        /// What is wrong, in a few English words.
        why: &'static str,
    },
    /// The cross-reference sections point at each other in a circle, or forward.
    XrefLoop {
        /// The section met twice.
        offset: usize,
    },
    /// A token or object does not parse.
    Syntax {
        /// Where.
        offset: usize,
        /// What was expected, in a few English words.
        expected: &'static str,
    },
    /// At the place the cross-reference gives there is another object or none.
    Mismatch {
        /// The object asked for.
        object: Ref,
        /// The place.
        offset: usize,
    },
    /// A dictionary names a key twice, so readers may disagree about it.
    DuplicateKey {
        /// Where the second one stands.
        offset: usize,
    },
    /// A reference leads nowhere although the object is needed.
    Missing {
        /// The object.
        object: Ref,
    },
    /// An object is of another type than its place demands.
    WrongType {
        /// The object, if it is an indirect one.
        object: Option<Ref>,
        /// What was expected there.
        expected: &'static str,
    },
    /// References form a circle where a tree is demanded.
    Circle {
        /// The object met twice.
        object: Ref,
    },
    /// The document has no page.
    NoPages,
    /// A stream uses a filter that is not read here.
    UnsupportedFilter {
        /// Its name.
        name: String,
    },
    /// A stream's data do not decode.
    BrokenStream {
        /// What is wrong.
        why: &'static str,
    },
    /// The file asks for more than the limits allow.
    TooMuch {
        /// Of what: `objects`, `depth`, `values`, `inflated bytes`, `revisions`, `comparisons`.
        of: &'static str,
    },
    /// The file is encrypted; nothing can be added to it here.
    Encrypted,
    /// Hybrid cross-references: two readers see two documents.
    Hybrid,
}

impl Error {
    /// A plain Japanese sentence for the person who handed the file in.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Empty => "ファイルが空です（0バイト）。".into(),
            Self::NotAPdf => "PDFファイルではありません。".into(),
            Self::JunkBeforeHeader { .. } => "PDFの先頭に余分なデータがあります。PDFを作り直してください。".into(),
            Self::Truncated => "PDFが途中で切れています。ファイル全体をもう一度アップロードしてください。".into(),
            Self::TrailingBytes { offset } => format!("PDFの終わり（{offset}バイト目）の後に余分なデータがあります。"),
            Self::BrokenXref { offset, .. } | Self::XrefLoop { offset } => {
                format!("PDFの相互参照表が壊れています（{offset}バイト目）。PDFを作り直してください。")
            }
            Self::Syntax { offset, .. } | Self::DuplicateKey { offset } => {
                format!("PDFの内部構造が壊れています（{offset}バイト目）。PDFを作り直してください。")
            }
            Self::Mismatch { object, .. } | Self::Missing { object } | Self::Circle { object } => {
                format!(
                    "PDFの内部構造が壊れています（オブジェクト {}）。PDFを作り直してください。",
                    object.number
                )
            }
            Self::WrongType { object: Some(object), .. } => {
                format!(
                    "PDFの内部構造が壊れています（オブジェクト {}）。PDFを作り直してください。",
                    object.number
                )
            }
            Self::WrongType { object: None, .. } | Self::BrokenStream { .. } => {
                "PDFの内部構造が壊れています。PDFを作り直してください。".into()
            }
            Self::NoPages => "PDFにページがありません。".into(),
            Self::UnsupportedFilter { name } => format!("PDFの内部で対応していない圧縮形式（{name}）が使われています。"),
            Self::TooMuch { of } => format!("PDFの内部構造が大きすぎるため読み取れません（{of}）。"),
            Self::Encrypted => "PDFが暗号化されています（パスワードまたは権限の制限）。制限を外して保存し直してください。".into(),
            Self::Hybrid => "二重の相互参照を持つPDF（ハイブリッド形式）は、見る人によって内容が変わり得るため使えません。".into(),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => write!(f, "the file is empty"),
            Self::NotAPdf => write!(f, "not a PDF: no %PDF- at the beginning"),
            Self::JunkBeforeHeader { offset } => write!(f, "bytes before the header, which stands at {offset}"),
            Self::Truncated => write!(f, "the end of the file is missing (startxref, %%EOF)"),
            Self::TrailingBytes { offset } => write!(f, "bytes after the last %%EOF, from {offset}"),
            Self::BrokenXref { offset, why } => write!(f, "cross-reference section at {offset}: {why}"),
            Self::XrefLoop { offset } => write!(f, "cross-reference sections in a circle at {offset}"),
            Self::Syntax { offset, expected } => write!(f, "at {offset}: expected {expected}"),
            Self::Mismatch { object, offset } => write!(f, "object {object} is not at {offset}"),
            Self::DuplicateKey { offset } => write!(f, "a key is given twice at {offset}"),
            Self::Missing { object } => write!(f, "object {object} does not exist"),
            Self::WrongType {
                object: Some(object),
                expected,
            } => write!(f, "object {object} is no {expected}"),
            Self::WrongType { object: None, expected } => write!(f, "expected a {expected}"),
            Self::Circle { object } => write!(f, "object {object} contains itself"),
            Self::NoPages => write!(f, "the document has no page"),
            Self::UnsupportedFilter { name } => write!(f, "filter {name} is not read here"),
            Self::BrokenStream { why } => write!(f, "stream data: {why}"),
            Self::TooMuch { of } => write!(f, "over the limit of {of}"),
            Self::Encrypted => write!(f, "the file is encrypted"),
            Self::Hybrid => write!(f, "hybrid cross-references"),
        }
    }
}

impl std::error::Error for Error {}
