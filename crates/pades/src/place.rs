//! Where on a page a mark stands: a page as it is shown and as its file measures it (a crop box may begin anywhere, and a page may lie
//! on its side), and the nine places that have a word.

use crate::{Error, FieldSpec, SIGNATURE_HEIGHT, SIGNATURE_WIDTH, revision};

/// Room left between a mark and the edges of the page, in points: 15 mm at the sides, 12 mm above and below.
pub const MARGIN: [f64; 2] = [42.5, 34.0];

/// How a page is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// Left, bottom, right, top of what is shown, in the measures of the file.
    shown: [f64; 4],
    /// Turned clockwise by so many degrees.
    turned: i64,
}

impl Plane {
    /// How this page is shown.
    #[must_use]
    pub fn of(page: &pdf::Page<'_>) -> Self {
        let ([left, bottom, right, top], media) = (page.crop_box, page.media_box);
        let cut = [left.max(media[0]), bottom.max(media[1]), right.min(media[2]), top.min(media[3])];
        let is_empty = cut[2] - cut[0] < 1.0 || cut[3] - cut[1] < 1.0;
        Self {
            shown: if is_empty { media } else { cut },
            turned: page.rotate,
        }
    }

    /// How the pages of a file are shown, in reading order.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn all(pdf: &[u8]) -> Result<Vec<Self>, Error> {
        Ok(revision::open(pdf)?.last().pages()?.iter().map(Self::of).collect())
    }

    /// Whether left and right of the file are above and below as it is shown.
    const fn is_sideways(&self) -> bool {
        matches!(self.turned, 90 | 270)
    }

    /// Width and height as it is shown.
    #[must_use]
    pub const fn size(&self) -> [f64; 2] {
        let [left, bottom, right, top] = self.shown;
        if self.is_sideways() {
            [top - bottom, right - left]
        } else {
            [right - left, top - bottom]
        }
    }

    /// A rectangle of the file (left, bottom, right, top) as it is shown: left, top, width, height.
    #[must_use]
    pub const fn shown(&self, [x0, y0, x1, y1]: [f64; 4]) -> [f64; 4] {
        let [left, bottom, right, top] = self.shown;
        match self.turned {
            90 => [y0 - bottom, x0 - left, y1 - y0, x1 - x0],
            180 => [right - x1, y0 - bottom, x1 - x0, y1 - y0],
            270 => [top - y1, right - x1, y1 - y0, x1 - x0],
            _ => [x0 - left, top - y1, x1 - x0, y1 - y0],
        }
    }

    /// The other way.
    #[must_use]
    pub const fn in_file(&self, [from, down, width, height]: [f64; 4]) -> [f64; 4] {
        let [left, bottom, right, top] = self.shown;
        match self.turned {
            90 => [left + down, bottom + from, left + down + height, bottom + from + width],
            180 => [right - from - width, bottom + down, right - from, bottom + down + height],
            270 => [right - down - height, top - from - width, right - down, top - from],
            _ => [left + from, top - down - height, left + from + width, top - down],
        }
    }

    /// A field of the size of a mark on page `page`, its left upper corner at `[left, top]` as it is shown.
    #[must_use]
    pub fn field(&self, name: &str, page: usize, [left, top]: [f64; 2]) -> FieldSpec {
        FieldSpec {
            name: name.to_owned(),
            page,
            rect: self.in_file([left, top, SIGNATURE_WIDTH, SIGNATURE_HEIGHT]),
        }
    }
}

/// One of nine places of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Position {
    BottomLeft,
    BottomCentre,
    BottomRight,
    MiddleLeft,
    MiddleCentre,
    MiddleRight,
    TopLeft,
    TopCentre,
    TopRight,
}

impl Position {
    /// All nine, from where marks stand most.
    pub const ALL: [Self; 9] = [
        Self::BottomLeft,
        Self::BottomCentre,
        Self::BottomRight,
        Self::MiddleLeft,
        Self::MiddleCentre,
        Self::MiddleRight,
        Self::TopLeft,
        Self::TopCentre,
        Self::TopRight,
    ];

    /// Its word: `bl`, `tc` …
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::BottomLeft => "bl",
            Self::BottomCentre => "bc",
            Self::BottomRight => "br",
            Self::MiddleLeft => "ml",
            Self::MiddleCentre => "mc",
            Self::MiddleRight => "mr",
            Self::TopLeft => "tl",
            Self::TopCentre => "tc",
            Self::TopRight => "tr",
        }
    }

    /// What a person reads.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::BottomLeft => "下の左",
            Self::BottomCentre => "下の中央",
            Self::BottomRight => "下の右",
            Self::MiddleLeft => "中段の左",
            Self::MiddleCentre => "中段の中央",
            Self::MiddleRight => "中段の右",
            Self::TopLeft => "上の左",
            Self::TopCentre => "上の中央",
            Self::TopRight => "上の右",
        }
    }

    /// The position of this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|position| position.word() == word)
    }

    /// Left and top of a mark there, as the page is shown. On a page that is too small they lie outside.
    #[must_use]
    pub const fn corner(self, plane: &Plane) -> [f64; 2] {
        use Position as P;
        let [width, height] = plane.size();
        let (across, down) = (width - SIGNATURE_WIDTH, height - SIGNATURE_HEIGHT);
        let left = match self {
            P::BottomLeft | P::MiddleLeft | P::TopLeft => MARGIN[0],
            P::BottomCentre | P::MiddleCentre | P::TopCentre => across / 2.0,
            P::BottomRight | P::MiddleRight | P::TopRight => across - MARGIN[0],
        };
        let top = match self {
            P::TopLeft | P::TopCentre | P::TopRight => MARGIN[1],
            P::MiddleLeft | P::MiddleCentre | P::MiddleRight => down / 2.0,
            P::BottomLeft | P::BottomCentre | P::BottomRight => down - MARGIN[1],
        };
        [left, top]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_found_again_however_the_page_lies() {
        for turned in [0, 90, 180, 270] {
            let plane = Plane {
                shown: [10.0, 20.0, 610.0, 820.0],
                turned,
            };
            for position in Position::ALL {
                let [left, top] = position.corner(&plane);
                let file = plane.field("A", 0, [left, top]).rect;
                assert!(
                    file[0] >= 10.0 && file[1] >= 20.0 && file[2] <= 610.0 && file[3] <= 820.0,
                    "{turned}: {file:?}"
                );
                let across = if turned % 180 == 0 { SIGNATURE_WIDTH } else { SIGNATURE_HEIGHT };
                assert!((file[2] - file[0] - across).abs() < 1e-9, "{turned}: upright as it is read");
                let back = plane.shown(file);
                let wanted = [left, top, SIGNATURE_WIDTH, SIGNATURE_HEIGHT];
                assert!(back.iter().zip(wanted).all(|(one, other)| (one - other).abs() < 1e-9), "{turned}");
                assert_eq!(Position::of_word(position.word()), Some(position));
            }
        }
        assert_eq!((Position::of_word(""), Position::of_word("xx")), (None, None));
    }
}
