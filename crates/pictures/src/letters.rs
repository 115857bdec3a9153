//! Letters by their shape: whether a 乙 that the file calls 甲 is drawn as 乙. A name or a word that is found, copied or read aloud as another one is a
//! lie as an amount is. Looked for are kanji and kana whose drawn shape fits another letter of the same page much better than their own,
//! beside the shapes of the Japanese fonts that stand in for missing ones. Letters that look like each other (末 and 未, カ and 力) are never told apart.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use hayro::kurbo::BezPath;

use crate::shape::{self, Form, distance, form};
use crate::survey::survey_shapes;
use crate::{Book, Substitutes};

/// Another letter is meant when it fits so much better …
const BETTER: f64 = 0.6;
/// … than one that fits as badly as this …
const BAD: f64 = 0.16;
/// … and the two look as different as this in one font.
const DIFFERENT: f64 = 0.22;

/// The shape of a letter on a page.
pub struct Shape {
    /// What the file calls it.
    pub letter: char,
    /// Font and number of the glyph.
    pub glyph: u128,
    /// What is drawn.
    pub outline: BezPath,
}

/// Shapes of letters in the fonts at hand, read when they are first asked for: 明朝 and ゴシック of each, nothing of what they lack.
#[derive(Default)]
pub struct Forms(Mutex<HashMap<char, Arc<[Form]>>>);

/// Whether letters of this kind are looked at: the shapes of the others are too plain, or turn in vertical lines.
pub const fn is_looked_at(letter: char) -> bool {
    matches!(letter, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

/// Whether one of these is drawn as another one; those that are what they are called are not looked at again in this file.
pub fn differs(book: &Book, shapes: &[Shape]) -> bool {
    let claimed: BTreeSet<char> = book.letters_of(shapes);
    let known = book.substitutes.forms().of(&claimed, &book.substitutes);
    let mut is_any = false;
    for shape in shapes {
        let is_false = form(&shape.outline).is_some_and(|drawn| is_another(shape.letter, &drawn, &known));
        if is_false {
            is_any = true;
        } else {
            book.now_true(shape);
        }
    }
    is_any
}

fn is_another(letter: char, drawn: &Form, known: &HashMap<char, Arc<[Form]>>) -> bool {
    let nearest = |forms: &[Form]| forms.iter().map(|form| distance(drawn, form)).fold(f64::INFINITY, f64::min);
    let Some(wanted) = known.get(&letter) else { return false };
    let own = nearest(wanted);
    if !own.is_finite() || own <= BAD {
        return false;
    }
    let looks_different = |forms: &[Form]| wanted.iter().zip(forms).all(|(one, other)| distance(one, other) > DIFFERENT);
    known
        .iter()
        .any(|(other, forms)| *other != letter && nearest(forms) < BETTER * own && looks_different(forms))
}

impl Forms {
    /// Of these letters, those that are known.
    fn of(&self, letters: &BTreeSet<char>, substitutes: &Substitutes) -> HashMap<char, Arc<[Form]>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new: Vec<char> = letters.iter().copied().filter(|letter| !known.contains_key(letter)).collect();
        if !new.is_empty() {
            // What cannot be read now, because the machine is busy, may be read for the next page.
            if let [Some(mut mincho), Some(mut gothic)] = ["Mincho", "Gothic"].map(|style| read(style, &new, substitutes)) {
                for letter in new {
                    let forms = mincho.remove(&letter).into_iter().chain(gothic.remove(&letter));
                    known.insert(letter, forms.collect());
                }
            }
        }
        let of = |letter: &char| Some((*letter, known.get(letter)?.clone()));
        letters.iter().filter_map(of).filter(|(_, forms)| !forms.is_empty()).collect()
    }
}

/// The shapes of letters in a font at hand, by way of a page that names one without bringing it along.
fn read(style: &str, letters: &[char], substitutes: &Substitutes) -> Option<HashMap<char, Form>> {
    let text: String = letters
        .iter()
        .filter(|letter| u32::from(**letter) <= 0xFFFF)
        .map(|letter| format!("{:04X}", u32::from(*letter)))
        .collect();
    let content = format!("BT /F 12 Tf 1 0 0 1 10 10 Tm <{text}> Tj ET");
    let width = 20 + 12 * letters.len();
    let bodies = [
        "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
        format!("<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 {width} 40]>>"),
        "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
        format!("<</Type /Font /Subtype /Type0 /BaseFont /{style} /Encoding /UniJIS-UTF16-H /DescendantFonts [6 0 R]>>"),
        format!(
            "<</Type /Font /Subtype /CIDFontType2 /BaseFont /{style} /CIDSystemInfo <</Registry (Adobe) /Ordering (Japan1) /Supplement 6>> \
             /FontDescriptor 7 0 R>>"
        ),
        format!(
            "<</Type /FontDescriptor /FontName /{style} /Flags 4 /FontBBox [0 -137 1000 859] /ItalicAngle 0 /Ascent 859 /Descent -137 /CapHeight 769 /StemV 80>>"
        ),
    ];
    let book = Book::open(Arc::new(shape::file(&bodies)), substitutes).ok()?;
    let shapes = book.with_page(0, |_, page| survey_shapes(page, &book).into_shapes()).ok()?;
    Some(
        shapes
            .iter()
            .filter_map(|shape| Some((shape.letter, form(&shape.outline)?)))
            .collect(),
    )
}
