//! The canonical zip: members sorted by name, stored, one fixed time, no extra field, no comment, no directory. The same members
//! always give the same bytes, so a reader can build the archive again and compare.

use std::collections::BTreeMap;

/// The members of an archive by name.
pub type Members = BTreeMap<String, Vec<u8>>;

/// Why bytes are no canonical archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZipError {
    /// It ends too early or its directory does not fit.
    Damaged,
    /// A name that is not plain ASCII letters, digits, `.`, `-`, `_` and `/`, or that climbs out.
    Name,
    /// The checksum of a member is wrong.
    Checksum,
    /// It can be read, but it is not the one canonical form of its members.
    NotCanonical,
    /// More than 65 535 members or 4 GB.
    TooBig,
}

impl std::fmt::Display for ZipError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Damaged => "the archive is damaged",
            Self::Name => "a member's name is not allowed",
            Self::Checksum => "a member's checksum is wrong",
            Self::NotCanonical => "the archive is not in its canonical form",
            Self::TooBig => "the archive is too big",
        })
    }
}
impl std::error::Error for ZipError {}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const VERSION: u16 = 20;
const DATE: u16 = 0x0021; // 1980-01-01, the first day the format can say

/// Whether a member may be called so.
#[must_use]
pub fn name_allowed(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    !name.is_empty()
        && name.len() < 200
        && name.bytes().all(plain)
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}

/// The one archive of `members`.
///
/// # Errors
/// [`ZipError::Name`], [`ZipError::TooBig`].
pub fn write(members: &Members) -> Result<Vec<u8>, ZipError> {
    let Frame { heads, tail } = Frame::around(members)?;
    let mut archive = Vec::new();
    for (head, content) in heads.iter().zip(members.values()) {
        archive.extend(head);
        archive.extend(content);
    }
    archive.extend(tail);
    Ok(archive)
}

/// The one archive of `members` in pieces, to be sent one after the other. The members are among them as they are: an original may be
/// large, and so lies in memory once.
///
/// # Errors
/// As [`write()`].
pub fn pieces(members: Members) -> Result<Vec<Vec<u8>>, ZipError> {
    let Frame { heads, tail } = Frame::around(&members)?;
    let inner = heads.into_iter().zip(members.into_values()).flat_map(<[_; 2]>::from);
    Ok(inner.chain([tail]).collect())
}

/// What stands around the members of an archive.
struct Frame {
    /// Before each member: its local header and name.
    heads: Vec<Vec<u8>>,
    /// Behind the last: the directory and its end.
    tail: Vec<u8>,
}

impl Frame {
    fn around(members: &Members) -> Result<Self, ZipError> {
        let small = |length: usize| u32::try_from(length).map_err(|_| ZipError::TooBig);
        let (mut length, mut heads, mut tail) = (0, Vec::with_capacity(members.len()), Vec::new());
        for (name, bytes) in members {
            if !name_allowed(name) {
                return Err(ZipError::Name);
            }
            let mut told = Vec::with_capacity(30);
            push16(&mut told, &[VERSION, 0, 0, 0, DATE]);
            push32(&mut told, &[crc32fast::hash(bytes), small(bytes.len())?, small(bytes.len())?]);
            push16(&mut told, &[u16::try_from(name.len()).map_err(|_| ZipError::Name)?, 0]);
            push32(&mut tail, &[CENTRAL]);
            push16(&mut tail, &[VERSION]);
            tail.extend(&told);
            push16(&mut tail, &[0, 0, 0]);
            push32(&mut tail, &[0, small(length)?]);
            tail.extend(name.as_bytes());
            let head = [&LOCAL.to_le_bytes(), told.as_slice(), name.as_bytes()].concat();
            length += head.len() + bytes.len();
            heads.push(head);
        }
        let count = u16::try_from(members.len()).map_err(|_| ZipError::TooBig)?;
        let directory = small(tail.len())?;
        push32(&mut tail, &[END]);
        push16(&mut tail, &[0, 0, count, count]);
        push32(&mut tail, &[directory, small(length)?]);
        push16(&mut tail, &[0]);
        small(length + tail.len())?;
        Ok(Self { heads, tail })
    }
}

/// Reads an archive and demands that it is the canonical one of its members.
///
/// # Errors
/// Which rule it breaks.
pub fn read(bytes: &[u8]) -> Result<Members, ZipError> {
    let mut members = Members::new();
    let mut rest = bytes;
    while word(rest, 0) == Some(LOCAL) {
        let length = word(rest, 18).ok_or(ZipError::Damaged)? as usize;
        let name_length = usize::from(u16::from_le_bytes(
            rest.get(26..28).and_then(|b| b.try_into().ok()).ok_or(ZipError::Damaged)?,
        ));
        let name = rest.get(30..30 + name_length).ok_or(ZipError::Damaged)?;
        let content = rest
            .get(30 + name_length..)
            .and_then(|tail| tail.get(..length))
            .ok_or(ZipError::Damaged)?;
        let name = std::str::from_utf8(name)
            .ok()
            .filter(|name| name_allowed(name))
            .ok_or(ZipError::Name)?;
        if word(rest, 14) != Some(crc32fast::hash(content)) {
            return Err(ZipError::Checksum);
        }
        if members.insert(name.to_owned(), content.to_vec()).is_some() {
            return Err(ZipError::NotCanonical);
        }
        rest = &rest[30 + name_length + length..];
    }
    if members.is_empty() {
        return Err(ZipError::Damaged);
    }
    // The one archive of these members must be these bytes; it is compared as it would be written, not written.
    let Frame { heads, tail } = Frame::around(&members)?;
    let mut left = Some(bytes);
    for (head, content) in heads.iter().zip(members.values()) {
        left = left.and_then(|left| left.strip_prefix(&**head)?.strip_prefix(&**content));
    }
    if left == Some(&tail) {
        Ok(members)
    } else {
        Err(ZipError::NotCanonical)
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at + 4)
        .map(|four| u32::from_le_bytes(four.try_into().expect("four bytes")))
}
fn push16(out: &mut Vec<u8>, values: &[u16]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}
fn push32(out: &mut Vec<u8>, values: &[u32]) {
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Members {
        [("a.txt", &b"hello"[..]), ("chain/root.pem", b"x"), ("empty.bin", b"")]
            .map(|(name, bytes)| (name.to_owned(), bytes.to_vec()))
            .into()
    }

    #[test]
    fn an_archive_goes_round_and_no_changed_byte_does() {
        let archive = write(&sample()).unwrap();
        assert_eq!(read(&archive).unwrap(), sample());
        assert_eq!(pieces(sample()).unwrap().concat(), archive);
        for at in 0..archive.len() {
            for bit in 0..8 {
                let mut changed = archive.clone();
                changed[at] ^= 1 << bit;
                assert!(read(&changed).is_err(), "byte {at} bit {bit}");
            }
            assert!(read(&archive[..at]).is_err());
        }
        assert_eq!(read(&[archive, vec![0]].concat()), Err(ZipError::NotCanonical));
    }

    /// As it was before the archive was sent in pieces: kept bundles must stay canonical.
    #[test]
    fn the_form_of_an_archive_does_not_change() {
        let archive = write(&sample()).unwrap();
        assert_eq!(
            (archive.len(), hex::encode(crate::sha256(&archive))),
            (312, "69401b5c15671d2803afbc3e7cd8bfba1c871d0695aac5f9b418c915c3a7e75a".to_owned())
        );
    }

    #[test]
    fn a_large_member_is_handed_on_and_not_copied() {
        let members = sample();
        let lies = members["a.txt"].as_ptr();
        assert!(pieces(members).unwrap().iter().any(|piece| piece.as_ptr() == lies));
    }

    #[test]
    fn names_that_climb_are_refused() {
        for name in ["../x", "/x", "a//b", "a/../b", "ä", "", ".x"] {
            assert!(!name_allowed(name), "{name}");
        }
    }
}
