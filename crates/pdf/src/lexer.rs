//! From bytes to values. Strict: what does not parse is an error with its offset.

use std::borrow::Cow;

use crate::object::{Array, Dict, Name, Obj, Ref, Str};
use crate::{Error, Limits};

/// Reads values from `data`, from `pos` on.
pub(crate) struct Lexer<'a> {
    pub data: &'a [u8],
    pub pos: usize,
    depth: usize,
    values: usize,
}

pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

pub(crate) const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

impl<'a> Lexer<'a> {
    pub const fn new(data: &'a [u8], pos: usize, limits: &Limits) -> Self {
        Self {
            data,
            pos,
            depth: limits.depth,
            values: limits.values,
        }
    }
    pub fn peek(&self) -> Option<u8> {
        self.data.get(self.pos).copied()
    }
    fn expected<T>(&self, expected: &'static str) -> Result<T, Error> {
        Err(Error::Syntax {
            offset: self.pos,
            expected,
        })
    }
    /// Passes white space and comments.
    pub fn skip(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.pos += 1;
            } else if byte == b'%' {
                let rest = &self.data[self.pos..];
                self.pos += memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            } else {
                break;
            }
        }
    }
    /// Passes white space only (`%%EOF` stays).
    pub fn skip_space(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.pos += 1;
        }
    }
    /// Takes `word` if it stands here and ends here.
    pub fn take(&mut self, word: &[u8]) -> bool {
        let rest = &self.data[self.pos.min(self.data.len())..];
        let there = rest.starts_with(word) && !rest.get(word.len()).copied().is_some_and(is_regular);
        if there {
            self.pos += word.len();
        }
        there
    }
    pub fn demand(&mut self, word: &'static str) -> Result<(), Error> {
        if self.take(word.as_bytes()) { Ok(()) } else { self.expected(word) }
    }
    /// A whole number without sign.
    pub fn unsigned(&mut self) -> Result<u64, Error> {
        let start = self.pos;
        let mut value: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let Some(next) = value.checked_mul(10).and_then(|value| value.checked_add(u64::from(digit - b'0'))) else {
                return self.expected("a smaller number");
            };
            value = next;
            self.pos += 1;
        }
        if self.pos == start || self.peek().is_some_and(is_regular) {
            self.pos = start;
            return self.expected("a whole number");
        }
        Ok(value)
    }
    /// `12 0 R` if it stands here.
    fn reference(&mut self) -> Option<Ref> {
        let start = self.pos;
        let found = self.try_reference();
        if found.is_none() {
            self.pos = start;
        }
        found
    }
    fn try_reference(&mut self) -> Option<Ref> {
        let number = u32::try_from(self.unsigned().ok()?).ok()?;
        self.skip();
        let generation = u16::try_from(self.unsigned().ok()?).ok()?;
        self.skip();
        (self.take(b"R") && number > 0).then_some(Ref { number, generation })
    }
    /// `12 0 obj` if it stands here.
    pub fn header(&mut self) -> Option<Ref> {
        let number = u32::try_from(self.unsigned().ok()?).ok()?;
        self.skip_space();
        let generation = u16::try_from(self.unsigned().ok()?).ok()?;
        self.skip_space();
        self.take(b"obj").then_some(Ref { number, generation })
    }
    /// One value. Streams are put together by the document, which knows lengths.
    pub fn value(&mut self) -> Result<Obj<'a>, Error> {
        self.skip();
        let Some(first) = self.peek() else {
            return self.expected("a value");
        };
        self.values = self.values.checked_sub(1).ok_or(Error::TooMuch { of: "values" })?;
        match first {
            b'/' => Ok(Obj::Name(self.name()?)),
            b'(' => Ok(Obj::Str(self.literal()?)),
            b'<' if self.data.get(self.pos + 1) == Some(&b'<') => Ok(Obj::Dict(self.dict()?)),
            b'<' => Ok(Obj::Str(self.hex()?)),
            b'[' => Ok(Obj::Array(self.array()?)),
            b'0'..=b'9' => match self.reference() {
                Some(reference) => Ok(Obj::Ref(reference)),
                None => self.number(),
            },
            b'+' | b'-' | b'.' => self.number(),
            _ if self.take(b"true") => Ok(Obj::Bool(true)),
            _ if self.take(b"false") => Ok(Obj::Bool(false)),
            _ if self.take(b"null") => Ok(Obj::Null),
            _ => self.expected("a value"),
        }
    }
    fn number(&mut self) -> Result<Obj<'a>, Error> {
        let start = self.pos;
        while self.peek().is_some_and(is_regular) {
            self.pos += 1;
        }
        let text = &self.data[start..self.pos];
        let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
        let points = digits.iter().filter(|&&byte| byte == b'.').count();
        let whole = digits.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        if !whole || points > 1 || digits.len() == points || text.len() > 64 {
            self.pos = start;
            return self.expected("a number");
        }
        if points == 0 {
            let text = std::str::from_utf8(text).expect("digits are ASCII");
            if let Ok(value) = text.parse() {
                return Ok(Obj::Int(value));
            }
        }
        Ok(Obj::Real(Cow::Borrowed(text)))
    }
    fn name(&mut self) -> Result<Name<'a>, Error> {
        self.pos += 1;
        let start = self.pos;
        while self.peek().is_some_and(is_regular) {
            self.pos += 1;
        }
        let raw = &self.data[start..self.pos];
        if memchr::memchr(b'#', raw).is_none() {
            return Ok(Name(Cow::Borrowed(raw)));
        }
        let mut value = Vec::with_capacity(raw.len());
        let mut at = 0;
        while at < raw.len() {
            let pair = (raw[at] == b'#')
                .then(|| Some((nibble(*raw.get(at + 1)?)?, nibble(*raw.get(at + 2)?)?)))
                .flatten();
            if let Some((high, low)) = pair {
                value.push(high << 4 | low);
                at += 3;
            } else {
                value.push(raw[at]);
                at += 1;
            }
        }
        Ok(Name(Cow::Owned(value)))
    }
    fn literal(&mut self) -> Result<Str<'a>, Error> {
        let open = self.pos;
        self.pos += 1;
        let mut nesting = 1usize;
        while let Some(found) = memchr::memchr3(b'(', b')', b'\\', &self.data[self.pos.min(self.data.len())..]) {
            self.pos += found;
            match self.data[self.pos] {
                b'\\' => self.pos += 1,
                b'(' => nesting += 1,
                _ => nesting -= 1,
            }
            self.pos += 1;
            if nesting == 0 {
                return Ok(Str::raw(&self.data[open + 1..self.pos - 1], false));
            }
        }
        self.pos = open;
        self.expected("the end of a string")
    }
    fn hex(&mut self) -> Result<Str<'a>, Error> {
        let open = self.pos;
        let Some(length) = memchr::memchr(b'>', &self.data[open + 1..]) else {
            return self.expected("the end of a hex string");
        };
        let raw = &self.data[open + 1..open + 1 + length];
        let strange = |&byte: &u8| HEX[usize::from(byte)] == 0xFF;
        if !are_digits(raw)
            && let Some(bad) = raw.iter().position(strange)
        {
            return Err(Error::Syntax {
                offset: open + 1 + bad,
                expected: "a hex digit",
            });
        }
        self.pos = open + length + 2;
        Ok(Str::raw(raw, true))
    }
    fn deeper(&mut self) -> Result<(), Error> {
        self.depth = self.depth.checked_sub(1).ok_or(Error::TooMuch { of: "depth" })?;
        Ok(())
    }
    fn array(&mut self) -> Result<Array<'a>, Error> {
        self.deeper()?;
        let open = self.pos;
        self.pos += 1;
        let mut items = Vec::new();
        loop {
            self.skip();
            if self.peek() == Some(b']') {
                self.pos += 1;
                break;
            }
            items.push(self.value()?);
        }
        self.depth += 1;
        Ok(Array {
            items,
            source: &self.data[open..self.pos],
        })
    }
    pub fn dict(&mut self) -> Result<Dict<'a>, Error> {
        self.skip();
        if !self.data[self.pos.min(self.data.len())..].starts_with(b"<<") {
            return self.expected("a dictionary");
        }
        self.deeper()?;
        let open = self.pos;
        self.pos += 2;
        let mut entries: Vec<(Name<'a>, Obj<'a>)> = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                Some(b'/') => {
                    let name = self.name()?;
                    let value = self.value()?;
                    entries.push((name, value));
                }
                Some(b'>') if self.data.get(self.pos + 1) == Some(&b'>') => {
                    self.pos += 2;
                    break;
                }
                _ => return self.expected("a key or the end of a dictionary"),
            }
        }
        self.depth += 1;
        if has_twins(&entries) {
            return Err(Error::DuplicateKey { offset: open });
        }
        Ok(Dict {
            entries,
            source: &self.data[open..self.pos],
        })
    }
}

fn has_twins(entries: &[(Name<'_>, Obj<'_>)]) -> bool {
    if entries.len() < 24 {
        return entries
            .iter()
            .enumerate()
            .any(|(at, (name, _))| entries[..at].iter().any(|(other, _)| other == name));
    }
    let mut names: Vec<&[u8]> = entries.iter().map(|(name, _)| &*name.0).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

/// Value of each hex digit; 0xFE white space, 0xFF anything else. Holes are long, so this is a table.
const HEX: [u8; 256] = {
    let mut table = [0xFF; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            digit @ b'0'..=b'9' => digit - b'0',
            digit @ b'a'..=b'f' => digit - b'a' + 10,
            digit @ b'A'..=b'F' => digit - b'A' + 10,
            space if is_space(space) => 0xFE,
            _ => 0xFF,
        };
        byte += 1;
    }
    table
};

const fn nibble(byte: u8) -> Option<u8> {
    match HEX[byte as usize] {
        value @ 0..16 => Some(value),
        _ => None,
    }
}

/// Are they all hex digits, as in nearly every hex string? Without branches, since holes are long.
fn are_digits(raw: &[u8]) -> bool {
    raw.chunks(64)
        .all(|chunk| chunk.iter().fold(true, |all, byte| all & byte.is_ascii_hexdigit()))
}

/// The bytes of a hex string; an odd last digit counts as if a 0 followed.
pub(crate) fn unhex(raw: &[u8]) -> Vec<u8> {
    if raw.len().is_multiple_of(2) && are_digits(raw) {
        // Of a letter's code the low half is 1 to 6, and only a letter has 0x40.
        let value = |digit: u8| (digit & 0x0F) + 9 * (digit >> 6);
        return raw.chunks_exact(2).map(|pair| value(pair[0]) << 4 | value(pair[1])).collect();
    }
    let mut bytes = Vec::with_capacity(raw.len() / 2 + 1);
    let (mut high, mut waiting) = (0, false);
    for &byte in raw {
        let value = HEX[usize::from(byte)];
        if value >= 16 {
            continue;
        }
        if waiting {
            bytes.push(high | value);
        } else {
            high = value << 4;
        }
        waiting = !waiting;
    }
    if waiting {
        bytes.push(high);
    }
    bytes
}

/// The bytes of a literal string.
pub(crate) fn unescape(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'\\', b'\r', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match byte {
            b'\r' => {
                rest = rest.strip_prefix(b"\n").unwrap_or(rest);
                bytes.push(b'\n');
            }
            b'\\' => {
                let Some((&escaped, tail)) = rest.split_first() else { break };
                rest = tail;
                match escaped {
                    b'n' => bytes.push(b'\n'),
                    b'r' => bytes.push(b'\r'),
                    b't' => bytes.push(b'\t'),
                    b'b' => bytes.push(8),
                    b'f' => bytes.push(12),
                    b'\r' => rest = rest.strip_prefix(b"\n").unwrap_or(rest),
                    b'\n' => {}
                    b'0'..=b'7' => {
                        let mut value = u32::from(escaped - b'0');
                        for _ in 0..2 {
                            let Some((&digit @ b'0'..=b'7', tail)) = rest.split_first() else {
                                break;
                            };
                            value = value * 8 + u32::from(digit - b'0');
                            rest = tail;
                        }
                        bytes.push((value & 0xFF) as u8);
                    }
                    other => bytes.push(other),
                }
            }
            other => bytes.push(other),
        }
    }
    Cow::Owned(bytes)
}
