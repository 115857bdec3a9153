//! Character strings.

use crate::Tag;
use std::borrow::Cow;

/// Whether every character belongs to PrintableString.
#[must_use]
pub fn is_printable_string(text: &str) -> bool {
    text.bytes().all(is_printable)
}

const fn is_printable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b' ' | b'\'' | b'(' | b')' | b'+' | b',' | b'-' | b'.' | b'/' | b':' | b'=' | b'?'
        )
}

pub fn is_string(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::UTF8_STRING
            | Tag::PRINTABLE_STRING
            | Tag::NUMERIC_STRING
            | Tag::IA5_STRING
            | Tag::VISIBLE_STRING
            | Tag::TELETEX_STRING
            | Tag::BMP_STRING
            | Tag::UNIVERSAL_STRING
    )
}

pub fn decode(tag: Tag, bytes: &[u8]) -> Option<Cow<'_, str>> {
    let borrowed = |fits: fn(&u8) -> bool| {
        if bytes.iter().all(fits) {
            std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
        } else {
            None
        }
    };
    match tag {
        Tag::UTF8_STRING => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        // `*`, `@`, `_` and `&` stand in PrintableStrings of real certificates; ASCII is taken as it is.
        Tag::PRINTABLE_STRING | Tag::IA5_STRING | Tag::VISIBLE_STRING => borrowed(u8::is_ascii),
        Tag::NUMERIC_STRING => borrowed(|byte| byte.is_ascii_digit() || *byte == b' '),
        Tag::TELETEX_STRING => Some(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect())),
        Tag::BMP_STRING => {
            let (units, rest) = bytes.as_chunks::<2>();
            let text = char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)))
                .collect::<Result<String, _>>()
                .ok()?;
            rest.is_empty().then_some(Cow::Owned(text))
        }
        Tag::UNIVERSAL_STRING => {
            let (units, rest) = bytes.as_chunks::<4>();
            let text = units
                .iter()
                .map(|unit| char::from_u32(u32::from_be_bytes(*unit)))
                .collect::<Option<String>>()?;
            rest.is_empty().then_some(Cow::Owned(text))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_type_is_read() {
        assert_eq!(decode(Tag::UTF8_STRING, "山田".as_bytes()).unwrap(), "山田");
        assert_eq!(decode(Tag::BMP_STRING, &[0x5c, 0x71, 0xd8, 0x42, 0xdf, 0xb7]).unwrap(), "山𠮷");
        assert_eq!(decode(Tag::UNIVERSAL_STRING, &[0, 2, 0x0b, 0xb7]).unwrap(), "𠮷");
        assert_eq!(decode(Tag::TELETEX_STRING, &[0xe9]).unwrap(), "é");
        assert_eq!(decode(Tag::PRINTABLE_STRING, "山".as_bytes()), None);
        assert_eq!(decode(Tag::BMP_STRING, &[0x5c]), None);
        assert_eq!(decode(Tag::NUMERIC_STRING, b"12 a"), None);
        assert!(is_printable_string("JP (1)") && !is_printable_string("a@b"));
    }
}
