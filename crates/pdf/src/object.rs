//! The values a PDF is made of. They borrow the file, keep the order of dictionaries, and can be built anew.

use std::borrow::Cow;
use std::fmt;

/// The name of an indirect object: `12 0 R`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ref {
    /// Object number, from 1.
    pub number: u32,
    /// Generation, nearly always 0.
    pub generation: u16,
}

impl Ref {
    /// Generation 0.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self { number, generation: 0 }
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} R", self.number, self.generation)
    }
}

/// A name without its slash and with its `#xx` undone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<'a>(pub Cow<'a, [u8]>);

impl<'a> Name<'a> {
    /// A name from text, e.g. `Name::new("Type")`.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self(Cow::Borrowed(text.as_bytes()))
    }
    /// For people and comparisons; bytes that are no UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
    fn into_owned(self) -> Name<'static> {
        Name(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", self.text())
    }
}

impl PartialEq<&str> for Name<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

/// A string as it stands in the file, undone on demand.
#[derive(Clone)]
pub struct Str<'a> {
    raw: Cow<'a, [u8]>,
    hex: bool,
}

impl<'a> Str<'a> {
    pub(crate) const fn raw(raw: &'a [u8], hex: bool) -> Self {
        Self {
            raw: Cow::Borrowed(raw),
            hex,
        }
    }
    /// A hex string holding `bytes`.
    #[must_use]
    pub fn hex(bytes: &[u8]) -> Str<'static> {
        Str {
            raw: Cow::Owned(crate::write::hex(bytes)),
            hex: true,
        }
    }
    /// A literal string holding `bytes`.
    #[must_use]
    pub fn literal(bytes: &[u8]) -> Str<'static> {
        Str {
            raw: Cow::Owned(crate::write::escape(bytes)),
            hex: false,
        }
    }
    /// A text string: ASCII as it is, everything else as UTF-16BE with a byte order mark.
    #[must_use]
    pub fn text(text: &str) -> Str<'static> {
        if text.is_ascii() {
            return Self::literal(text.as_bytes());
        }
        let mut bytes = vec![0xFE, 0xFF];
        for unit in text.encode_utf16() {
            bytes.extend(unit.to_be_bytes());
        }
        Self::hex(&bytes)
    }
    /// Was it written `<…>`?
    #[must_use]
    pub const fn is_hex(&self) -> bool {
        self.hex
    }
    /// Its bytes in the file without the delimiters.
    #[must_use]
    pub fn source(&self) -> &[u8] {
        &self.raw
    }
    /// Its value.
    #[must_use]
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        if self.hex {
            Cow::Owned(crate::lexer::unhex(&self.raw))
        } else {
            crate::lexer::unescape(&self.raw)
        }
    }
    /// Its value as a text string (UTF-16BE or UTF-8 with their marks, else PDFDocEncoding read as Latin-1).
    #[must_use]
    pub fn to_text(&self) -> String {
        let bytes = self.bytes();
        if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
            let units: Vec<u16> = rest
                .chunks(2)
                .map(|pair| u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)]))
                .collect();
            return String::from_utf16_lossy(&units);
        }
        if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
            return String::from_utf8_lossy(rest).into_owned();
        }
        bytes.iter().map(|&byte| char::from(byte)).collect()
    }
    fn into_owned(self) -> Str<'static> {
        Str {
            raw: Cow::Owned(self.raw.into_owned()),
            hex: self.hex,
        }
    }
}

impl PartialEq for Str<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.hex == other.hex && self.raw == other.raw) || self.bytes() == other.bytes()
    }
}

impl fmt::Debug for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({})", self.to_text().chars().take(40).collect::<String>())
    }
}

/// An array; `source()` gives its bytes in the file.
#[derive(Clone, Default)]
pub struct Array<'a> {
    /// Its items.
    pub items: Vec<Obj<'a>>,
    pub(crate) source: &'a [u8],
}

impl<'a> Array<'a> {
    /// Its bytes in the file from `[` to `]`; empty when it was built.
    #[must_use]
    pub const fn source(&self) -> &'a [u8] {
        self.source
    }
}

impl<'a> From<Vec<Obj<'a>>> for Array<'a> {
    fn from(items: Vec<Obj<'a>>) -> Self {
        Self { items, source: &[] }
    }
}

impl PartialEq for Array<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
    }
}

impl fmt::Debug for Array<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.items).finish()
    }
}

/// A dictionary in the order of the file. Two are equal when they hold the same, in any order.
#[derive(Clone, Default)]
pub struct Dict<'a> {
    pub(crate) entries: Vec<(Name<'a>, Obj<'a>)>,
    pub(crate) source: &'a [u8],
}

impl<'a> Dict<'a> {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            source: &[],
        }
    }
    /// The value of `key`, unresolved.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Obj<'a>> {
        self.entries.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }
    /// Sets `key` (in its old place, or at the end), and gives itself back, for building.
    #[must_use]
    pub fn with(mut self, key: &'a str, value: impl Into<Obj<'a>>) -> Self {
        self.set(key, value);
        self
    }
    /// Sets `key` in its old place, or at the end.
    pub fn set(&mut self, key: &'a str, value: impl Into<Obj<'a>>) {
        self.source = &[];
        let value = value.into();
        match self.entries.iter_mut().find(|(name, _)| *name == key) {
            Some((_, old)) => *old = value,
            None => self.entries.push((Name::new(key), value)),
        }
    }
    /// Takes `key` away.
    pub fn remove(&mut self, key: &str) -> Option<Obj<'a>> {
        let at = self.entries.iter().position(|(name, _)| *name == key)?;
        self.source = &[];
        Some(self.entries.remove(at).1)
    }
    /// Its entries in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&Name<'a>, &Obj<'a>)> {
        self.entries.iter().map(|(name, value)| (name, value))
    }
    /// How many entries.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }
    /// Has it none?
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
    /// Its bytes in the file from `<<` to `>>`; empty when it was built or changed.
    #[must_use]
    pub const fn source(&self) -> &'a [u8] {
        self.source
    }
    /// Is `key` the name `value`?
    #[must_use]
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key).and_then(Obj::name).is_some_and(|name| *name == value)
    }
    /// The same without borrowing.
    #[must_use]
    pub fn into_owned(self) -> Dict<'static> {
        Dict {
            entries: self
                .entries
                .into_iter()
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
            source: &[],
        }
    }
}

impl PartialEq for Dict<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .entries
                .iter()
                .all(|(key, value)| other.entries.iter().any(|(name, old)| name == key && old == value))
    }
}

impl fmt::Debug for Dict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.entries.iter().map(|(name, value)| (name, value)))
            .finish()
    }
}

/// A stream: its dictionary and its bytes as they stand in the file (encoded).
#[derive(Clone, PartialEq)]
pub struct Stream<'a> {
    /// Its dictionary. `/Length` is written anew by the writer.
    pub dict: Dict<'a>,
    /// Its bytes, still encoded.
    pub data: Cow<'a, [u8]>,
}

impl<'a> Stream<'a> {
    /// A stream of `data`, compressed: `dict` gets its /Filter.
    #[must_use]
    pub fn deflated(dict: Dict<'a>, data: &[u8]) -> Self {
        Self {
            dict: dict.with("Filter", Name::new("FlateDecode")),
            data: Cow::Owned(crate::filter::deflate(data)),
        }
    }
}

impl fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} stream of {} bytes", self.dict, self.data.len())
    }
}

/// Any value.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Obj<'a> {
    /// `null`, and what does not exist.
    #[default]
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point, as it is written.
    Real(Cow<'a, [u8]>),
    /// `/Name`.
    Name(Name<'a>),
    /// `(text)` or `<hex>`.
    Str(Str<'a>),
    /// `[…]`.
    Array(Array<'a>),
    /// `<<…>>`.
    Dict(Dict<'a>),
    /// A dictionary with data; only as an indirect object.
    Stream(Stream<'a>),
    /// `12 0 R`.
    Ref(Ref),
}

impl<'a> Obj<'a> {
    /// The name, if it is one.
    #[must_use]
    pub const fn name(&self) -> Option<&Name<'a>> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }
    /// The whole number, if it is one.
    #[must_use]
    pub const fn int(&self) -> Option<i64> {
        if let Self::Int(value) = self { Some(*value) } else { None }
    }
    /// The number, whole or not.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "coordinates are small")]
            Self::Int(value) => Some(*value as f64),
            Self::Real(text) => std::str::from_utf8(text).ok()?.parse().ok(),
            _ => None,
        }
    }
    /// The truth value, if it is one.
    #[must_use]
    pub const fn bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }
    /// The string, if it is one.
    #[must_use]
    pub const fn str(&self) -> Option<&Str<'a>> {
        if let Self::Str(value) = self { Some(value) } else { None }
    }
    /// The array's items, if it is one.
    #[must_use]
    pub fn array(&self) -> Option<&[Self]> {
        if let Self::Array(array) = self { Some(&array.items) } else { None }
    }
    /// The dictionary (of a stream too).
    #[must_use]
    pub const fn dict(&self) -> Option<&Dict<'a>> {
        match self {
            Self::Dict(dict) => Some(dict),
            Self::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }
    /// The stream, if it is one.
    #[must_use]
    pub const fn stream(&self) -> Option<&Stream<'a>> {
        if let Self::Stream(stream) = self { Some(stream) } else { None }
    }
    /// The reference, if it is one.
    #[must_use]
    pub const fn reference(&self) -> Option<Ref> {
        if let Self::Ref(reference) = self { Some(*reference) } else { None }
    }
    /// Is it `null`?
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
    /// The same without borrowing.
    #[must_use]
    pub fn into_owned(self) -> Obj<'static> {
        match self {
            Self::Null => Obj::Null,
            Self::Bool(value) => Obj::Bool(value),
            Self::Int(value) => Obj::Int(value),
            Self::Real(text) => Obj::Real(Cow::Owned(text.into_owned())),
            Self::Name(name) => Obj::Name(name.into_owned()),
            Self::Str(value) => Obj::Str(value.into_owned()),
            Self::Array(array) => Obj::Array(Array {
                items: array.items.into_iter().map(Obj::into_owned).collect(),
                source: &[],
            }),
            Self::Dict(dict) => Obj::Dict(dict.into_owned()),
            Self::Stream(stream) => Obj::Stream(Stream {
                dict: stream.dict.into_owned(),
                data: Cow::Owned(stream.data.into_owned()),
            }),
            Self::Ref(reference) => Obj::Ref(reference),
        }
    }
}

impl From<bool> for Obj<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<i64> for Obj<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}
impl From<i32> for Obj<'_> {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}
impl From<Ref> for Obj<'_> {
    fn from(value: Ref) -> Self {
        Self::Ref(value)
    }
}
impl<'a> From<Name<'a>> for Obj<'a> {
    fn from(value: Name<'a>) -> Self {
        Self::Name(value)
    }
}
impl<'a> From<Str<'a>> for Obj<'a> {
    fn from(value: Str<'a>) -> Self {
        Self::Str(value)
    }
}
impl<'a> From<Dict<'a>> for Obj<'a> {
    fn from(value: Dict<'a>) -> Self {
        Self::Dict(value)
    }
}
impl<'a> From<Vec<Obj<'a>>> for Obj<'a> {
    fn from(items: Vec<Obj<'a>>) -> Self {
        Self::Array(items.into())
    }
}
impl<'a> From<Stream<'a>> for Obj<'a> {
    fn from(value: Stream<'a>) -> Self {
        Self::Stream(value)
    }
}
