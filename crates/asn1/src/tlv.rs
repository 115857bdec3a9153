//! One element and what its value means.

use crate::{Class, Error, Kind, Mode, Oid, Reader, Tag, text, time};
use std::borrow::Cow;

/// One element: tag, all its bytes, and its content.
#[derive(Clone, Copy, Debug)]
pub struct Tlv<'a> {
    /// Tag.
    pub tag: Tag,
    /// Tag, length, content (and end-of-contents of an indefinite length).
    pub raw: &'a [u8],
    /// Content.
    pub value: &'a [u8],
    pub(crate) offset: usize,
    pub(crate) mode: Mode,
    pub(crate) depth: u8,
}

/// A BIT STRING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitString<'a> {
    /// Bits of the last octet that do not count.
    pub unused: u8,
    /// The octets.
    pub bytes: &'a [u8],
}

impl BitString<'_> {
    /// Bit `index`, counted as named bits are (0 = most significant bit of the first octet).
    #[must_use]
    pub fn bit(&self, index: usize) -> bool {
        self.bytes.get(index / 8).is_some_and(|byte| byte & (0x80 >> (index % 8)) != 0)
    }
    /// The octets, if it consists of whole octets.
    #[must_use]
    pub const fn octets(&self) -> Option<&[u8]> {
        if self.unused == 0 { Some(self.bytes) } else { None }
    }
}

impl<'a> Tlv<'a> {
    /// Offset of the element in the outermost bytes.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }
    /// The error of this element.
    #[must_use]
    pub const fn fail(&self, kind: Kind) -> Error {
        Error { offset: self.offset, kind }
    }
    /// Whether its length was indefinite.
    #[must_use]
    pub const fn is_indefinite(&self) -> bool {
        self.raw.len() == self.header_len() + self.value.len() + 2
    }

    /// Reads its elements.
    ///
    /// # Errors
    /// If it is primitive, or nested too deeply.
    pub const fn reader(&self) -> Result<Reader<'a>, Error> {
        if !self.tag.constructed {
            return Err(self.fail(Kind::Unexpected {
                expected: Tag {
                    constructed: true,
                    ..self.tag
                },
                found: Some(self.tag),
            }));
        }
        if self.depth == 0 {
            return Err(self.fail(Kind::TooDeep));
        }
        Ok(Reader {
            rest: self.value,
            offset: self.offset + self.header_len(),
            mode: self.mode,
            depth: self.depth - 1,
        })
    }
    const fn header_len(&self) -> usize {
        // Tag octets, then length octets; computed from the bytes so that it can be const.
        let mut size = 1;
        if self.raw[0] & 0x1f == 0x1f {
            while self.raw[size] & 0x80 != 0 {
                size += 1;
            }
            size += 1;
        }
        let length = self.raw[size];
        size += 1;
        if length > 0x80 { size + (length & 0x7f) as usize } else { size }
    }

    /// Its content read as elements, though it is an OCTET STRING (extensions, `[0] IMPLICIT`); counts as one level.
    ///
    /// # Errors
    /// Nested too deeply.
    pub const fn inner(&self) -> Result<Reader<'a>, Error> {
        if self.depth == 0 {
            return Err(self.fail(Kind::TooDeep));
        }
        Ok(Reader {
            rest: self.value,
            offset: self.offset + self.header_len(),
            mode: self.mode,
            depth: self.depth - 1,
        })
    }

    const fn primitive(&self, kind: Kind) -> Result<&'a [u8], Error> {
        if self.tag.constructed {
            Err(self.fail(kind))
        } else {
            Ok(self.value)
        }
    }

    /// As BOOLEAN.
    ///
    /// # Errors
    /// Not one octet; in DER not 00 or FF.
    pub fn boolean(&self) -> Result<bool, Error> {
        match self.primitive(Kind::BadBoolean)? {
            [0] => Ok(false),
            [0xff] => Ok(true),
            [_] if self.mode == Mode::Ber => Ok(true),
            _ => Err(self.fail(Kind::BadBoolean)),
        }
    }
    /// As INTEGER: content octets.
    ///
    /// # Errors
    /// Empty or (DER) not minimal.
    pub fn integer(&self) -> Result<&'a [u8], Error> {
        match self.primitive(Kind::BadInteger)? {
            [] => Err(self.fail(Kind::BadInteger)),
            [0, low, ..] if self.mode == Mode::Der && low & 0x80 == 0 => Err(self.fail(Kind::BadInteger)),
            [0xff, low, ..] if self.mode == Mode::Der && low & 0x80 != 0 => Err(self.fail(Kind::BadInteger)),
            value => Ok(value),
        }
    }
    /// As INTEGER ≥ 0, without leading zero octets (0 itself is one zero octet).
    ///
    /// # Errors
    /// Negative or malformed.
    pub fn unsigned(&self) -> Result<&'a [u8], Error> {
        let value = self.integer()?;
        if value[0] & 0x80 != 0 {
            return Err(self.fail(Kind::BadInteger));
        }
        let zeros = value.iter().take_while(|octet| **octet == 0).count().min(value.len() - 1);
        Ok(&value[zeros..])
    }
    /// As INTEGER or ENUMERATED that fits 64 bits.
    ///
    /// # Errors
    /// Negative, too large or malformed.
    pub fn u64(&self) -> Result<u64, Error> {
        let value = self.unsigned()?;
        if value.len() > 8 {
            return Err(self.fail(Kind::BadInteger));
        }
        Ok(value.iter().fold(0, |sum, octet| (sum << 8) | u64::from(*octet)))
    }
    /// As OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// Malformed or too long.
    pub fn oid(&self) -> Result<Oid, Error> {
        Oid::from_content(self.primitive(Kind::BadOid)?).ok_or(self.fail(Kind::BadOid))
    }
    /// As NULL.
    ///
    /// # Errors
    /// Content.
    pub const fn null(&self) -> Result<(), Error> {
        if self.tag.constructed || !self.value.is_empty() {
            Err(self.fail(Kind::BadNull))
        } else {
            Ok(())
        }
    }
    /// As OCTET STRING: borrowed if primitive, joined if constructed (BER only).
    ///
    /// # Errors
    /// Constructed in DER, or parts that are no OCTET STRING.
    pub fn octets(&self) -> Result<Cow<'a, [u8]>, Error> {
        if !self.tag.constructed {
            return Ok(Cow::Borrowed(self.value));
        }
        if self.mode == Mode::Der {
            return Err(self.fail(Kind::BadSegments));
        }
        let mut joined = Vec::with_capacity(self.value.len());
        self.join(Tag::OCTET_STRING, &mut joined)?;
        Ok(Cow::Owned(joined))
    }
    fn join(&self, part: Tag, joined: &mut Vec<u8>) -> Result<(), Error> {
        let mut reader = self.reader()?;
        while !reader.is_empty() {
            let segment = reader.any()?;
            if !segment.tag.same_type(part) {
                return Err(segment.fail(Kind::BadSegments));
            }
            if segment.tag.constructed {
                segment.join(part, joined)?;
            } else {
                joined.extend_from_slice(segment.value);
            }
        }
        Ok(())
    }
    /// As BIT STRING (primitive).
    ///
    /// # Errors
    /// Malformed, or constructed.
    pub fn bits(&self) -> Result<BitString<'a>, Error> {
        let (unused, bytes) = self
            .primitive(Kind::BadBitString)?
            .split_first()
            .ok_or(self.fail(Kind::BadBitString))?;
        let last = bytes.last().copied().unwrap_or(0);
        let bad = *unused > 7 || (bytes.is_empty() && *unused != 0) || (self.mode == Mode::Der && last & !(0xff << (unused & 7)) != 0);
        if bad {
            Err(self.fail(Kind::BadBitString))
        } else {
            Ok(BitString { unused: *unused, bytes })
        }
    }
    /// As UTCTime or GeneralizedTime, by its tag.
    ///
    /// # Errors
    /// Another tag, or no time.
    pub fn time(&self) -> Result<foundation::Instant, Error> {
        let value = self.primitive(Kind::BadTime)?;
        let read = match self.tag {
            Tag::UTC_TIME => time::utc(value, self.mode),
            Tag::GENERALIZED_TIME => time::generalized(value, self.mode),
            found => {
                return Err(self.fail(Kind::Unexpected {
                    expected: Tag::GENERALIZED_TIME,
                    found: Some(found),
                }));
            }
        };
        read.ok_or(self.fail(Kind::BadTime))
    }
    /// As text, by its tag (UTF8, Printable, Numeric, IA5, Visible, BMP, Universal; Teletex as Latin-1). An IMPLICIT context
    /// tag is read as IA5String, the only use X.509 makes of it.
    ///
    /// # Errors
    /// A character outside the type, or no string type.
    pub fn text(&self) -> Result<Cow<'a, str>, Error> {
        let tag = if self.tag.class == Class::Context {
            Tag::IA5_STRING
        } else {
            Tag {
                constructed: false,
                ..self.tag
            }
        };
        if !text::is_string(tag) {
            return Err(self.fail(Kind::Unexpected {
                expected: Tag::UTF8_STRING,
                found: Some(self.tag),
            }));
        }
        let decoded = match self.tag.constructed {
            false => text::decode(tag, self.value),
            true if self.mode == Mode::Der => return Err(self.fail(Kind::BadSegments)),
            true => {
                // X.690 §8.23: the parts of a constructed character string are OCTET STRINGs.
                let mut joined = Vec::new();
                self.join(Tag::OCTET_STRING, &mut joined)?;
                text::decode(tag, &joined).map(|text| Cow::Owned(text.into_owned()))
            }
        };
        decoded.ok_or(self.fail(Kind::BadString))
    }
}
