//! Pixels into a small PNG.

/// How hard PNG packs, of 1 to 9: what more would save is not worth its time.
const LEVEL: u8 = 4;

/// The rows of a picture as PNG. What is flat, as pages of text are, is drawn with sixteen shades of each colour, which no eye tells
/// apart at the edge of a letter and which halves the bytes; photographs keep all their shades.
pub fn png(width: u32, height: u32, mut colours: Vec<[u8; 3]>) -> Option<Vec<u8>> {
    let same = colours.windows(2).filter(|pair| pair[0] == pair[1]).count();
    if same * 4 >= colours.len() * 3 {
        for shade in colours.as_flattened_mut() {
            // The nearest multiple of 17: 0, 17, … 255.
            *shade = u8::try_from((u16::from(*shade) + 8) / 17 * 17).unwrap_or(u8::MAX);
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_deflate_compression(png::DeflateCompression::Level(LEVEL));
    let data = match palette(&colours) {
        Some((palette, indices)) => {
            let depth = if palette.len() <= 16 {
                png::BitDepth::Four
            } else {
                png::BitDepth::Eight
            };
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_depth(depth);
            encoder.set_palette(palette.concat());
            // Filters predict shades; of numbers in a palette they know nothing.
            encoder.set_filter(png::Filter::NoFilter);
            if depth == png::BitDepth::Four {
                halved(&indices, usize::try_from(width).unwrap_or(1))
            } else {
                indices
            }
        }
        None => {
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_depth(png::BitDepth::Eight);
            colours.concat()
        }
    };
    encoder.write_header().ok()?.write_image_data(&data).ok()?;
    Some(out)
}

/// The colours, darkest first, and the place of each pixel's colour among them, if there are at most 256.
fn palette(colours: &[[u8; 3]]) -> Option<(Vec<[u8; 3]>, Vec<u8>)> {
    let mut known = std::collections::BTreeSet::new();
    let mut last = None;
    for colour in colours {
        if last != Some(colour) && known.insert(*colour) && known.len() > 256 {
            return None;
        }
        last = Some(colour);
    }
    let palette: Vec<[u8; 3]> = known.into_iter().collect();
    let mut last = (palette.first().copied()?, 0);
    let place = |colour: &[u8; 3]| {
        if last.0 != *colour {
            let at = palette.binary_search(colour).unwrap_or(0);
            last = (*colour, u8::try_from(at).unwrap_or(0));
        }
        last.1
    };
    let indices = colours.iter().map(place).collect();
    Some((palette, indices))
}

/// Two pixels to the byte, each row from a byte of its own.
fn halved(indices: &[u8], width: usize) -> Vec<u8> {
    let pair = |pair: &[u8]| pair[0] << 4 | pair.get(1).copied().unwrap_or(0);
    indices.chunks(width.max(1)).flat_map(|row| row.chunks(2).map(pair)).collect()
}
