//! Pictures.

use hayro::hayro_interpret::TransformExt;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

use crate::png::png;
use crate::survey::{Facts, settings, survey};
use crate::{Book, NotDrawn};

/// Width and height of a tile in pixels.
pub const TILE: u32 = 512;
/// Zoom 0 has 18 dots to the inch; each further one twice as many. 3 is 144, 6 is 1152.
const DOTS_AT_ZOOM_0: f32 = 18.0;
const MOST_ZOOM: u8 = 6;

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
        self.guarded(move || book.with_page(page, |_, drawn| picture(&book, page, drawn, window)))??
    }

    /// Small pictures of some pages, one below the other: each stands at the top of a cell of this width and height, in a sheet of
    /// this width and at most this height. One picture instead of many.
    ///
    /// # Errors
    /// See [`NotDrawn`]; a page that cannot be drawn is an empty sheet.
    pub fn strip(&self, pages: std::ops::Range<usize>, strip: Strip) -> Result<Picture, NotDrawn> {
        let pages = pages.start..pages.end.min(self.pages());
        let (width, cell) = (usize::from(strip.width.max(8)), usize::from(strip.cell.max(8)));
        let cells = pages.len();
        if cells == 0 {
            return Err(NotDrawn::NoSuchPage);
        }
        if (cells * width * cell) as u64 > self.limits.pixels {
            return Err(NotDrawn::TooLarge);
        }
        let book = self.clone();
        self.guarded(move || {
            let mut all = vec![strip.ground; cells * width * cell];
            for (at, page) in pages.enumerate() {
                let window = book.small(page, strip.width, strip.height)?;
                let drawn = book
                    .with_page(page, |_, drawn| draw(&book, page, drawn, window))
                    .and_then(|drawn| drawn);
                let left = (width - usize::from(window.width).min(width)) / 2;
                for y in 0..usize::from(window.height).min(cell) {
                    let row = (at * cell + y) * width + left;
                    for x in 0..usize::from(window.width).min(width - left) {
                        all[row + x] = match &drawn {
                            Ok(drawn) => colour(drawn, x, y),
                            Err(_) => [255; 3],
                        };
                    }
                }
            }
            let (width, height) = (
                u32::from(strip.width.max(8)),
                u32::try_from(cells * cell).map_err(|_| NotDrawn::TooLarge)?,
            );
            Ok(Picture {
                width,
                height,
                png: png(width, height, all).ok_or(NotDrawn::Failed)?,
            })
        })?
    }

    /// How a page is drawn within this width and height.
    fn small(&self, page: usize, width: u16, height: u16) -> Result<Window, NotDrawn> {
        let size = self.size(page)?;
        let scale = (f32::from(width) / size.width).min(f32::from(height) / size.height);
        let side = |length: f32, most: u16| u16::try_from(pixels(length * scale)).unwrap_or(most).min(most).max(1);
        Ok(Window {
            scale,
            left: 0,
            top: 0,
            width: side(size.width, width),
            height: side(size.height, height),
        })
    }

    /// How much of a place (in points from the top left) is not blank paper, of 0 to 1.
    ///
    /// # Errors
    /// See [`NotDrawn`].
    pub fn ink(&self, page: usize, place: crate::Place) -> Result<f64, NotDrawn> {
        let size = self.size(page)?;
        let within = |value: f32, most: f32| pixels(value.clamp(0.0, most - 1.0)).min(pixels(most) - 1);
        let (left, top) = (within(place.left, size.width), within(place.top, size.height));
        let (right, bottom) = (
            within(place.left + place.width, size.width),
            within(place.top + place.height, size.height),
        );
        let side = |from: u32, to: u32| u16::try_from(to.saturating_sub(from).max(1)).map_err(|_| NotDrawn::TooLarge);
        let window = Window {
            scale: 1.0,
            left,
            top,
            width: side(left, right)?,
            height: side(top, bottom)?,
        };
        let book = self.clone();
        let drawn = self.guarded(move || book.with_page(page, |_, drawn| draw(&book, page, drawn, window)))???;
        let inked = drawn.data().iter().filter(|pixel| is_dark(pixel));
        #[expect(clippy::cast_precision_loss, reason = "counts of pixels")]
        Ok(inked.count() as f64 / drawn.data().len().max(1) as f64)
    }
}

/// How [`Book::strip`] lays out small pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strip {
    /// Width of the strip, and the most a picture may have.
    pub width: u16,
    /// The most height a picture may have.
    pub height: u16,
    /// Height of a cell.
    pub cell: u16,
    /// The colour around the pictures.
    pub ground: [u8; 3],
}

/// Grey values of a page at this scale, for comparing text with what is seen: rows from the top.
pub fn grey(book: &Book, number: usize, page: &Page<'_>, scale: f32) -> Result<(usize, Vec<u8>), NotDrawn> {
    let size = book.size(number)?;
    let side = |length: f32| u16::try_from(pixels(length * scale)).map_err(|_| NotDrawn::TooLarge);
    let window = Window {
        scale,
        left: 0,
        top: 0,
        width: side(size.width)?,
        height: side(size.height)?,
    };
    let drawn = draw(book, number, page, window)?;
    let value = |pixel: &hayro::vello_cpu::color::PremulRgba8| {
        let sum = u32::from(pixel.r) * 30 + u32::from(pixel.g) * 59 + u32::from(pixel.b) * 11;
        u8::try_from(sum / 100).unwrap_or(u8::MAX)
    };
    Ok((usize::from(window.width), drawn.data().iter().map(value).collect()))
}

/// Which points of a page are not blank paper: how many there are in a row, and all rows from the top.
pub fn dark(book: &Book, number: usize, page: &Page<'_>) -> Result<(usize, Vec<bool>), NotDrawn> {
    let size = book.size(number)?;
    if u64::from(pixels(size.width)) * u64::from(pixels(size.height)) > book.limits.pixels {
        return Err(NotDrawn::TooLarge);
    }
    let side = |length: f32| u16::try_from(pixels(length)).map_err(|_| NotDrawn::TooLarge);
    let window = Window {
        scale: 1.0,
        left: 0,
        top: 0,
        width: side(size.width)?,
        height: side(size.height)?,
    };
    let drawn = draw(book, number, page, window)?;
    Ok((usize::from(window.width), drawn.data().iter().map(is_dark).collect()))
}

fn is_dark(pixel: &hayro::vello_cpu::color::PremulRgba8) -> bool {
    !is_bright([pixel.r, pixel.g, pixel.b].map(u32::from))
}

/// As bright as paper, also as that of a scan; of red, green and blue up to 255.
pub fn is_bright(colour: [u32; 3]) -> bool {
    colour.iter().sum::<u32>() >= 3 * 232
}

fn colour(drawn: &Pixmap, x: usize, y: usize) -> [u8; 3] {
    let at = y * usize::from(drawn.width()) + x;
    drawn.data().get(at).map_or([255; 3], |pixel| [pixel.r, pixel.g, pixel.b])
}

fn picture(book: &Book, number: usize, page: &Page<'_>, window: Window) -> Result<Picture, NotDrawn> {
    let drawn = draw(book, number, page, window)?;
    let colours = drawn.data().iter().map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
    let (width, height) = (window.width.into(), window.height.into());
    Ok(Picture {
        width,
        height,
        png: png(width, height, colours).ok_or(NotDrawn::Failed)?,
    })
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
pub fn pixels(length: f32) -> u32 {
    (length.round() as u32).max(1)
}

fn draw(book: &Book, number: usize, page: &Page<'_>, window: Window) -> Result<Pixmap, NotDrawn> {
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
    Ok(pixmap)
}
