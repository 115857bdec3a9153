//! A TrueType font without what only screens of old need: programs that fit outlines to pixels, and names in many languages.
//! A subset of it is a third smaller, and every mark in a contract carries one.

/// Tables left out: programs for hinting, their values, and device metrics that came of them.
const LEFT_OUT: [&[u8; 4]; 9] = [b"fpgm", b"prep", b"cvt ", b"hdmx", b"VDMX", b"LTSH", b"gasp", b"DSIG", b"meta"];
/// Family, style, full and PostScript name, and the typographic ones.
const NAMES: [u16; 6] = [1, 2, 4, 6, 16, 17];

/// The font without hinting, or `None` if it is of another kind (CFF, a collection) or unusual: then it is used as it is.
pub fn thin(font: &[u8]) -> Option<Vec<u8>> {
    if !matches!(font.get(..4)?, [0, 1, 0, 0] | b"true") {
        return None;
    }
    let mut tables = tables(font)?;
    let long = word(table(&tables, b"head")?, 50)? == 1;
    let glyphs = usize::from(word(table(&tables, b"maxp")?, 4)?);
    let (glyf, loca) = outlines(table(&tables, b"glyf")?, table(&tables, b"loca")?, glyphs, long)?;
    let names = names(table(&tables, b"name")?)?;
    tables.retain(|(tag, _)| !LEFT_OUT.contains(&tag));
    for (tag, data) in &mut tables {
        match &*tag {
            b"glyf" => data.clone_from(&glyf),
            b"loca" => data.clone_from(&loca),
            b"name" => data.clone_from(&names),
            // indexToLocFormat: the new places are long.
            b"head" => data.get_mut(50..52)?.copy_from_slice(&[0, 1]),
            // maxSizeOfInstructions.
            b"maxp" => data.get_mut(26..28)?.fill(0),
            _ => {}
        }
    }
    Some(joined(&tables))
}

type Table = ([u8; 4], Vec<u8>);

fn word(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn long_word(data: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?)).ok()
}

fn tables(font: &[u8]) -> Option<Vec<Table>> {
    let count = usize::from(word(font, 4)?);
    (0..count)
        .map(|at| {
            let entry = 12 + 16 * at;
            let tag = font.get(entry..entry + 4)?.try_into().ok()?;
            let (offset, length) = (long_word(font, entry + 8)?, long_word(font, entry + 12)?);
            Some((tag, font.get(offset..offset.checked_add(length)?)?.to_vec()))
        })
        .collect()
}

fn table<'t>(tables: &'t [Table], tag: &[u8; 4]) -> Option<&'t [u8]> {
    tables.iter().find(|(found, _)| found == tag).map(|(_, data)| data.as_slice())
}

/// All outlines without instructions, and their places.
fn outlines(glyf: &[u8], loca: &[u8], glyphs: usize, long: bool) -> Option<(Vec<u8>, Vec<u8>)> {
    let place = |at: usize| {
        if long {
            long_word(loca, 4 * at)
        } else {
            word(loca, 2 * at).map(|half| 2 * usize::from(half))
        }
    };
    let (mut out, mut places) = (Vec::with_capacity(glyf.len()), Vec::with_capacity(4 * glyphs + 4));
    for at in 0..glyphs {
        places.extend(u32::try_from(out.len()).ok()?.to_be_bytes());
        let glyph = glyf.get(place(at)?..place(at + 1)?)?;
        if !glyph.is_empty() {
            plain(glyph, &mut out)?;
            out.resize(out.len().next_multiple_of(4), 0);
        }
    }
    places.extend(u32::try_from(out.len()).ok()?.to_be_bytes());
    Some((out, places))
}

/// One outline without instructions.
fn plain(glyph: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let contours = word(glyph, 0)?;
    if contours < 0x8000 {
        let at = 10 + 2 * usize::from(contours);
        let instructions = usize::from(word(glyph, at)?);
        out.extend(glyph.get(..at)?);
        out.extend([0, 0]);
        out.extend(glyph.get(at + 2 + instructions..)?);
        return Some(());
    }
    // Made of others: flags, number, two places, a scale; again while more follow.
    const WORDS: u16 = 0x1;
    const SCALE: u16 = 0x8;
    const MORE: u16 = 0x20;
    const TWO_SCALES: u16 = 0x40;
    const MATRIX: u16 = 0x80;
    const INSTRUCTIONS: u16 = 0x100;
    out.extend(glyph.get(..10)?);
    let mut at = 10;
    loop {
        let flags = word(glyph, at)?;
        let scale = match flags {
            flags if flags & SCALE != 0 => 2,
            flags if flags & TWO_SCALES != 0 => 4,
            flags if flags & MATRIX != 0 => 8,
            _ => 0,
        };
        let end = at + 4 + if flags & WORDS != 0 { 4 } else { 2 } + scale;
        out.extend((flags & !INSTRUCTIONS).to_be_bytes());
        out.extend(glyph.get(at + 2..end)?);
        at = end;
        if flags & MORE == 0 {
            return Some(());
        }
    }
}

/// The English names that programs ask for.
fn names(name: &[u8]) -> Option<Vec<u8>> {
    let (count, storage) = (usize::from(word(name, 2)?), usize::from(word(name, 4)?));
    let mut kept: Vec<([u8; 8], &[u8])> = Vec::new();
    for at in 0..count {
        let entry = name.get(6 + 12 * at..18 + 12 * at)?;
        let is_english = word(entry, 0)? == 3 && word(entry, 4)? == 0x409;
        if is_english && NAMES.contains(&word(entry, 6)?) {
            let start = storage + usize::from(word(entry, 10)?);
            let text = name.get(start..start + usize::from(word(entry, 8)?))?;
            kept.push((entry.get(..8)?.try_into().ok()?, text));
        }
    }
    let mut out = vec![0, 0];
    out.extend(u16::try_from(kept.len()).ok()?.to_be_bytes());
    out.extend(u16::try_from(6 + 12 * kept.len()).ok()?.to_be_bytes());
    let mut texts: Vec<u8> = Vec::new();
    for (head, text) in kept {
        out.extend(head);
        out.extend(u16::try_from(text.len()).ok()?.to_be_bytes());
        out.extend(u16::try_from(texts.len()).ok()?.to_be_bytes());
        texts.extend(text);
    }
    out.extend(texts);
    Some(out)
}

/// A font file of tables in the order they came (by tag).
fn joined(tables: &[Table]) -> Vec<u8> {
    let count = u16::try_from(tables.len()).unwrap_or(u16::MAX);
    let power = count.checked_ilog2().unwrap_or(0);
    let range = 16u16 << power;
    let mut out = vec![0, 1, 0, 0];
    for number in [count, range, u16::try_from(power).unwrap_or(0), (count * 16).saturating_sub(range)] {
        out.extend(number.to_be_bytes());
    }
    let mut offset = 12 + 16 * tables.len();
    for (tag, data) in tables {
        out.extend(tag);
        out.extend(checksum(data).to_be_bytes());
        for number in [offset, data.len()] {
            out.extend(u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes());
        }
        offset += data.len().next_multiple_of(4);
    }
    for (_, data) in tables {
        out.extend(data);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

fn checksum(data: &[u8]) -> u32 {
    data.chunks(4).fold(0u32, |sum, chunk| {
        let mut bytes = [0; 4];
        bytes[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(bytes))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_truetype_is_left_alone() {
        assert_eq!(thin(b"OTTO whatever"), None);
        assert_eq!(thin(b""), None);
        assert_eq!(thin(&[0, 1, 0, 0, 0, 9]), None);
    }

    #[test]
    fn instructions_go_and_outlines_stay() {
        // One contour, one point, three bytes of instructions.
        let simple = [&[0, 1, 0, 0, 0, 0, 0, 9, 0, 9, 0, 0, 0, 3, 7, 7, 7][..], &[1, 2, 3]].concat();
        let mut out = Vec::new();
        plain(&simple, &mut out).unwrap();
        assert_eq!(out, [&[0, 1, 0, 0, 0, 0, 0, 9, 0, 9, 0, 0, 0, 0][..], &[1, 2, 3]].concat());
        // Two parts: byte places and more, then word places with instructions.
        let head = [0xFF, 0xFF, 0, 0, 0, 0, 0, 9, 0, 9];
        let composite = [&head[..], &[0, 0x20, 0, 5, 1, 1], &[1, 0x01, 0, 6, 0, 1, 0, 1], &[0, 2, 7, 7]].concat();
        let mut out = Vec::new();
        plain(&composite, &mut out).unwrap();
        assert_eq!(out, [&head[..], &[0, 0x20, 0, 5, 1, 1], &[0, 0x01, 0, 6, 0, 1, 0, 1]].concat());
    }
}
