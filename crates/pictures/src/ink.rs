//! Where a page is blank: looked at once, asked for many places.

use crate::{Book, NotDrawn, Place, draw};

/// What of a page is not blank paper.
#[derive(Debug, Clone)]
pub struct Ink {
    width: usize,
    height: usize,
    /// For each corner between points, how many dark ones lie above and left of it.
    sums: Vec<u32>,
}

impl Ink {
    /// Of points, row by row from the top.
    pub(crate) fn of(width: usize, dark: &[bool]) -> Self {
        let height = dark.len() / width.max(1);
        let mut sums = vec![0; (width + 1) * (height + 1)];
        for (y, row) in dark.chunks_exact(width.max(1)).enumerate() {
            let mut of_row = 0;
            for (x, is_dark) in row.iter().enumerate() {
                of_row += u32::from(*is_dark);
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + of_row;
            }
        }
        Self { width, height, sums }
    }

    /// How much of a place (in points from the top left) is not blank paper, of 0 to 1; what lies outside of the page is blank.
    #[must_use]
    pub fn share(&self, place: Place) -> f64 {
        let (left, right) = (within(place.left, self.width), within(place.left + place.width, self.width));
        let (top, bottom) = (within(place.top, self.height), within(place.top + place.height, self.height));
        let points = right.saturating_sub(left) * bottom.saturating_sub(top);
        if points == 0 {
            return 0.0;
        }
        let sum = |x: usize, y: usize| i64::from(self.sums[y * (self.width + 1) + x]);
        let dark = sum(right, bottom) + sum(left, top) - sum(left, bottom) - sum(right, top);
        #[expect(clippy::cast_precision_loss, reason = "counts of points")]
        let share = dark as f64 / points as f64;
        share
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at least nothing; a cast is at most the greatest number"
)]
fn within(at: f32, most: usize) -> usize {
    (at.round().max(0.0) as usize).min(most)
}

impl Book {
    /// What of page `page` is not blank paper.
    ///
    /// # Errors
    /// See [`NotDrawn`].
    pub fn inked(&self, page: usize) -> Result<Ink, NotDrawn> {
        self.size(page)?;
        let book = self.clone();
        let (width, dark) = self.guarded(move || book.with_page(page, |_, drawn| draw::dark(&book, page, drawn)))???;
        Ok(Ink::of(width, &dark))
    }
}
