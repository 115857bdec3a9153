//! Cross-reference sections: tables and streams.

use crate::lexer::{Lexer, is_space};
use crate::object::{Dict, Obj, Ref};
use crate::{Error, Limits, filter};

/// How a revision says where its objects are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XrefKind {
    /// `xref` … `trailer`.
    Table,
    /// A stream with /Type /XRef.
    Stream,
}

/// Where one object is, as one cross-reference section says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Deleted, or never used.
    Free {
        /// Generation for the next use.
        generation: u16,
    },
    /// At a place in the file.
    InUse {
        /// Where `n g obj` stands.
        offset: usize,
        /// Its generation.
        generation: u16,
    },
    /// In an object stream.
    InStream {
        /// Number of the object stream.
        container: u32,
        /// Which of its objects.
        index: u32,
    },
}

pub(crate) struct Section<'a> {
    pub offset: usize,
    /// Sorted by number, no number twice.
    pub entries: Vec<(u32, Entry)>,
    pub kind: XrefKind,
    pub trailer: Dict<'a>,
    pub stream: Option<Ref>,
    pub hybrid: bool,
    pub irregular: bool,
    /// One subsection that begins at 0.
    pub whole: bool,
    pub prev: Option<usize>,
    /// The number after `startxref`.
    pub startxref: usize,
    /// Right after `%%EOF`.
    pub marker_end: usize,
    /// After the end of line that follows `%%EOF`, if one does.
    pub end: usize,
}

pub(crate) fn section<'a>(data: &'a [u8], offset: usize, limits: &Limits) -> Result<Section<'a>, Error> {
    if offset >= data.len() {
        return Err(Error::BrokenXref {
            offset,
            why: "it would stand past the end of the file",
        });
    }
    let mut lexer = Lexer::new(data, offset, limits);
    let mut section = if lexer.take(b"xref") {
        table(&mut lexer, offset, limits)?
    } else {
        stream(&mut lexer, offset, limits)?
    };
    section.entries.sort_by_key(|(number, _)| *number);
    if section.entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(Error::BrokenXref {
            offset,
            why: "a number is listed twice",
        });
    }
    let size = section.trailer.get("Size").and_then(Obj::int).unwrap_or(-1);
    if size < 1 {
        return Err(Error::BrokenXref { offset, why: "no /Size" });
    }
    if section.entries.last().is_some_and(|(number, _)| i64::from(*number) >= size) {
        return Err(Error::BrokenXref {
            offset,
            why: "an entry is beyond /Size",
        });
    }
    section.prev = match section.trailer.get("Prev") {
        None => None,
        Some(prev) => Some(prev.int().and_then(|prev| usize::try_from(prev).ok()).ok_or(Error::BrokenXref {
            offset,
            why: "/Prev is no offset",
        })?),
    };
    tail(&mut lexer, &mut section);
    Ok(section)
}

fn table<'a>(lexer: &mut Lexer<'a>, offset: usize, limits: &Limits) -> Result<Section<'a>, Error> {
    let broken = |why| Error::BrokenXref { offset, why };
    let mut entries = Vec::new();
    let (mut irregular, mut subsections, mut from_zero) = (false, 0usize, false);
    loop {
        lexer.skip_space();
        if lexer.take(b"trailer") {
            break;
        }
        let first = lexer.unsigned().map_err(|_| broken("no subsection and no trailer"))?;
        lexer.skip_space();
        let count = lexer.unsigned().map_err(|_| broken("a subsection without length"))?;
        lexer.skip_space();
        subsections += 1;
        from_zero |= first == 0;
        let left = (lexer.data.len() - lexer.pos) / 18;
        if usize::try_from(count).map_or(true, |count| count > left) {
            return Err(broken("a subsection longer than the file"));
        }
        if first + count > limits.objects as u64 {
            return Err(Error::TooMuch { of: "objects" });
        }
        for at in 0..count {
            let number = u32::try_from(first + at).map_err(|_| Error::TooMuch { of: "objects" })?;
            let rest = &lexer.data[lexer.pos..];
            let (entry, regular) = table_entry(rest).ok_or(Error::BrokenXref {
                offset: lexer.pos,
                why: "an entry does not parse",
            })?;
            lexer.pos += 18;
            if regular {
                lexer.pos += 2;
            } else {
                irregular |= at + 1 < count || !rest.get(18).copied().is_some_and(is_space);
                lexer.skip_space();
            }
            entries.push((number, entry));
        }
    }
    let trailer = lexer.dict()?;
    let hybrid = trailer.get("XRefStm").is_some();
    let whole = subsections == 1 && from_zero;
    Ok(Section {
        offset,
        entries,
        kind: XrefKind::Table,
        trailer,
        stream: None,
        hybrid,
        irregular,
        whole,
        prev: None,
        startxref: 0,
        marker_end: 0,
        end: 0,
    })
}

/// `0000000123 00000 n` and two bytes of line end; `true` when those two are as they must be.
fn table_entry(rest: &[u8]) -> Option<(Entry, bool)> {
    let line = rest.get(..18)?;
    let digits = |text: &[u8]| -> Option<u64> {
        text.iter()
            .all(u8::is_ascii_digit)
            .then(|| text.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0')))
    };
    let first = digits(&line[..10])?;
    let generation = u16::try_from(digits(&line[11..16])?).ok()?;
    if line[10] != b' ' || line[16] != b' ' {
        return None;
    }
    let entry = match line[17] {
        b'n' => Entry::InUse {
            offset: usize::try_from(first).ok()?,
            generation,
        },
        b'f' => Entry::Free { generation },
        _ => return None,
    };
    let regular = matches!(rest.get(18..20), Some(b" \n" | b" \r" | b"\r\n"));
    Some((entry, regular))
}

fn stream<'a>(lexer: &mut Lexer<'a>, offset: usize, limits: &Limits) -> Result<Section<'a>, Error> {
    let broken = |why| Error::BrokenXref { offset, why };
    let object = lexer.header().ok_or(broken("neither a table nor a stream"))?;
    let dict = lexer.dict().map_err(|_| broken("neither a table nor a stream"))?;
    if !dict.is("Type", "XRef") {
        return Err(broken("the stream there is no /XRef"));
    }
    let length = dict
        .get("Length")
        .and_then(Obj::int)
        .and_then(|length| usize::try_from(length).ok());
    let raw = crate::view::stream_data(lexer, length.ok_or(broken("no direct /Length"))?)?;
    lexer.skip();
    lexer.demand("endobj")?;
    let data = filter::decode(&dict, raw, limits)?;
    let size = dict
        .get("Size")
        .and_then(Obj::int)
        .and_then(|size| u64::try_from(size).ok())
        .ok_or(broken("no /Size"))?;
    let whole_numbers = |key: &str| -> Option<Vec<u64>> {
        dict.get(key)?
            .array()?
            .iter()
            .map(|item| item.int().and_then(|value| u64::try_from(value).ok()))
            .collect()
    };
    let widths = whole_numbers("W").ok_or(broken("no /W"))?;
    let [w0, w1, w2] = widths[..] else {
        return Err(broken("/W has not three numbers"));
    };
    if w0 > 8 || w1 > 8 || w2 > 8 || w0 + w1 + w2 == 0 {
        return Err(broken("/W is out of range"));
    }
    let (w0, w1, w2) = (w0 as usize, w1 as usize, w2 as usize);
    let index = if dict.get("Index").is_some() {
        whole_numbers("Index").ok_or(broken("/Index"))?
    } else {
        vec![0, size]
    };
    if index.len() % 2 != 0 {
        return Err(broken("/Index has an odd length"));
    }
    let mut rows = data.chunks_exact(w0 + w1 + w2);
    let mut entries = Vec::new();
    for run in index.chunks_exact(2) {
        let (first, count) = (run[0], run[1]);
        if count > rows.len() as u64 {
            return Err(broken("fewer entries than /Index says"));
        }
        if first.saturating_add(count) > limits.objects as u64 {
            return Err(Error::TooMuch { of: "objects" });
        }
        for (number, row) in (first..first + count).zip(rows.by_ref()) {
            let number = u32::try_from(number).map_err(|_| Error::TooMuch { of: "objects" })?;
            let value = |bytes: &[u8]| bytes.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
            let kind = if w0 == 0 { 1 } else { value(&row[..w0]) };
            let (second, third) = (value(&row[w0..w0 + w1]), value(&row[w0 + w1..]));
            let entry = match kind {
                0 => Entry::Free {
                    generation: u16::try_from(third).unwrap_or(u16::MAX),
                },
                1 => Entry::InUse {
                    offset: usize::try_from(second).map_err(|_| broken("an offset is out of range"))?,
                    generation: u16::try_from(third).map_err(|_| broken("a generation is out of range"))?,
                },
                2 => Entry::InStream {
                    container: u32::try_from(second).map_err(|_| broken("an object stream's number is out of range"))?,
                    index: u32::try_from(third).map_err(|_| broken("an index is out of range"))?,
                },
                _ => return Err(broken("an entry of unknown type")),
            };
            entries.push((number, entry));
        }
    }
    let whole = index.len() == 2 && index[0] == 0;
    Ok(Section {
        offset,
        entries,
        kind: XrefKind::Stream,
        trailer: dict,
        stream: Some(object),
        hybrid: false,
        irregular: false,
        whole,
        prev: None,
        startxref: 0,
        marker_end: 0,
        end: 0,
    })
}

/// `startxref`, the number, `%%EOF` and the end of its line. The first half of a linearised file may lack them: `end` stays 0.
fn tail(lexer: &mut Lexer<'_>, section: &mut Section<'_>) {
    lexer.skip();
    if !lexer.take(b"startxref") {
        return;
    }
    lexer.skip_space();
    let Some(startxref) = lexer.unsigned().ok().and_then(|value| usize::try_from(value).ok()) else {
        return;
    };
    lexer.skip_space();
    let rest = &lexer.data[lexer.pos..];
    if !rest.starts_with(b"%%EOF") {
        return;
    }
    section.startxref = startxref;
    section.marker_end = lexer.pos + 5;
    section.end = section.marker_end
        + match &rest[5..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
}
