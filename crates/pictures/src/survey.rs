//! Reading a page without drawing it: its letters and their places, what it would cost, what cannot be shown.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use hayro::hayro_interpret::font::{FontQuery, Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::{BfString, CidFamily, WritingMode};
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache, InterpreterSettings,
    InterpreterWarning, Paint, SoftMask, TransformExt, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Point, Rect};

use crate::finding::{Fact, Finding};
use crate::guard::enough;
use crate::image;
use crate::letters::{Shape, is_looked_at};
use crate::line::{Letter, Place, Text, lines};
use crate::{Book, Limits, Substitutes};

/// Shapes of figures of a page that are looked at: fonts have ten.
const FIGURES: usize = 400;
/// Shapes of letters of a page that are looked at.
const LETTERS: usize = 3_000;

/// What interpreting anything reports on the way.
pub type Facts = Arc<Mutex<BTreeSet<Fact>>>;

/// Settings that find fonts and note what is amiss.
pub fn settings(substitutes: &Substitutes, facts: &Facts) -> InterpreterSettings {
    let (warned, asked, substitutes) = (Arc::clone(facts), Arc::clone(facts), substitutes.clone());
    InterpreterSettings {
        warning_sink: Arc::new(move |warning| match warning {
            InterpreterWarning::UnsupportedFont => note(&warned, Fact::FontUnreadable),
            InterpreterWarning::ImageDecodeFailure => note(&warned, Fact::ImageUnreadable),
            _ => note(&warned, Fact::AnnotationNotDrawn),
        }),
        font_resolver: Arc::new(move |query| {
            let (name, face) = match query {
                FontQuery::Standard(font) => (font.postscript_name().to_owned(), Some(font.get_font_data())),
                FontQuery::Fallback(wanted) => {
                    let name = wanted
                        .post_script_name
                        .clone()
                        .or_else(|| wanted.font_name.clone())
                        .unwrap_or_default();
                    let collection = wanted.character_collection.as_ref().map(|collection| &collection.family);
                    let face = match collection {
                        Some(CidFamily::AdobeJapan1) => substitutes.face(wanted.is_serif || is_mincho(&name)),
                        // Letters by number in a font that is not there: nothing can stand in for it.
                        Some(_) => None,
                        None => Some(wanted.pick_standard_font().get_font_data()),
                    };
                    (name, face)
                }
            };
            let name = if name.is_empty() || name.contains('\u{FFFD}') {
                "名前の読めないフォント".to_owned()
            } else {
                name
            };
            let substituted = face.is_some();
            note(&asked, Fact::FontNotEmbedded { name, substituted });
            face
        }),
        ..InterpreterSettings::default()
    }
}

fn is_mincho(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["mincho", "ryumin", "serif", "明朝"].iter().any(|part| name.contains(part))
}

fn note(facts: &Facts, fact: Fact) {
    facts.lock().unwrap_or_else(PoisonError::into_inner).insert(fact);
}

/// What was seen of a page.
pub struct Survey {
    letters: Vec<Letter>,
    /// Where letters are drawn that are not blank and not meant to be invisible.
    drawn: Vec<Place>,
    /// Each shape that stands for a figure, once.
    figures: Vec<(char, BezPath)>,
    known_figures: HashSet<(char, u128)>,
    /// Each shape that stands for a letter, once; if they are wanted.
    shapes: Option<Vec<Shape>>,
    /// Those that are looked at already, in this file.
    known_letters: HashSet<(char, u128)>,
    seen: HashSet<(i32, i32, String)>,
    facts: BTreeSet<Fact>,
    limits: Limits,
    page: Rect,
    work: u64,
    image_pixels: u64,
    inside_glyph: bool,
}

/// Reads `page`; stops the guarded thread when it asks for too much.
pub fn survey(page: &Page<'_>, book: &Book) -> Survey {
    read(page, book, None)
}

/// As [`survey`], and keeps the shapes of letters.
pub fn survey_shapes(page: &Page<'_>, book: &Book) -> Survey {
    read(page, book, Some(Vec::new()))
}

fn read(page: &Page<'_>, book: &Book, shapes: Option<Vec<Shape>>) -> Survey {
    let (width, height) = page.render_dimensions();
    let mut survey = Survey {
        letters: Vec::new(),
        drawn: Vec::new(),
        figures: Vec::new(),
        known_figures: HashSet::new(),
        known_letters: if shapes.is_some() { book.true_letters() } else { HashSet::new() },
        shapes,
        seen: HashSet::new(),
        facts: BTreeSet::new(),
        limits: book.limits,
        page: Rect::new(0.0, 0.0, f64::from(width), f64::from(height)),
        work: 0,
        image_pixels: 0,
        inside_glyph: false,
    };
    let facts = Facts::default();
    let cache = InterpreterCache::new();
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        survey.page,
        &cache,
        page.xref(),
        settings(&book.substitutes, &facts),
    );
    interpret_page(page, &mut context, &mut survey);
    survey.facts.append(&mut facts.lock().unwrap_or_else(PoisonError::into_inner));
    survey
}

impl Survey {
    pub fn text(self) -> Text {
        Text {
            lines: lines(self.letters),
        }
    }
    pub fn findings(self, page: usize) -> Vec<Finding> {
        self.facts.into_iter().map(|fact| Finding { page, fact }).collect()
    }
    /// The places of letters that should be seen.
    pub fn drawn_places(&self) -> impl Iterator<Item = Place> {
        self.drawn.iter().copied()
    }
    /// The shapes that stand for figures.
    pub fn figures(&self) -> &[(char, BezPath)] {
        &self.figures
    }
    /// The shapes that stand for letters.
    pub fn shapes(&self) -> &[Shape] {
        self.shapes.as_deref().unwrap_or_default()
    }
    /// The same, for good.
    pub fn into_shapes(self) -> Vec<Shape> {
        self.shapes.unwrap_or_default()
    }
    /// Notes the shape of a letter.
    fn shape(&mut self, glyph: &Glyph<'_>, text: &str) {
        let (Glyph::Outline(glyph), Some(shapes)) = (glyph, &mut self.shapes) else {
            return;
        };
        let mut signs = text.chars();
        let (Some(letter), None) = (signs.next(), signs.next()) else {
            return;
        };
        let number = glyph.identifier().cache_key();
        if is_looked_at(letter) && shapes.len() < LETTERS && self.known_letters.insert((letter, number)) {
            shapes.push(Shape {
                letter,
                glyph: number,
                outline: glyph.outline(),
            });
        }
    }
    /// Notes the shape of a figure.
    fn figure(&mut self, glyph: &Glyph<'_>, text: &str) {
        let Glyph::Outline(glyph) = glyph else { return };
        let mut signs = text.chars();
        let (Some(sign), None) = (signs.next(), signs.next()) else { return };
        let figure = match sign {
            '0'..='9' => sign,
            '０'..='９' => char::from_u32(u32::from(sign) - 0xFEE0).unwrap_or(sign),
            _ => return,
        };
        if self.figures.len() < FIGURES && self.known_figures.insert((figure, glyph.identifier().cache_key())) {
            self.figures.push((figure, glyph.outline()));
        }
    }
    /// Whether something is too large to be drawn at all.
    pub fn is_too_large(&self) -> bool {
        self.facts.contains(&Fact::ImageTooLarge)
    }
    fn spend(&mut self, work: usize) {
        self.work += work as u64;
        if self.work > self.limits.work {
            enough();
        }
    }
    fn props(&mut self, props: &DrawProps<'_>) {
        if props.blend_mode != BlendMode::Normal {
            self.facts.insert(Fact::Blending);
        }
        // Patterns and masks are drawn by themselves; what they cost is not known here.
        if props.soft_mask.is_some() || matches!(props.paint, Paint::Pattern(_)) {
            self.spend(1_000);
        }
    }
    fn letter(&mut self, glyph: &Glyph<'_>, place: Affine, vertical: bool, mode: &DrawMode) {
        let advance = match glyph {
            Glyph::Outline(glyph) => glyph.advance_width(),
            Glyph::Type3(glyph) => glyph.advance_width(),
        };
        let Some(text) = glyph.as_unicode().map(|text| match text {
            BfString::Char(letter) => letter.to_string(),
            BfString::String(text) => text,
        }) else {
            self.facts.insert(Fact::UnknownLetters);
            return;
        };
        let advance = f64::from(advance.unwrap_or(1000.0)).clamp(0.0, 10_000.0);
        let letter = Letter::new(text, place, advance, vertical);
        let middle = Point::new(letter.middle.0, letter.middle.1);
        if !middle.is_finite() {
            return;
        }
        let blank = letter.text.trim().is_empty();
        if !blank && matches!(mode, DrawMode::Invisible) {
            self.facts.insert(Fact::HiddenText);
        }
        if !self.page.contains(middle) {
            if !blank {
                self.facts.insert(Fact::TextOutside);
            }
            return;
        }
        if !blank && !matches!(mode, DrawMode::Invisible) {
            self.drawn.push(letter.place());
            self.figure(glyph, &letter.text);
            self.shape(glyph, &letter.text);
        }
        // Filled and stroked, or printed twice to look bold: one letter.
        #[expect(clippy::cast_possible_truncation, reason = "inside a page, which is at most 15000 points")]
        let key = ((letter.middle.0 * 2.0) as i32, (letter.middle.1 * 2.0) as i32, letter.text.clone());
        if blank || self.seen.insert(key) {
            self.letters.push(letter);
        }
    }
}

impl<'a> Device<'a> for Survey {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, _: &DrawMode) {
        self.spend(path.elements().len() + 1);
        self.props(&props);
    }
    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.spend(clip.path.elements().len() + 1);
    }
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, blend: BlendMode) {
        self.spend(1_000);
        if blend != BlendMode::Normal {
            self.facts.insert(Fact::Blending);
        }
    }
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.spend(run.glyphs().len() * 8);
        self.props(&props);
        let vertical = run.writing_mode() == WritingMode::Vertical;
        for glyph in run.glyphs() {
            if !self.inside_glyph {
                self.letter(glyph, props.transform * glyph.transform(), vertical, mode);
            }
            if let Glyph::Type3(drawn) = &**glyph {
                let before = std::mem::replace(&mut self.inside_glyph, true);
                drawn.interpret(self, props.transform, glyph.transform(), &props.paint);
                self.inside_glyph = before;
            }
        }
    }
    fn draw_image(&mut self, image: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.spend(100);
        let pixels = image::pixels(&image);
        self.image_pixels = self.image_pixels.saturating_add(pixels);
        if pixels > self.limits.image_pixels || self.image_pixels > self.limits.image_pixels.saturating_mul(4) {
            self.facts.insert(Fact::ImageTooLarge);
        }
        if image::has_colour_key(&image) {
            self.facts.insert(Fact::ColourKey);
        }
    }
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
