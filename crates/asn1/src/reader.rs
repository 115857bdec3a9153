//! Walking over elements.

use crate::{BitString, Class, Error, Kind, Oid, Tag, Tlv};
use std::borrow::Cow;

/// Which encoding rules the framing must keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Definite minimal lengths, primitive strings, strict values.
    Der,
    /// Also indefinite and long-form lengths, constructed strings, lenient booleans and times.
    Ber,
}

/// How much a reader is willing to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Deepest nesting.
    pub depth: u8,
    /// Largest input.
    pub size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 48, size: 1 << 30 }
    }
}

/// Reads elements one after the other; borrows everything.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub(crate) rest: &'a [u8],
    pub(crate) offset: usize,
    pub(crate) mode: Mode,
    pub(crate) depth: u8,
}

struct Header {
    tag: Tag,
    /// Octets of tag and length.
    size: usize,
    /// `None`: indefinite.
    length: Option<usize>,
}

impl<'a> Reader<'a> {
    /// Reads DER.
    #[must_use]
    pub fn der(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            offset: 0,
            mode: Mode::Der,
            depth: Limits::default().depth,
        }
    }
    /// Reads BER.
    #[must_use]
    pub fn ber(bytes: &'a [u8]) -> Self {
        Self {
            mode: Mode::Ber,
            ..Self::der(bytes)
        }
    }
    /// Reads within `limits`.
    ///
    /// # Errors
    /// If the input is larger than the limit.
    pub const fn limited(bytes: &'a [u8], mode: Mode, limits: Limits) -> Result<Self, Error> {
        if bytes.len() > limits.size {
            return Err(Error {
                offset: 0,
                kind: Kind::TooLarge,
            });
        }
        Ok(Self {
            rest: bytes,
            offset: 0,
            mode,
            depth: limits.depth,
        })
    }
    /// Exactly one element, nothing after it.
    ///
    /// # Errors
    /// Malformed or trailing bytes.
    pub fn one(bytes: &'a [u8], mode: Mode) -> Result<Tlv<'a>, Error> {
        let mut reader = Self { mode, ..Self::der(bytes) };
        let tlv = reader.any()?;
        reader.finish()?;
        Ok(tlv)
    }

    /// Encoding rules of this reader.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }
    /// Offset of the next element in the outermost bytes.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }
    /// What is left.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
    /// Whether nothing is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
    /// The error of this place.
    #[must_use]
    pub const fn fail(&self, kind: Kind) -> Error {
        Error { offset: self.offset, kind }
    }
    /// Demands the end.
    ///
    /// # Errors
    /// If something is left.
    pub const fn finish(&self) -> Result<(), Error> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.fail(Kind::Trailing))
        }
    }

    /// Tag of the next element; `None` at the end or if it is malformed.
    #[must_use]
    pub fn peek(&self) -> Option<Tag> {
        self.header(0).ok().map(|header| header.tag)
    }
    /// Whether the next element has `tag` (in BER the form of a string may differ).
    #[must_use]
    pub fn next_is(&self, tag: Tag) -> bool {
        self.peek().is_some_and(|found| self.matches(tag, found))
    }

    fn matches(&self, expected: Tag, found: Tag) -> bool {
        found == expected || (self.mode == Mode::Ber && !expected.constructed && found.same_type(expected))
    }

    fn header(&self, at: usize) -> Result<Header, Error> {
        let bytes = &self.rest[at..];
        let fail = |kind| Error {
            offset: self.offset + at,
            kind,
        };
        let first = *bytes.first().ok_or(fail(Kind::Truncated))?;
        let class = match first >> 6 {
            0 => Class::Universal,
            1 => Class::Application,
            2 => Class::Context,
            _ => Class::Private,
        };
        let mut size = 1;
        let mut number = u32::from(first & 0x1f);
        if number == 0x1f {
            number = 0;
            loop {
                let byte = *bytes.get(size).ok_or(fail(Kind::Truncated))?;
                size += 1;
                if (size == 2 && byte == 0x80) || size > 5 {
                    return Err(fail(Kind::BadTag));
                }
                number = (number << 7) | u32::from(byte & 0x7f);
                if byte & 0x80 == 0 {
                    break;
                }
            }
            if number < 0x1f {
                return Err(fail(Kind::BadTag));
            }
        }
        let tag = Tag {
            class,
            constructed: first & 0x20 != 0,
            number,
        };
        let byte = *bytes.get(size).ok_or(fail(Kind::Truncated))?;
        size += 1;
        let length = match byte {
            0..=0x7f => Some(usize::from(byte)),
            0x80 if self.mode == Mode::Ber && tag.constructed => None,
            0x80 => return Err(fail(Kind::Indefinite)),
            0xff => return Err(fail(Kind::BadLength)),
            _ => {
                let count = usize::from(byte & 0x7f);
                let octets = bytes.get(size..size + count).ok_or(fail(Kind::Truncated))?;
                size += count;
                let significant = &octets[octets.iter().take_while(|octet| **octet == 0).count()..];
                if significant.len() > 4 {
                    return Err(fail(Kind::BadLength));
                }
                let length = significant.iter().fold(0usize, |sum, octet| (sum << 8) | usize::from(*octet));
                if self.mode == Mode::Der && (significant.len() != count || length < 0x80) {
                    return Err(fail(Kind::BadLength));
                }
                Some(length)
            }
        };
        Ok(Header { tag, size, length })
    }

    /// End of the content of an indefinite-length element whose content starts at `start`.
    fn indefinite_end(&self, start: usize) -> Result<usize, Error> {
        let mut at = start;
        let mut open = 1usize;
        loop {
            if self.rest[at..].starts_with(&[0, 0]) {
                open -= 1;
                if open == 0 {
                    return Ok(at);
                }
                at += 2;
                continue;
            }
            let header = self.header(at)?;
            at += header.size;
            match header.length {
                None => {
                    open += 1;
                    if open > usize::from(self.depth) {
                        return Err(Error {
                            offset: self.offset + at,
                            kind: Kind::TooDeep,
                        });
                    }
                }
                Some(length) => {
                    at = at.checked_add(length).filter(|end| *end <= self.rest.len()).ok_or(Error {
                        offset: self.offset + at,
                        kind: Kind::Truncated,
                    })?;
                }
            }
        }
    }

    /// The next element, whatever it is.
    ///
    /// # Errors
    /// Malformed bytes, or the end.
    pub fn any(&mut self) -> Result<Tlv<'a>, Error> {
        let header = self.header(0)?;
        let (value_end, end) = match header.length {
            Some(length) => {
                let end = header
                    .size
                    .checked_add(length)
                    .filter(|end| *end <= self.rest.len())
                    .ok_or(self.fail(Kind::Truncated))?;
                (end, end)
            }
            None => {
                let end = self.indefinite_end(header.size)?;
                (end, end + 2)
            }
        };
        let tlv = Tlv {
            tag: header.tag,
            raw: &self.rest[..end],
            value: &self.rest[header.size..value_end],
            offset: self.offset,
            mode: self.mode,
            depth: self.depth,
        };
        self.rest = &self.rest[end..];
        self.offset += end;
        Ok(tlv)
    }

    /// The next element, which must have `tag`.
    ///
    /// # Errors
    /// Another tag, malformed bytes, or the end.
    pub fn expect(&mut self, tag: Tag) -> Result<Tlv<'a>, Error> {
        if self.rest.is_empty() {
            return Err(self.fail(Kind::Unexpected {
                expected: tag,
                found: None,
            }));
        }
        let before = *self;
        let tlv = self.any()?;
        if self.matches(tag, tlv.tag) {
            return Ok(tlv);
        }
        *self = before;
        Err(self.fail(Kind::Unexpected {
            expected: tag,
            found: Some(tlv.tag),
        }))
    }

    /// The next element if it has `tag`.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Tlv<'a>>, Error> {
        if self.is_empty() || !self.matches(tag, self.header(0)?.tag) {
            Ok(None)
        } else {
            self.any().map(Some)
        }
    }

    /// Enters a SEQUENCE.
    ///
    /// # Errors
    /// Another tag or malformed bytes.
    pub fn sequence(&mut self) -> Result<Self, Error> {
        self.expect(Tag::SEQUENCE)?.reader()
    }
    /// Enters a SET.
    ///
    /// # Errors
    /// Another tag or malformed bytes.
    pub fn set(&mut self) -> Result<Self, Error> {
        self.expect(Tag::SET)?.reader()
    }
    /// Enters `[n]` EXPLICIT (or IMPLICIT over a SEQUENCE or SET).
    ///
    /// # Errors
    /// Another tag or malformed bytes.
    pub fn explicit(&mut self, number: u32) -> Result<Self, Error> {
        self.expect(Tag::context_constructed(number))?.reader()
    }
    /// Enters `[n]` if it is next.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn optional_explicit(&mut self, number: u32) -> Result<Option<Self>, Error> {
        self.optional(Tag::context_constructed(number))?.map(|tlv| tlv.reader()).transpose()
    }
    /// OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// Another tag or malformed bytes.
    pub fn oid(&mut self) -> Result<Oid, Error> {
        self.expect(Tag::OID)?.oid()
    }
    /// INTEGER: its content octets (two's complement, minimal in DER).
    ///
    /// # Errors
    /// Another tag or malformed bytes.
    pub fn integer(&mut self) -> Result<&'a [u8], Error> {
        self.expect(Tag::INTEGER)?.integer()
    }
    /// INTEGER ≥ 0 without its leading zero octet.
    ///
    /// # Errors
    /// Another tag, a negative number, or malformed bytes.
    pub fn unsigned(&mut self) -> Result<&'a [u8], Error> {
        self.expect(Tag::INTEGER)?.unsigned()
    }
    /// INTEGER that fits.
    ///
    /// # Errors
    /// Another tag, a negative or too large number, or malformed bytes.
    pub fn u64(&mut self) -> Result<u64, Error> {
        self.expect(Tag::INTEGER)?.u64()
    }
    /// ENUMERATED that fits.
    ///
    /// # Errors
    /// Another tag or malformed bytes.
    pub fn enumerated(&mut self) -> Result<u64, Error> {
        self.expect(Tag::ENUMERATED)?.u64()
    }
    /// BOOLEAN.
    ///
    /// # Errors
    /// Another tag or malformed bytes.
    pub fn boolean(&mut self) -> Result<bool, Error> {
        self.expect(Tag::BOOLEAN)?.boolean()
    }
    /// BOOLEAN DEFAULT FALSE (some encoders write the default; it is tolerated).
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn default_false(&mut self) -> Result<bool, Error> {
        Ok(self.optional(Tag::BOOLEAN)?.map(|tlv| tlv.boolean()).transpose()?.unwrap_or(false))
    }
    /// NULL.
    ///
    /// # Errors
    /// Another tag or content.
    pub fn null(&mut self) -> Result<(), Error> {
        self.expect(Tag::NULL)?.null()
    }
    /// OCTET STRING; borrowed unless it is constructed (BER).
    ///
    /// # Errors
    /// Another tag or malformed bytes.
    pub fn octet_string(&mut self) -> Result<Cow<'a, [u8]>, Error> {
        self.expect(Tag::OCTET_STRING)?.octets()
    }
    /// BIT STRING.
    ///
    /// # Errors
    /// Another tag or malformed bytes.
    pub fn bit_string(&mut self) -> Result<BitString<'a>, Error> {
        self.expect(Tag::BIT_STRING)?.bits()
    }
    /// UTCTime or GeneralizedTime.
    ///
    /// # Errors
    /// Another tag or a malformed time.
    pub fn time(&mut self) -> Result<foundation::Instant, Error> {
        let tlv = self.any()?;
        tlv.time()
    }
    /// GeneralizedTime.
    ///
    /// # Errors
    /// Another tag or a malformed time.
    pub fn generalized_time(&mut self) -> Result<foundation::Instant, Error> {
        self.expect(Tag::GENERALIZED_TIME)?.time()
    }
}
