//! Where text and picture differ: letters that are in the file and cannot be seen, figures and letters that are drawn as others than they are.

use hayro::hayro_syntax::page::Page;

use crate::draw::grey;
use crate::finding::Fact;
use crate::line::Place;
use crate::survey::Survey;
use crate::{Book, letters, shape};

/// Dots to the point when text is compared with its picture.
const SCALE: f32 = 1.5;
/// Pixels of that picture; a larger page is drawn smaller.
const PIXELS: f32 = 8_000_000.0;
/// Letters of fewer pixels say nothing.
const SMALLEST: f32 = 4.0;
/// What the eye tells apart, of 255 shades.
const CONTRAST: u8 = 24;
/// So many letters, or all there are, must be unseen: a single one may lie under a stamp or a rule.
const SEVERAL: usize = 3;

/// The facts of a page.
pub fn facts(book: &Book, number: usize, page: &Page<'_>, seen: &Survey) -> Vec<Fact> {
    let mut facts = Vec::new();
    if shape::differs(seen.figures()) {
        facts.push(Fact::FalseFigures);
    }
    if letters::differs(book, seen.shapes()) {
        facts.push(Fact::FalseLetters);
    }
    if has_unseen_letters(book, number, page, seen).unwrap_or(false) {
        facts.push(Fact::UnseenText);
    }
    facts
}

/// Whether letters leave no trace in the picture. A page that cannot be drawn has a finding already.
fn has_unseen_letters(book: &Book, number: usize, page: &Page<'_>, seen: &Survey) -> Option<bool> {
    let places: Vec<Place> = seen.drawn_places().collect();
    if places.is_empty() || seen.is_too_large() {
        return Some(false);
    }
    let size = book.size(number).ok()?;
    let scale = SCALE.min((PIXELS / (size.width * size.height)).sqrt());
    let (width, values) = grey(book, number, page, scale).ok()?;
    let looked: Vec<bool> = places.iter().filter_map(|place| is_flat(*place, scale, width, &values)).collect();
    let unseen = looked.iter().filter(|flat| **flat).count();
    Some(unseen >= SEVERAL.min(looked.len().max(1)))
}

/// Whether a place has one shade only; nothing where it is too small to tell.
fn is_flat(place: Place, scale: f32, width: usize, values: &[u8]) -> Option<bool> {
    let (across, down) = (place.width * scale, place.height * scale);
    if across.max(down) < SMALLEST * 1.5 || across.min(down) < SMALLEST / 2.0 {
        return None;
    }
    // A letter reaches over its body by a little; its neighbours' ink must not be taken for its own.
    let inset = 0.05;
    let span = |from: f32, length: f32| {
        let (from, to) = (from + inset * length, from + (1.0 - inset) * length);
        (from.max(0.0), to.max(0.0))
    };
    let ((left, right), (top, bottom)) = (span(place.left * scale, across), span(place.top * scale, down));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "pixels of a page, cut off at 0"
    )]
    let [left, right, top, bottom] = [left.floor(), right.ceil(), top.floor(), bottom.ceil()].map(|value| value as usize);
    let (mut darkest, mut brightest) = (u8::MAX, 0);
    for row in values.chunks(width.max(1)).take(bottom).skip(top) {
        for value in row.iter().take(right.min(width)).skip(left) {
            darkest = darkest.min(*value);
            brightest = brightest.max(*value);
        }
    }
    // Outside the picture there was nothing to look at.
    (brightest >= darkest).then(|| brightest - darkest < CONTRAST)
}
