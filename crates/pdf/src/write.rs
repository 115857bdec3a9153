//! From values to bytes. Deterministic; only what is built or replaced is ever written.

use crate::lexer::{is_delimiter, is_space};
use crate::object::{Dict, Name, Obj, Ref, Str};

/// Appends `value` as PDF text.
pub fn write(out: &mut Vec<u8>, value: &Obj<'_>) {
    match value {
        Obj::Null => out.extend(b"null"),
        Obj::Bool(true) => out.extend(b"true"),
        Obj::Bool(false) => out.extend(b"false"),
        Obj::Int(value) => {
            if *value < 0 {
                out.push(b'-');
            }
            number(out, value.unsigned_abs(), 1);
        }
        Obj::Real(text) => out.extend(text.iter()),
        Obj::Name(value) => write_name(out, value),
        Obj::Str(value) => write_str(out, value),
        Obj::Array(array) => {
            out.push(b'[');
            for (at, item) in array.items.iter().enumerate() {
                if at > 0 {
                    out.push(b' ');
                }
                write(out, item);
            }
            out.push(b']');
        }
        Obj::Dict(dict) => write_dict(out, dict),
        Obj::Stream(stream) => {
            let mut dict = stream.dict.clone();
            dict.set(
                "Length",
                i64::try_from(stream.data.len()).expect("a stream in memory is shorter than i64"),
            );
            write_dict(out, &dict);
            out.extend(b"\nstream\n");
            out.extend(stream.data.iter());
            out.extend(b"\nendstream");
        }
        Obj::Ref(reference) => {
            write_place(out, *reference);
            out.push(b'R');
        }
    }
}

/// `12 0 `
pub(crate) fn write_place(out: &mut Vec<u8>, reference: Ref) {
    number(out, reference.number.into(), 1);
    out.push(b' ');
    number(out, reference.generation.into(), 1);
    out.push(b' ');
}

pub(crate) fn write_dict(out: &mut Vec<u8>, dict: &Dict<'_>) {
    out.extend(b"<<");
    for (name, value) in dict.iter() {
        out.push(b'\n');
        write_name(out, name);
        out.push(b' ');
        write(out, value);
    }
    out.extend(b"\n>>");
}

fn write_name(out: &mut Vec<u8>, name: &Name<'_>) {
    out.push(b'/');
    if name.0.iter().all(u8::is_ascii_alphanumeric) {
        out.extend_from_slice(&name.0);
        return;
    }
    for &byte in name.0.iter() {
        if is_space(byte) || is_delimiter(byte) || byte == b'#' || !(0x21..=0x7E).contains(&byte) {
            out.extend(format!("#{byte:02X}").as_bytes());
        } else {
            out.push(byte);
        }
    }
}

fn write_str(out: &mut Vec<u8>, value: &Str<'_>) {
    let (open, close) = if value.is_hex() { (b'<', b'>') } else { (b'(', b')') };
    out.push(open);
    out.extend(value.source());
    out.push(close);
}

/// Upper-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> Vec<u8> {
    let mut text = vec![0; 2 * bytes.len()];
    hex_into(&mut text, bytes);
    text
}

/// The same into a place of twice the length.
pub(crate) fn hex_into(place: &mut [u8], bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for (pair, byte) in place.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
}

/// Appends a whole number, with zeros before it up to `width` digits.
pub(crate) fn number(out: &mut Vec<u8>, mut value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    while value > 0 || start == digits.len() {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    let start = start.min(digits.len() - width.min(digits.len()));
    out.extend_from_slice(&digits[start..]);
}

/// The inside of a literal string that holds `bytes`.
pub(crate) fn escape(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            _ => out.push(byte),
        }
    }
    out
}
