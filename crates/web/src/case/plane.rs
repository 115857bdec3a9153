//! A page as it is shown and as its file measures it: a crop box may begin anywhere, and a page may lie on its side.

use pades::{SIGNATURE_HEIGHT, SIGNATURE_WIDTH};

/// How a page is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plane {
    /// Left, bottom, right, top of what is shown, in the measures of the file.
    shown: [f64; 4],
    /// Turned clockwise by so many degrees.
    turned: i64,
}

impl Plane {
    pub(super) fn of(page: &pdf::Page<'_>) -> Self {
        let ([left, bottom, right, top], media) = (page.crop_box, page.media_box);
        let cut = [left.max(media[0]), bottom.max(media[1]), right.min(media[2]), top.min(media[3])];
        let is_empty = cut[2] - cut[0] < 1.0 || cut[3] - cut[1] < 1.0;
        Self {
            shown: if is_empty { media } else { cut },
            turned: page.rotate,
        }
    }
    fn is_sideways(&self) -> bool {
        matches!(self.turned, 90 | 270)
    }
    /// Width and height as it is shown.
    pub(super) fn size(&self) -> [f64; 2] {
        let [left, bottom, right, top] = self.shown;
        if self.is_sideways() {
            [top - bottom, right - left]
        } else {
            [right - left, top - bottom]
        }
    }
    /// Width and height of a mark as it is shown: it stands upright in the file, so on a page that lies on its side it lies too.
    pub(super) fn mark(&self) -> [f64; 2] {
        if self.is_sideways() {
            [SIGNATURE_HEIGHT, SIGNATURE_WIDTH]
        } else {
            [SIGNATURE_WIDTH, SIGNATURE_HEIGHT]
        }
    }
    /// A rectangle of the file (left, bottom, right, top) as it is shown: left, top, width, height.
    pub(super) fn shown(&self, [x0, y0, x1, y1]: [f64; 4]) -> [f64; 4] {
        let [left, bottom, right, top] = self.shown;
        match self.turned {
            90 => [y0 - bottom, x0 - left, y1 - y0, x1 - x0],
            180 => [right - x1, y0 - bottom, x1 - x0, y1 - y0],
            270 => [top - y1, right - x1, y1 - y0, x1 - x0],
            _ => [x0 - left, top - y1, x1 - x0, y1 - y0],
        }
    }
    /// The other way.
    pub(super) fn in_file(&self, [from, down, width, height]: [f64; 4]) -> [f64; 4] {
        let [left, bottom, right, top] = self.shown;
        match self.turned {
            90 => [left + down, bottom + from, left + down + height, bottom + from + width],
            180 => [right - from - width, bottom + down, right - from, bottom + down + height],
            270 => [right - down - height, top - from - width, right - down, top - from],
            _ => [left + from, top - down - height, left + from + width, top - down],
        }
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
            let [width, height] = plane.size();
            let [across, down] = plane.mark();
            let place = [30.0, height - down - 5.0, across, down];
            let file = plane.in_file(place);
            assert!(
                file[0] >= 10.0 && file[1] >= 20.0 && file[2] <= 610.0 && file[3] <= 820.0,
                "{turned}: {file:?}"
            );
            assert!((file[2] - file[0] - SIGNATURE_WIDTH).abs() < 1e-9, "upright in the file");
            let back = plane.shown(file);
            assert!(back.iter().zip(place).all(|(one, other)| (one - other).abs() < 1e-9), "{turned}");
            assert!(place[0] + across <= width);
        }
    }
}
