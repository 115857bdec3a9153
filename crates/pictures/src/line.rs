//! Letters into lines.

use hayro::kurbo::{Affine, Point};

/// A rectangle on the page in points, from the top left corner of the page as it is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// A line: letters that follow each other without a jump.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it says. Where letters stand apart there is a space.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it runs from top to bottom.
    pub vertical: bool,
    /// The place of each letter of `text`.
    pub letters: Vec<Place>,
}

/// The text of a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text {
    /// Its lines in the order in which the file writes them.
    pub lines: Vec<Line>,
}

impl Text {
    /// All lines, each ended by a line end.
    #[must_use]
    pub fn plain(&self) -> String {
        self.lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect()
    }
}

/// A letter where it is drawn.
#[derive(Debug, Clone)]
pub struct Letter {
    pub text: String,
    /// Middle of its body.
    pub middle: (f64, f64),
    start: Point,
    end: Point,
    /// Unit vector along the line.
    along: Point,
    size: f64,
    vertical: bool,
    place: Place,
}

impl Letter {
    /// A letter whose outline (1000 units to the em) is placed by `place`.
    pub fn new(text: String, place: Affine, advance: f64, vertical: bool) -> Self {
        // Of a vertical letter the origin lies above its middle; its advance is an em.
        let (start, end) = if vertical {
            (Point::new(0.0, 880.0), Point::new(0.0, -120.0))
        } else {
            (Point::ZERO, Point::new(advance, 0.0))
        };
        let corners = if vertical {
            [(0.0, 880.0), (1000.0, 880.0), (1000.0, -120.0), (0.0, -120.0)]
        } else {
            [(0.0, 880.0), (advance, 880.0), (advance, -120.0), (0.0, -120.0)]
        };
        let corners = corners.map(|(x, y)| place * Point::new(x, y));
        let least = |of: fn(&Point) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Point) -> f64| corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        let (left, top, right, bottom) = (least(|p| p.x), least(|p| p.y), most(|p| p.x), most(|p| p.y));
        let (start, end) = (place * start, place * end);
        let direction = place * Point::new(if vertical { 0.0 } else { 1.0 }, if vertical { -1.0 } else { 0.0 }) - place * Point::ZERO;
        let length = direction.hypot().max(f64::MIN_POSITIVE);
        #[expect(clippy::cast_possible_truncation, reason = "places on a page")]
        let box_of = Place {
            left: left as f32,
            top: top as f32,
            width: (right - left) as f32,
            height: (bottom - top) as f32,
        };
        Self {
            text,
            middle: (f64::midpoint(left, right), f64::midpoint(top, bottom)),
            start,
            end,
            along: Point::new(direction.x / length, direction.y / length),
            size: (place * Point::new(0.0, 1000.0) - place * Point::ZERO).hypot(),
            vertical,
            place: box_of,
        }
    }

    /// Its body.
    pub const fn place(&self) -> Place {
        self.place
    }

    /// How far `next` begins behind the end of this one, and how far beside the line.
    fn step(&self, next: &Self) -> (f64, f64) {
        let gap = next.start - self.end;
        (
            gap.x * self.along.x + gap.y * self.along.y,
            (gap.x * self.along.y - gap.y * self.along.x).abs(),
        )
    }

    fn goes_on_with(&self, next: &Self) -> bool {
        let (gap, beside) = self.step(next);
        let turned = self.along.x * next.along.x + self.along.y * next.along.y;
        let size = self.size.max(next.size);
        self.vertical == next.vertical && turned > 0.99 && beside < 0.35 * size && gap > -0.6 * size && gap < 8.0 * size
    }
}

/// Letters in the order of the file become lines.
pub fn lines(letters: Vec<Letter>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut last: Option<Letter> = None;
    for letter in letters {
        let goes_on = last.as_ref().is_some_and(|last| last.goes_on_with(&letter));
        if !goes_on {
            lines.push(Line {
                text: String::new(),
                place: letter.place,
                vertical: letter.vertical,
                letters: Vec::new(),
            });
        }
        let line = lines.last_mut().expect("one was pushed when there was none");
        if let Some(last) = last.as_ref().filter(|_| goes_on)
            && last.step(&letter).0 > 0.25 * letter.size
            && !line.text.ends_with([' ', '\u{3000}'])
            && !letter.text.starts_with([' ', '\u{3000}'])
        {
            line.put(' ', last.place);
        }
        for sign in letter.text.chars() {
            // Control signs have no place in a text for people.
            if !sign.is_control() {
                line.put(sign, letter.place);
            }
        }
        last = Some(letter);
    }
    for line in &mut lines {
        line.trim();
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

impl Line {
    fn put(&mut self, sign: char, place: Place) {
        self.text.push(sign);
        self.letters.push(place);
        self.place = around(self.place, place);
    }
    /// Blanks at the ends go.
    fn trim(&mut self) {
        let signs: Vec<char> = self.text.chars().collect();
        let from = signs.iter().position(|sign| !sign.is_whitespace()).unwrap_or(signs.len());
        let to = signs.iter().rposition(|sign| !sign.is_whitespace()).map_or(from, |at| at + 1);
        self.text = signs[from..to].iter().collect();
        self.letters = self.letters[from..to].to_vec();
        if let Some(whole) = self.letters.iter().copied().reduce(around) {
            self.place = whole;
        }
    }
}

/// The smallest rectangle around both.
pub fn around(one: Place, other: Place) -> Place {
    let (left, top) = (one.left.min(other.left), one.top.min(other.top));
    let right = (one.left + one.width).max(other.left + other.width);
    let bottom = (one.top + one.height).max(other.top + other.height);
    Place {
        left,
        top,
        width: right - left,
        height: bottom - top,
    }
}
