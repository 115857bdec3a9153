//! What stream filters do: Flate with predictors, ASCIIHex, ASCII85. Output is bounded.

use std::borrow::Cow;
use std::io::Read;

use crate::object::{Dict, Obj};
use crate::{Error, Limits};

/// Decodes `raw` by the (direct) /Filter and /DecodeParms of `dict`.
pub(crate) fn decode<'b>(dict: &Dict<'_>, raw: &'b [u8], limits: &Limits) -> Result<Cow<'b, [u8]>, Error> {
    let filters = one_or_many(dict.get("Filter").or_else(|| dict.get("F")));
    let parms = one_or_many(dict.get("DecodeParms").or_else(|| dict.get("DP")));
    if filters.len() > 4 {
        return Err(Error::TooMuch { of: "filters" });
    }
    let cap = limits.inflated.min(raw.len().saturating_mul(limits.ratio).max(64 << 10));
    let mut data = Cow::Borrowed(raw);
    for (at, filter) in filters.iter().enumerate() {
        let Some(name) = filter.name() else {
            return Err(Error::WrongType {
                object: None,
                expected: "name of a filter",
            });
        };
        let parms = parms.get(at).and_then(|value| value.dict());
        data = Cow::Owned(match name.text().as_ref() {
            "FlateDecode" | "Fl" => predict(inflate(&data, cap)?, parms)?,
            "ASCIIHexDecode" | "AHx" => crate::lexer::unhex(data.split(|&byte| byte == b'>').next().unwrap_or(&[])),
            "ASCII85Decode" | "A85" => ascii85(&data)?,
            other => return Err(Error::UnsupportedFilter { name: other.to_owned() }),
        });
    }
    Ok(data)
}

fn one_or_many<'o, 'a>(value: Option<&'o Obj<'a>>) -> Vec<&'o Obj<'a>> {
    match value {
        None | Some(Obj::Null) => Vec::new(),
        Some(Obj::Array(array)) => array.items.iter().collect(),
        Some(one) => vec![one],
    }
}

fn inflate(data: &[u8], cap: usize) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let read = flate2::read::ZlibDecoder::new(data).take(cap as u64 + 1).read_to_end(&mut out);
    if out.len() > cap {
        return Err(Error::TooMuch { of: "inflated bytes" });
    }
    read.map_err(|_| Error::BrokenStream {
        why: "compressed data are broken",
    })?;
    Ok(out)
}

/// The other way, for what we write ourselves.
pub(crate) fn deflate(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let read = flate2::read::ZlibEncoder::new(data, flate2::Compression::default()).read_to_end(&mut out);
    debug_assert!(read.is_ok(), "reading from memory does not fail");
    out
}

fn predict(data: Vec<u8>, parms: Option<&Dict<'_>>) -> Result<Vec<u8>, Error> {
    let Some(parms) = parms else { return Ok(data) };
    let number = |key: &str, default: usize| match parms.get(key) {
        None => Ok(default),
        Some(value) => {
            let value = value
                .int()
                .and_then(|value| usize::try_from(value).ok())
                .filter(|value| (1..=1 << 20).contains(value));
            value.ok_or(Error::BrokenStream {
                why: "predictor out of range",
            })
        }
    };
    let predictor = number("Predictor", 1)?;
    let (colors, bits, columns) = (number("Colors", 1)?, number("BitsPerComponent", 8)?, number("Columns", 1)?);
    if predictor == 1 {
        return Ok(data);
    }
    if predictor < 10 {
        return Err(Error::UnsupportedFilter {
            name: format!("Predictor {predictor}"),
        });
    }
    let pixel = (colors * bits).div_ceil(8);
    let row = (colors * bits * columns).div_ceil(8);
    png(&data, pixel, row)
}

fn png(data: &[u8], pixel: usize, row: usize) -> Result<Vec<u8>, Error> {
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0u8; row];
    for line in data.chunks(row + 1) {
        let (kind, line) = line.split_first().expect("chunks are not empty");
        let mut now = vec![0u8; row];
        for at in 0..line.len() {
            let left = if at >= pixel { now[at - pixel] } else { 0 };
            let corner = if at >= pixel { above[at - pixel] } else { 0 };
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => above[at],
                3 => u8::midpoint(left, above[at]),
                4 => paeth(left, above[at], corner),
                _ => return Err(Error::BrokenStream { why: "unknown predictor" }),
            };
            now[at] = line[at].wrapping_add(guess);
        }
        out.extend(&now[..line.len()]);
        above = now;
    }
    Ok(out)
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let guess = a + b - c;
    let (pa, pb, pc) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if pa <= pb && pa <= pc {
        left
    } else if pb <= pc {
        above
    } else {
        corner
    }
}

fn ascii85(data: &[u8]) -> Result<Vec<u8>, Error> {
    let broken = Error::BrokenStream {
        why: "ASCII85 data are broken",
    };
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let mut group: Vec<u32> = Vec::with_capacity(5);
    for &byte in data {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => {
                group.push(u32::from(byte - b'!'));
                if group.len() == 5 {
                    let value = group
                        .iter()
                        .try_fold(0u32, |value, digit| value.checked_mul(85)?.checked_add(*digit));
                    out.extend(value.ok_or(broken.clone())?.to_be_bytes());
                    group.clear();
                }
            }
            byte if crate::lexer::is_space(byte) => {}
            _ => return Err(broken),
        }
    }
    if group.len() == 1 {
        return Err(broken);
    }
    if !group.is_empty() {
        let take = group.len() - 1;
        group.resize(5, 84);
        let value = group
            .iter()
            .try_fold(0u32, |value, digit| value.checked_mul(85)?.checked_add(*digit))
            .ok_or(broken)?;
        out.extend(&value.to_be_bytes()[..take]);
    }
    Ok(out)
}
