//! Where a page may not be blank, told without drawing it: whatever is drawn counts as dark in its whole box. An image is not unpacked, a
//! letter's outline is not read; it costs about a third of a picture.

use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache, Paint, SoftMask, StrokeProps,
    TransformExt, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};

use crate::draw::{is_bright, pixels};
use crate::guard::enough;
use crate::ink::Ink;
use crate::line::Letter;
use crate::survey::{Facts, settings};
use crate::{Book, NotDrawn, Place};

/// In points: a box that is wider and higher than this may be blank in most of its parts, unless it is known to be full.
const BROAD: f64 = 36.0;
/// How far a letter's ink may reach over its body, in parts of the body.
const OVER: f64 = 0.15;

/// What of a page may not be blank paper.
#[derive(Debug, Clone)]
pub struct Boxes {
    /// Each box is dark in all its parts: what is blank here is blank in the picture, but for letters that reach far over their body and tints
    /// that are nearly white; it is good for choosing a place, and whoever must be sure draws it ([`Book::ink`]).
    pub ink: Ink,
    /// Letters, lines and filled rectangles are all there is: what is dark here is near to ink in the picture, too. Of images, patterns and
    /// large shapes only the box is known.
    pub is_close: bool,
}

impl Book {
    /// What of page `page` may not be blank paper, by the boxes of what is drawn.
    ///
    /// # Errors
    /// See [`NotDrawn`].
    pub fn boxes(&self, page: usize) -> Result<Boxes, NotDrawn> {
        let size = self.size(page)?;
        let (width, height) = (pixels(size.width), pixels(size.height));
        if u64::from(width) * u64::from(height) > self.limits.pixels {
            return Err(NotDrawn::TooLarge);
        }
        let book = self.clone();
        self.guarded(move || book.with_page(page, |_, page| read(page, &book, [width as usize, height as usize])))?
    }
}

fn read(page: &Page<'_>, book: &Book, [width, height]: [usize; 2]) -> Boxes {
    let (right, bottom) = page.render_dimensions();
    let mut seen = Seen {
        steps: vec![0; (width + 1) * (height + 1)],
        width,
        height,
        is_close: true,
        is_blended: false,
        work: 0,
        most: book.limits.work,
    };
    let cache = InterpreterCache::new();
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        Rect::new(0.0, 0.0, f64::from(right), f64::from(bottom)),
        &cache,
        page.xref(),
        settings(&book.substitutes, &Facts::default()),
    );
    interpret_page(page, &mut context, &mut seen);
    Boxes {
        is_close: seen.is_close,
        ink: seen.ink(),
    }
}

/// The boxes so far.
struct Seen {
    /// For each point how many more boxes begin than end there, across and down: a box costs the same whatever its size.
    steps: Vec<i32>,
    width: usize,
    height: usize,
    is_close: bool,
    /// A group was put on what lies below in another way than over it: white may have become dark.
    is_blended: bool,
    work: u64,
    most: u64,
}

impl Seen {
    fn ink(&self) -> Ink {
        let mut above = vec![0; self.width];
        let mut dark = Vec::with_capacity(self.width * self.height);
        for row in self.steps.chunks_exact(self.width + 1).take(self.height) {
            let mut along = 0;
            for (boxes, step) in above.iter_mut().zip(row) {
                along += step;
                *boxes += along;
                dark.push(*boxes > 0);
            }
        }
        Ink::of(self.width, &dark)
    }

    /// Everything in it counts as dark.
    fn dark(&mut self, area: Rect) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at least nothing; a cast is at most the greatest number, and what is no number is nothing"
        )]
        let within = |at: f64, most: usize| (at.max(0.0) as usize).min(most);
        if !area.is_finite() {
            self.is_close = false;
            return self.dark(Rect::new(0.0, 0.0, 1e6, 1e6));
        }
        let (left, right) = (within(area.x0.floor(), self.width), within(area.x1.ceil(), self.width));
        let (top, bottom) = (within(area.y0.floor(), self.height), within(area.y1.ceil(), self.height));
        if left >= right || top >= bottom {
            return;
        }
        let row = self.width + 1;
        self.steps[top * row + left] += 1;
        self.steps[top * row + right] -= 1;
        self.steps[bottom * row + left] -= 1;
        self.steps[bottom * row + right] += 1;
    }

    /// As [`Self::dark`], of something that may leave much of its box blank.
    fn loose(&mut self, area: Rect) {
        if area.width().min(area.height()) > BROAD {
            self.is_close = false;
        }
        self.dark(area);
    }

    fn spend(&mut self, work: usize) {
        self.work += work as u64;
        if self.work > self.most {
            enough();
        }
    }

    fn filled(&mut self, path: &BezPath, place: Affine) {
        let parts: Vec<&[PathEl]> = path.elements().chunk_by(|_, next| !matches!(next, PathEl::MoveTo(_))).collect();
        // Of several, one may be a hole in another.
        let is_alone = parts.len() == 1;
        for part in parts {
            let area = place.transform_rect_bbox(bounds(part));
            if is_alone && is_upright(place) && is_rectangle(part) {
                self.dark(area);
            } else {
                self.loose(area);
            }
        }
    }

    fn stroked(&mut self, path: &BezPath, place: Affine, stroke: &StrokeProps) {
        // Half the width, and a little more at corners.
        let half = f64::from(stroke.line_width) * largest(place) + 0.5;
        for line in path.segments() {
            self.loose((place * line).bounding_box().inflate(half, half));
        }
    }

    fn letter(&mut self, glyph: &Glyph<'_>, place: Affine, is_vertical: bool) {
        let (Glyph::Outline(outline), text) = (glyph, glyph.as_unicode()) else {
            return;
        };
        let is_blank = match text {
            Some(BfString::Char(letter)) => letter.is_whitespace(),
            Some(BfString::String(text)) => text.trim().is_empty(),
            None => false,
        };
        if is_blank {
            return;
        }
        let advance = f64::from(outline.advance_width().unwrap_or(1000.0)).clamp(0.0, 10_000.0);
        let Place { left, top, width, height } = Letter::new(String::new(), place, advance, is_vertical).place();
        let [left, top, width, height] = [left, top, width, height].map(f64::from);
        let over = OVER * width.max(height);
        self.dark(Rect::new(left, top, left + width, top + height).inflate(over, over));
    }

    /// Whether it leaves paper as white as it was, or nearly.
    fn leaves_blank(&self, props: &DrawProps<'_>) -> bool {
        let Paint::Color(colour) = &props.paint else { return false };
        if self.is_blended {
            return false;
        }
        let [red, green, blue, alpha] = colour.to_rgba().to_rgba8().map(u32::from);
        let on_white = [red, green, blue].map(|value| (value * alpha + 255 * (255 - alpha)) / 255);
        props.blend_mode == BlendMode::Normal && is_bright(on_white)
    }
}

impl<'a> Device<'a> for Seen {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(path.elements().len() + 1);
        if self.leaves_blank(&props) {
            return;
        }
        if props.soft_mask.is_some() || matches!(props.paint, Paint::Pattern(_)) {
            return self.loose(props.transform.transform_rect_bbox(path.control_box()));
        }
        if let DrawMode::Fill(_) | DrawMode::FillAndStroke(..) = mode {
            self.filled(path, props.transform);
        }
        if let DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) = mode {
            self.stroked(path, props.transform, stroke);
        }
    }
    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.spend(clip.path.elements().len() + 1);
    }
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, blend: BlendMode) {
        self.spend(1_000);
        if blend != BlendMode::Normal {
            self.is_blended = true;
        }
    }
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(run.glyphs().len() * 8);
        if matches!(mode, DrawMode::Invisible) {
            return;
        }
        if let DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) = mode {
            // How wide the pen is does not show in the body of a letter.
            self.is_close = false;
        }
        let (is_vertical, is_blank) = (run.writing_mode() == WritingMode::Vertical, self.leaves_blank(&props));
        for glyph in run.glyphs() {
            match &**glyph {
                // It may bring colours of its own.
                Glyph::Type3(drawn) => drawn.interpret(self, props.transform, glyph.transform(), &props.paint),
                letter @ Glyph::Outline(_) if !is_blank => self.letter(letter, props.transform * glyph.transform(), is_vertical),
                Glyph::Outline(_) => {}
            }
        }
    }
    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.spend(100);
        let whole = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        self.loose(props.transform.transform_rect_bbox(whole));
    }
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// The box of all points of a path, those that bend it included.
fn bounds(path: &[PathEl]) -> Rect {
    let mut all = Rect::new(f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
    for point in points(path) {
        all = Rect::new(all.x0.min(point.x), all.y0.min(point.y), all.x1.max(point.x), all.y1.max(point.y));
    }
    all
}

fn points(path: &[PathEl]) -> impl Iterator<Item = Point> {
    path.iter()
        .flat_map(|part| match part {
            PathEl::MoveTo(end) | PathEl::LineTo(end) => [Some(*end), None, None],
            PathEl::QuadTo(bend, end) => [Some(*bend), Some(*end), None],
            PathEl::CurveTo(one, other, end) => [Some(*one), Some(*other), Some(*end)],
            PathEl::ClosePath => [None; 3],
        })
        .flatten()
}

/// Whether its corners are those of its box, one after the other.
#[expect(clippy::float_cmp, reason = "numbers of the file, not computed")]
fn is_rectangle(path: &[PathEl]) -> bool {
    let area = bounds(path);
    let is_corner = |point: Point| (point.x == area.x0 || point.x == area.x1) && (point.y == area.y0 || point.y == area.y1);
    let straight = |part: &PathEl| matches!(part, PathEl::MoveTo(_) | PathEl::LineTo(_) | PathEl::ClosePath);
    path.len() <= 6 && path.iter().all(straight) && points(path).count() >= 4 && points(path).all(is_corner)
}

/// Whether what is upright stays upright.
fn is_upright(place: Affine) -> bool {
    let [a, b, c, d, ..] = place.as_coeffs();
    (b.abs() < 1e-6 && c.abs() < 1e-6) || (a.abs() < 1e-6 && d.abs() < 1e-6)
}

/// How much longer a length can become.
fn largest(place: Affine) -> f64 {
    let [a, b, c, d, ..] = place.as_coeffs();
    a.hypot(b).max(c.hypot(d))
}
