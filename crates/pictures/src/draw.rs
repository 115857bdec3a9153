//! Pictures.

use hayro::hayro_interpret::TransformExt;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

use crate::survey::{Facts, settings, survey};
use crate::{Book, NotDrawn};

/// Width and height of a tile in pixels.
pub const TILE: u32 = 512;
/// Zoom 0 has 18 dots to the inch; each further one twice as many. 3 is 144, 6 is 1152.
const DOTS_AT_ZOOM_0: f32 = 18.0;
const MOST_ZOOM: u8 = 6;
/// How hard PNG packs, of 1 to 9: what more would save is not worth its time.
const LEVEL: u8 = 4;

/// A drawn page or part of one.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// The picture as PNG.
    pub png: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture {} × {}, {} bytes", self.width, self.height, self.png.len())
    }
}

/// How a page is cut into tiles at a zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Width of the whole page in pixels.
    pub width: u32,
    /// Height of the whole page in pixels.
    pub height: u32,
    /// Tiles from left to right.
    pub columns: u32,
    /// Tiles from top to bottom.
    pub rows: u32,
}

/// What part of a page is drawn, and how large.
#[derive(Clone, Copy)]
struct Window {
    scale: f32,
    left: u32,
    top: u32,
    width: u16,
    height: u16,
}

impl Book {
    /// Page `page` (from 0) as a picture `width` pixels wide.
    ///
    /// # Errors
    /// See [`NotDrawn`]; a picture with too many pixels is [`NotDrawn::TooLarge`].
    pub fn draw(&self, page: usize, width: u32) -> Result<Picture, NotDrawn> {
        let size = self.size(page)?;
        #[expect(clippy::cast_precision_loss, reason = "widths of pictures are small numbers")]
        let scale = width.max(1) as f32 / size.width;
        let height = pixels(size.height * scale);
        self.window(page, scale, [0, 0], [width.max(1), height])
    }

    /// Page `page` with so many dots to the inch.
    ///
    /// # Errors
    /// See [`NotDrawn`].
    pub fn draw_at(&self, page: usize, dots: f32) -> Result<Picture, NotDrawn> {
        let size = self.size(page)?;
        let scale = dots.clamp(1.0, 1200.0) / 72.0;
        self.window(page, scale, [0, 0], [pixels(size.width * scale), pixels(size.height * scale)])
    }

    /// A small picture, at most `side` pixels wide and high.
    ///
    /// # Errors
    /// See [`NotDrawn`].
    pub fn thumbnail(&self, page: usize, side: u16) -> Result<Picture, NotDrawn> {
        let size = self.size(page)?;
        let scale = f32::from(side.max(8)) / size.width.max(size.height);
        self.window(page, scale, [0, 0], [pixels(size.width * scale), pixels(size.height * scale)])
    }

    /// How page `page` is cut at `zoom` (0 is 18 dots to the inch, each step doubles, 6 is the last).
    ///
    /// # Errors
    /// [`NotDrawn::NoSuchPage`], also for a zoom that does not exist.
    pub fn grid(&self, page: usize, zoom: u8) -> Result<Grid, NotDrawn> {
        let size = self.size(page)?;
        let scale = scale_of(zoom)?;
        let (width, height) = (pixels(size.width * scale), pixels(size.height * scale));
        Ok(Grid {
            width,
            height,
            columns: width.div_ceil(TILE),
            rows: height.div_ceil(TILE),
        })
    }

    /// One tile; the last ones of a row or column are as small as what is left.
    ///
    /// # Errors
    /// See [`NotDrawn`].
    pub fn tile(&self, page: usize, zoom: u8, column: u32, row: u32) -> Result<Picture, NotDrawn> {
        let grid = self.grid(page, zoom)?;
        if column >= grid.columns || row >= grid.rows {
            return Err(NotDrawn::NoSuchPage);
        }
        let (left, top) = (column * TILE, row * TILE);
        let size = [TILE.min(grid.width - left), TILE.min(grid.height - top)];
        self.window(page, scale_of(zoom)?, [left, top], size)
    }

    fn window(&self, page: usize, scale: f32, [left, top]: [u32; 2], [width, height]: [u32; 2]) -> Result<Picture, NotDrawn> {
        let side = |length: u32| {
            u16::try_from(length)
                .ok()
                .filter(|length| *length <= 16_000)
                .ok_or(NotDrawn::TooLarge)
        };
        if u64::from(width) * u64::from(height) > self.limits.pixels {
            return Err(NotDrawn::TooLarge);
        }
        let window = Window {
            scale,
            left,
            top,
            width: side(width)?,
            height: side(height)?,
        };
        let book = self.clone();
        self.guarded(move || book.with_page(page, |_, drawn| draw(&book, page, drawn, window)))??
    }
}

fn scale_of(zoom: u8) -> Result<f32, NotDrawn> {
    if zoom > MOST_ZOOM {
        return Err(NotDrawn::NoSuchPage);
    }
    Ok(DOTS_AT_ZOOM_0 / 72.0 * f32::from(1u16 << zoom))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a page is at most 15000 points, a scale at most 17"
)]
fn pixels(length: f32) -> u32 {
    (length.round() as u32).max(1)
}

fn draw(book: &Book, number: usize, page: &Page<'_>, window: Window) -> Result<Picture, NotDrawn> {
    // What a page asks for does not change: it is asked once, not for each tile.
    if !book.is_harmless(number) {
        if survey(page, book).is_too_large() {
            return Err(NotDrawn::TooMuch);
        }
        book.now_harmless(number);
    }
    let facts = Facts::default();
    let cache = RenderCache::new();
    let place = Affine::translate((-f64::from(window.left), -f64::from(window.top)))
        * Affine::scale(f64::from(window.scale))
        * page.initial_transform(true).to_kurbo();
    let mut context = RenderContext::new(window.width, window.height);
    let settings = settings(&book.substitutes, &facts);
    let rendering = RenderSettings {
        // Letters of a few pixels are not fitted to them.
        hinting: window.scale >= 1.0,
        ..RenderSettings::default()
    };
    render_into(page, &cache, &settings, &rendering, &mut context, place);
    context.flush();
    let mut pixmap = Pixmap::new(window.width, window.height);
    let white = RasterizerSettings {
        target_init: TargetInit::Clear(WHITE),
        ..RasterizerSettings::default()
    };
    context.render_with(&mut pixmap, &mut Resources::default(), white);
    Ok(Picture {
        width: window.width.into(),
        height: window.height.into(),
        png: png(&pixmap).ok_or(NotDrawn::Failed)?,
    })
}

/// The picture as PNG. What is flat, as pages of text are, is drawn with sixteen shades of each colour, which no eye tells apart at
/// the edge of a letter and which halves the bytes; photographs keep all their shades.
fn png(pixmap: &Pixmap) -> Option<Vec<u8>> {
    let all = pixmap.data();
    let mut colours: Vec<[u8; 3]> = all.iter().map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    let same = colours.windows(2).filter(|pair| pair[0] == pair[1]).count();
    if same * 4 >= colours.len() * 3 {
        for shade in colours.as_flattened_mut() {
            // The nearest multiple of 17: 0, 17, … 255.
            *shade = u8::try_from((u16::from(*shade) + 8) / 17 * 17).unwrap_or(u8::MAX);
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixmap.width().into(), pixmap.height().into());
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
                halved(&indices, pixmap.width().into())
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
