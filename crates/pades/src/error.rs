//! Why a PDF could not be signed or extended.

/// Why preparing, completing or extending failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The file cannot be read as a PDF; the words of the reader.
    Pdf(String),
    /// The file is encrypted, hybrid or otherwise of a kind that is never signed here.
    Unsuitable(&'static str),
    /// No signature field of that name.
    NoSuchField(String),
    /// The field holds a signature already.
    AlreadySigned(String),
    /// A field of that name exists already.
    FieldExists(String),
    /// No page of that number (counted from 0).
    NoSuchPage(usize),
    /// The certificate cannot be read, or its key is of a kind not used for signing.
    Certificate(String),
    /// The signature value does not fit the certificate and the prepared bytes.
    SignatureWrong,
    /// The time-stamp token is not over this signature or this file, or cannot be read.
    TimestampWrong(String),
    /// The CMS does not fit the reserved hole: `needed` > `reserved` bytes.
    HoleTooSmall {
        /// Bytes needed.
        needed: usize,
        /// Bytes reserved.
        reserved: usize,
    },
    /// The file is not the one that was prepared (its length or hash differs).
    AnotherFile,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pdf(words) => write!(f, "the PDF cannot be used: {words}"),
            Self::Unsuitable(kind) => write!(f, "a PDF of this kind is not signed: {kind}"),
            Self::NoSuchField(name) => write!(f, "no signature field {name}"),
            Self::AlreadySigned(name) => write!(f, "field {name} is signed already"),
            Self::FieldExists(name) => write!(f, "field {name} exists already"),
            Self::NoSuchPage(page) => write!(f, "no page {page}"),
            Self::Certificate(words) => write!(f, "the certificate cannot be used: {words}"),
            Self::SignatureWrong => f.write_str("the signature value does not verify with the certificate"),
            Self::TimestampWrong(words) => write!(f, "the time-stamp token does not fit: {words}"),
            Self::HoleTooSmall { needed, reserved } => write!(f, "the signature needs {needed} bytes, {reserved} are reserved"),
            Self::AnotherFile => f.write_str("the file is not the one that was prepared"),
        }
    }
}

impl std::error::Error for Error {}
