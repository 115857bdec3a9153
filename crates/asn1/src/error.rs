//! What can be wrong with bytes.

use crate::Tag;

/// Where and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// Offset in the bytes given to the outermost reader.
    pub offset: usize,
    /// The fact.
    pub kind: Kind,
}

/// The fact that made the reader stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The bytes end inside a tag, a length or a value.
    Truncated,
    /// A tag number in long form that is not minimal or larger than 2^28.
    BadTag,
    /// A length that is reserved, too large, or (DER) not minimal.
    BadLength,
    /// An indefinite length where DER is demanded, or on a primitive value.
    Indefinite,
    /// Nested deeper than the limit.
    TooDeep,
    /// Larger than the limit.
    TooLarge,
    /// Another element was expected here; `found` is `None` at the end.
    Unexpected {
        /// What should stand here.
        expected: Tag,
        /// What stands here.
        found: Option<Tag>,
    },
    /// Something follows where the end was expected.
    Trailing,
    /// A BOOLEAN that is not one octet (DER: 00 or FF).
    BadBoolean,
    /// An INTEGER that is empty, not minimal, negative where it must not be, or too large for its use.
    BadInteger,
    /// An OBJECT IDENTIFIER that is empty, not minimal or longer than 39 octets.
    BadOid,
    /// A NULL with content.
    BadNull,
    /// A BIT STRING with wrong count of unused bits, or unused bits that are set.
    BadBitString,
    /// A time that is no date, or not in the form DER demands.
    BadTime,
    /// A character that the string type does not have.
    BadString,
    /// A constructed string whose parts are not of its type.
    BadSegments,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at offset {}: ", self.offset)?;
        match self.kind {
            Kind::Truncated => f.write_str("the bytes end too early"),
            Kind::BadTag => f.write_str("malformed tag"),
            Kind::BadLength => f.write_str("malformed length"),
            Kind::Indefinite => f.write_str("indefinite length not allowed here"),
            Kind::TooDeep => f.write_str("nested too deeply"),
            Kind::TooLarge => f.write_str("too large"),
            Kind::Unexpected {
                expected,
                found: Some(found),
            } => write!(f, "expected {expected}, found {found}"),
            Kind::Unexpected { expected, found: None } => write!(f, "expected {expected}, found the end"),
            Kind::Trailing => f.write_str("trailing bytes"),
            Kind::BadBoolean => f.write_str("malformed BOOLEAN"),
            Kind::BadInteger => f.write_str("malformed INTEGER"),
            Kind::BadOid => f.write_str("malformed OBJECT IDENTIFIER"),
            Kind::BadNull => f.write_str("malformed NULL"),
            Kind::BadBitString => f.write_str("malformed BIT STRING"),
            Kind::BadTime => f.write_str("malformed time"),
            Kind::BadString => f.write_str("a character outside the string type"),
            Kind::BadSegments => f.write_str("malformed constructed string"),
        }
    }
}
impl std::error::Error for Error {}
