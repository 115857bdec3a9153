//! Writing DER.

use crate::{Class, Mode, Oid, Reader, Tag, time};
use foundation::Instant;

/// Writes DER into one growing buffer. Nesting is by closures; lengths are put in afterwards.
///
/// ```
/// let mut w = asn1::Writer::new();
/// w.sequence(|w| {
///     w.integer_u64(1);
///     w.utf8("山田");
/// });
/// assert_eq!(w.finish()[..2], [0x30, 0x0b]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { out: Vec::new() }
    }
    /// With room for `capacity` octets.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            out: Vec::with_capacity(capacity),
        }
    }
    /// One element, written by `content`, as bytes.
    #[must_use]
    pub fn build(content: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut writer = Self::new();
        content(&mut writer);
        writer.finish()
    }
    /// What was written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.out
    }
    /// Octets written so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.out.len()
    }
    /// Whether nothing was written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    fn tag(&mut self, tag: Tag) {
        let class = match tag.class {
            Class::Universal => 0,
            Class::Application => 0x40,
            Class::Context => 0x80,
            Class::Private => 0xc0,
        };
        let lead = class | if tag.constructed { 0x20 } else { 0 };
        match u8::try_from(tag.number) {
            Ok(number) if number < 0x1f => self.out.push(lead | number),
            _ => {
                self.out.push(lead | 0x1f);
                let groups = (1..5).take_while(|group| tag.number >> (7 * group) != 0).count();
                for group in (0..=groups).rev() {
                    let low = (tag.number >> (7 * group)).to_le_bytes()[0] & 0x7f;
                    self.out.push(if group == 0 { low } else { low | 0x80 });
                }
            }
        }
    }

    fn length(&mut self, length: usize) {
        let (octets, count) = length_octets(length);
        self.out.extend_from_slice(&octets[..count]);
    }

    /// An element with `tag` and `value` as its content.
    pub fn tlv(&mut self, tag: Tag, value: &[u8]) {
        self.tag(tag);
        self.length(value.len());
        self.out.extend_from_slice(value);
    }

    /// An element with `tag` whose content is written by `content` (also for OCTET STRINGs that wrap DER).
    pub fn nested<R>(&mut self, tag: Tag, content: impl FnOnce(&mut Self) -> R) -> R {
        self.tag(tag);
        let start = self.out.len();
        self.out.push(0);
        let result = content(self);
        self.close(start);
        result
    }
    fn close(&mut self, start: usize) {
        let (octets, count) = length_octets(self.out.len() - start - 1);
        self.out[start] = octets[0];
        if count > 1 {
            let end = self.out.len();
            self.out.resize(end + count - 1, 0);
            self.out.copy_within(start + 1..end, start + count);
            self.out[start + 1..start + count].copy_from_slice(&octets[1..count]);
        }
    }

    /// SEQUENCE.
    pub fn sequence<R>(&mut self, content: impl FnOnce(&mut Self) -> R) -> R {
        self.nested(Tag::SEQUENCE, content)
    }
    /// SET, in the order written.
    pub fn set<R>(&mut self, content: impl FnOnce(&mut Self) -> R) -> R {
        self.nested(Tag::SET, content)
    }
    /// SET OF: the elements are sorted by their encodings (X.690 §11.6).
    pub fn set_of<R>(&mut self, content: impl FnOnce(&mut Self) -> R) -> R {
        self.nested(Tag::SET, |w| w.sorted(content))
    }
    /// `[n] IMPLICIT SET OF`, sorted.
    pub fn implicit_set_of<R>(&mut self, number: u32, content: impl FnOnce(&mut Self) -> R) -> R {
        self.nested(Tag::context_constructed(number), |w| w.sorted(content))
    }
    fn sorted<R>(&mut self, content: impl FnOnce(&mut Self) -> R) -> R {
        let start = self.out.len();
        let result = content(self);
        let written = self.out.split_off(start);
        let mut elements = Vec::new();
        let mut reader = Reader {
            mode: Mode::Ber,
            ..Reader::der(&written)
        };
        while let Ok(tlv) = reader.any() {
            elements.push(tlv.raw);
        }
        elements.sort_unstable();
        for element in elements {
            self.out.extend_from_slice(element);
        }
        // Only raw bytes that are no BER can be left over; they stay last rather than vanish.
        self.out.extend_from_slice(reader.rest());
        result
    }
    /// `[n] EXPLICIT`, or `[n] IMPLICIT` over SEQUENCE or SET.
    pub fn explicit<R>(&mut self, number: u32, content: impl FnOnce(&mut Self) -> R) -> R {
        self.nested(Tag::context_constructed(number), content)
    }
    /// `[n] IMPLICIT` over a primitive type.
    pub fn implicit(&mut self, number: u32, value: &[u8]) {
        self.tlv(Tag::context(number), value);
    }
    /// Bytes that are an element already.
    pub fn raw(&mut self, der: &[u8]) {
        self.out.extend_from_slice(der);
    }
    /// BOOLEAN.
    pub fn boolean(&mut self, value: bool) {
        self.tlv(Tag::BOOLEAN, &[if value { 0xff } else { 0 }]);
    }
    /// INTEGER ≥ 0 from its big-endian magnitude (leading zeros are dropped, the sign octet is added).
    pub fn integer_be(&mut self, magnitude: &[u8]) {
        self.magnitude(Tag::INTEGER, magnitude);
    }
    /// INTEGER.
    pub fn integer_u64(&mut self, value: u64) {
        self.magnitude(Tag::INTEGER, &value.to_be_bytes());
    }
    /// INTEGER from content octets as they were read (`Reader::integer`).
    pub fn integer_content(&mut self, content: &[u8]) {
        self.tlv(Tag::INTEGER, content);
    }
    /// ENUMERATED.
    pub fn enumerated(&mut self, value: u64) {
        self.magnitude(Tag::ENUMERATED, &value.to_be_bytes());
    }
    fn magnitude(&mut self, tag: Tag, magnitude: &[u8]) {
        let zeros = magnitude.iter().take_while(|octet| **octet == 0).count();
        let significant = &magnitude[zeros..];
        let sign = significant.first().is_none_or(|first| first & 0x80 != 0);
        self.tag(tag);
        self.length(significant.len() + usize::from(sign));
        if sign {
            self.out.push(0);
        }
        self.out.extend_from_slice(significant);
    }
    /// NULL.
    pub fn null(&mut self) {
        self.tlv(Tag::NULL, &[]);
    }
    /// OBJECT IDENTIFIER.
    pub fn oid(&mut self, oid: &Oid) {
        self.tlv(Tag::OID, oid.content());
    }
    /// OCTET STRING.
    pub fn octet_string(&mut self, value: &[u8]) {
        self.tlv(Tag::OCTET_STRING, value);
    }
    /// OCTET STRING that wraps what `content` writes.
    pub fn octet_string_of<R>(&mut self, content: impl FnOnce(&mut Self) -> R) -> R {
        self.nested(Tag::OCTET_STRING, content)
    }
    /// BIT STRING of whole octets.
    pub fn bit_string(&mut self, value: &[u8]) {
        self.tag(Tag::BIT_STRING);
        self.length(value.len() + 1);
        self.out.push(0);
        self.out.extend_from_slice(value);
    }
    /// BIT STRING of named bits: trailing zeros are dropped (X.690 §11.2.2). Bit 0 is the first.
    pub fn named_bits(&mut self, tag: Tag, bits: u16) {
        // `bits` counts bit n as 1 << n; the encoding counts from the most significant bit.
        let octets = bits.reverse_bits().to_be_bytes();
        let used = 16 - usize::try_from(bits.leading_zeros()).unwrap_or(16);
        let count = used.div_ceil(8);
        let unused = u8::try_from(count * 8 - used).unwrap_or(0);
        self.tag(tag);
        self.length(count + 1);
        self.out.push(unused);
        self.out.extend_from_slice(&octets[..count]);
    }
    /// UTF8String.
    pub fn utf8(&mut self, text: &str) {
        self.tlv(Tag::UTF8_STRING, text.as_bytes());
    }
    /// PrintableString; the caller has checked the characters ([`crate::is_printable_string`]).
    pub fn printable(&mut self, text: &str) {
        debug_assert!(crate::is_printable_string(text), "not a PrintableString: {text}");
        self.tlv(Tag::PRINTABLE_STRING, text.as_bytes());
    }
    /// IA5String; the caller has checked that it is ASCII.
    pub fn ia5(&mut self, text: &str) {
        debug_assert!(text.is_ascii(), "not an IA5String: {text}");
        self.tlv(Tag::IA5_STRING, text.as_bytes());
    }
    /// UTCTime until 2049, else GeneralizedTime (RFC 5280 §4.1.2.5); whole seconds, rounded down.
    pub fn utc_or_generalized(&mut self, at: Instant) {
        let (year, month, day, hour, minute, second) = time::civil(at);
        if (1950..2050).contains(&year) {
            let text = format!("{:02}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z", year % 100);
            self.tlv(Tag::UTC_TIME, text.as_bytes());
        } else {
            self.generalized_time(at);
        }
    }
    /// GeneralizedTime in whole seconds, rounded down.
    pub fn generalized_time(&mut self, at: Instant) {
        self.tlv(Tag::GENERALIZED_TIME, time_text(at).as_bytes());
    }
    /// `[n] IMPLICIT GeneralizedTime` in whole seconds, rounded down.
    pub fn implicit_generalized_time(&mut self, number: u32, at: Instant) {
        self.tlv(Tag::context(number), time_text(at).as_bytes());
    }
    /// GeneralizedTime with as many digits of the second as needed.
    pub fn generalized_time_exact(&mut self, at: Instant) {
        let micros = at.0.rem_euclid(1_000_000);
        let mut text = time_text(at);
        if micros != 0 {
            text.pop();
            let fraction = format!("{micros:06}");
            text = format!("{text}.{}Z", fraction.trim_end_matches('0'));
        }
        self.tlv(Tag::GENERALIZED_TIME, text.as_bytes());
    }
}

fn time_text(at: Instant) -> String {
    let (year, month, day, hour, minute, second) = time::civil(at);
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z")
}

fn length_octets(length: usize) -> ([u8; 9], usize) {
    let mut octets = [0; 9];
    let bytes = length.to_be_bytes();
    if length < 0x80 {
        octets[0] = bytes[7];
        return (octets, 1);
    }
    let zeros = bytes.iter().take_while(|octet| **octet == 0).count();
    let count = bytes.len() - zeros;
    octets[0] = 0x80 | u8::try_from(count).unwrap_or(8);
    octets[1..=count].copy_from_slice(&bytes[zeros..]);
    (octets, count + 1)
}
