//! Whether a file unpacks to more than it should: asked before the renderer, which unpacks without bounds, sees it.

use std::io::Read;

use flate2::read::ZlibDecoder;
use pdf::{Document, Error, Obj, Stream, View};

use crate::NotOpened;

/// What one byte of Flate or LZW can become at most, roughly.
const RATIO: u64 = 1_300;
/// Bytes the first of two packings may unpack to.
const MOST_BETWEEN: u64 = 64 << 20;

/// Reads the file with our own reader, which repairs nothing, and measures its streams.
pub fn weigh(bytes: &[u8], most: u64) -> Result<(), NotOpened> {
    let document = Document::open(bytes).map_err(|error| not_opened(&error))?;
    if document.is_encrypted() {
        return Err(NotOpened::Encrypted);
    }
    let view = document.last();
    for reference in view.references() {
        // What does not parse is not drawn either; only packed streams are dangerous.
        if let Ok(Obj::Stream(stream)) = view.object(reference)
            && too_much(&view, &stream, most)
        {
            return Err(NotOpened::TooMuch);
        }
    }
    Ok(())
}

fn not_opened(error: &Error) -> NotOpened {
    match error {
        Error::Encrypted => NotOpened::Encrypted,
        Error::NoPages => NotOpened::NoPages,
        Error::TooMuch { .. } => NotOpened::TooMuch,
        other => NotOpened::Damaged(other.to_string()),
    }
}

fn too_much(view: &View<'_>, stream: &Stream<'_>, most: u64) -> bool {
    let filters = filters(view, stream);
    let packings: Vec<&str> = filters.iter().map(String::as_str).filter(|name| packs(name)).collect();
    let length = stream.data.len() as u64;
    match packings.as_slice() {
        [] => false,
        [_] if length * RATIO <= most => false,
        // Packed twice and more: unpacked once here, measured the second time; nobody packs three times.
        [_, _, ..] if filters.len() > 2 => true,
        ["FlateDecode" | "Fl", second] => {
            let mut between = Vec::new();
            let read = ZlibDecoder::new(&stream.data[..]).take(MOST_BETWEEN + 1).read_to_end(&mut between);
            let between_length = between.len() as u64;
            read.is_err()
                || between_length > MOST_BETWEEN
                || (between_length * RATIO > most && (!flate(second) || unpacked(&between, most) > most))
        }
        [_, _, ..] => true,
        [one] if flate(one) && filters.first().is_some_and(|first| flate(first)) => unpacked(&stream.data, most) > most,
        [_] => true,
    }
}

fn flate(name: &str) -> bool {
    matches!(name, "FlateDecode" | "Fl")
}

fn packs(name: &str) -> bool {
    flate(name) || matches!(name, "LZWDecode" | "LZW")
}

fn unpacked(data: &[u8], most: u64) -> u64 {
    std::io::copy(&mut ZlibDecoder::new(data).take(most + 1), &mut std::io::sink()).unwrap_or(0)
}

fn filters(view: &View<'_>, stream: &Stream<'_>) -> Vec<String> {
    let name = |value: &Obj<'_>| value.name().map(|name| name.text().into_owned());
    match view.value(&stream.dict, "Filter") {
        Ok(Obj::Array(array)) => array
            .items
            .iter()
            .filter_map(|item| view.resolve(item).ok().as_ref().and_then(name))
            .collect(),
        Ok(value) => name(&value).into_iter().collect(),
        Err(_) => Vec::new(),
    }
}
