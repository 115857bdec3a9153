//! Where the marks of both sides stand if nobody chose: on the last page, 甲 left and 乙 right, at the foot; if something is drawn there,
//! moved up or down to the nearest blank place that is large enough. A page without one has them at the foot all the same, and the check
//! before sending says what is below. Most pages are not drawn for it: the boxes of what is on them tell enough.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use pades::{FieldSpec, MARGIN, Plane, Position, SIGNATURE_HEIGHT, SIGNATURE_WIDTH};
use pictures::{Book, Ink, Place, Substitutes};

use crate::Places;
use crate::document::{FIELD_A, FIELD_B};

/// Points between two heights that are tried.
const STEP: f64 = 4.0;
/// As near as this to the edge a mark may be moved (5 mm): printers do not reach further.
const EDGE: f64 = 14.0;
/// Blank paper wanted around a mark (2 mm).
const CLEAR: f64 = 6.0;
/// Blank but for specks of a scan; less than what the check before sending lets pass, since it is taken of a larger place.
const BLANK: f64 = 0.0005;

/// The places for an unsigned file. Looks at its last page and draws it if need be: for the pool of CPU work.
pub(crate) fn places(pdf: &Bytes) -> Places {
    let planes = Plane::all(pdf).unwrap_or_default();
    let page = planes.len().saturating_sub(1);
    let field = |name: &str, corner: Option<(&Plane, [f64; 2])>| match corner {
        Some((plane, corner)) => plane.field(name, page, corner),
        None => FieldSpec {
            name: name.to_owned(),
            page,
            rect: [0.0; 4],
        },
    };
    let holds_two = |plane: &&Plane| {
        let [width, height] = plane.size();
        width >= 2.0 * (SIGNATURE_WIDTH + MARGIN[0]) && height >= SIGNATURE_HEIGHT + MARGIN[1] + EDGE
    };
    let corners = planes.last().filter(holds_two).map(|plane| {
        let foot = [Position::BottomLeft, Position::BottomRight].map(|position| position.corner(plane));
        let found = blank(pdf, page, plane.size()[1], foot);
        found.unwrap_or(foot).map(|corner| (plane, corner))
    });
    Places {
        a: field(FIELD_A, corners.map(|[a, _]| a)),
        b: field(FIELD_B, corners.map(|[_, b]| b)),
    }
}

/// Where nothing is drawn; nothing is known of a page that cannot be drawn, or whose letters would be missing in the picture.
fn blank(pdf: &Bytes, page: usize, height: f64, foot: [[f64; 2]; 2]) -> Option<[[f64; 2]; 2]> {
    let lacks = Arc::new(AtomicBool::new(false));
    let asked = lacks.clone();
    let substitutes = Substitutes::from_fn(move |_| {
        asked.store(true, Ordering::Relaxed);
        None
    });
    let book = Book::open(Arc::new(pdf.clone()), &substitutes).ok()?;
    let tops = heights(height, foot);
    let (by_boxes, is_close) = {
        let boxes = book.boxes(page).ok()?;
        (level(&boxes.ink, &tops, foot), boxes.is_close)
    };
    let lacks = || lacks.load(Ordering::Relaxed);
    if lacks() {
        return None;
    }
    // What is blank by the boxes is blank; but where they hold much blank paper, another place may be nearer.
    if by_boxes.is_some_and(|found| is_close || found == foot) {
        return by_boxes;
    }
    match book.inked(page) {
        Ok(ink) if !lacks() => nearest(&ink, &tops, foot),
        _ => by_boxes,
    }
}

/// The heights that are tried: the foot, then from the nearest to the farthest.
fn heights(height: f64, [[_, foot], _]: [[f64; 2]; 2]) -> Vec<f64> {
    let lowest = height - EDGE - SIGNATURE_HEIGHT;
    let steps = std::iter::successors(Some(EDGE), |top| Some(top + STEP)).take_while(|top| *top <= lowest);
    let mut tops: Vec<f64> = std::iter::once(foot).chain(steps).collect();
    tops.sort_by(|one, other| (one - foot).abs().total_cmp(&(other - foot).abs()));
    tops
}

fn is_blank(ink: &Ink, [left, _]: [f64; 2], top: f64) -> bool {
    ink.share(around([left, top])) <= BLANK
}

/// Both marks at the nearest height where both places are blank.
fn level(ink: &Ink, tops: &[f64], [a, b]: [[f64; 2]; 2]) -> Option<[[f64; 2]; 2]> {
    let top = tops.iter().find(|top| is_blank(ink, a, **top) && is_blank(ink, b, **top))?;
    Some([[a[0], *top], [b[0], *top]])
}

/// Both at the same height if there is such a one, else each at its own.
fn nearest(ink: &Ink, tops: &[f64], [a, b]: [[f64; 2]; 2]) -> Option<[[f64; 2]; 2]> {
    let alone = |corner: [f64; 2]| tops.iter().find(|top| is_blank(ink, corner, **top)).map(|top| [corner[0], *top]);
    level(ink, tops, [a, b]).or_else(|| match (alone(a), alone(b)) {
        (None, None) => None,
        (of_a, of_b) => Some([of_a.unwrap_or(a), of_b.unwrap_or(b)]),
    })
}

/// A mark with blank paper around it.
#[expect(clippy::cast_possible_truncation, reason = "points on a page")]
fn around([left, top]: [f64; 2]) -> Place {
    Place {
        left: (left - CLEAR) as f32,
        top: (top - CLEAR) as f32,
        width: (SIGNATURE_WIDTH + 2.0 * CLEAR) as f32,
        height: (SIGNATURE_HEIGHT + 2.0 * CLEAR) as f32,
    }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;

    const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");

    /// A page of 595 × 842 that shows grey rectangles (left, bottom, width, height).
    fn page(turned: i64, inked: &[[i32; 4]]) -> Bytes {
        let drawn = |[left, bottom, width, height]: &[i32; 4]| format!("{left} {bottom} {width} {height} re f ");
        drawing(turned, &inked.iter().map(drawn).collect::<String>())
    }

    /// A page of 595 × 842 on which this is drawn in grey.
    fn drawing(turned: i64, drawn: &str) -> Bytes {
        let bodies = [
            "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
            "<</Type /Pages /Kids [3 0 R] /Count 1>>".to_owned(),
            format!("<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate {turned} /Contents 4 0 R>>"),
            format!("<</Length {}>>\nstream\n0.5 g {drawn}\nendstream", drawn.len() + 6),
        ];
        let (mut file, mut offsets) = (String::from("%PDF-1.7\n"), String::new());
        for (at, body) in bodies.iter().enumerate() {
            offsets.push_str(&format!("{:010} 00000 n \n", file.len()));
            file.push_str(&format!("{} 0 obj\n{body}\nendobj\n", at + 1));
        }
        let start = file.len();
        file.push_str(&format!(
            "xref\n0 5\n0000000000 65535 f \n{offsets}trailer\n<</Size 5 /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
        ));
        file.into_bytes().into()
    }

    /// How dark poppler draws the place of this field on its page, of 0 to 1; the page as it is read.
    fn poppler(pdf: &[u8], field: &FieldSpec) -> f64 {
        use std::io::Write as _;
        let page = (field.page + 1).to_string();
        let mut running = testkit::tool("pdftoppm")
            .args(["-r", "72", "-gray", "-f", &page, "-l", &page, "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut to = running.stdin.take().unwrap();
        let bytes = pdf.to_vec();
        let writing = std::thread::spawn(move || to.write_all(&bytes));
        let picture = running.wait_with_output().unwrap().stdout;
        writing.join().unwrap().unwrap();
        let head: Vec<usize> = String::from_utf8_lossy(&picture[..picture.len().min(40)])
            .split_whitespace()
            .skip(1)
            .take(2)
            .map(|number| number.parse().unwrap())
            .collect();
        let (width, height) = (head[0], head[1]);
        let values = &picture[picture.len() - width * height..];
        let plane = Plane::all(pdf).unwrap()[field.page];
        let [left, top, across, down] = plane.shown(field.rect).map(|value| value.round() as usize);
        let dark = (top..top + down).flat_map(|y| (left..left + across).map(move |x| y * width + x));
        dark.filter(|at| values[*at] < 232).count() as f64 / (across * down) as f64
    }

    fn corners(pdf: &Bytes) -> [[f64; 4]; 2] {
        let Places { a, b } = places(pdf);
        let plane = *Plane::all(pdf).unwrap().last().unwrap();
        [a, b].map(|field| plane.shown(field.rect))
    }

    #[test]
    fn on_the_samples_nothing_is_drawn_below_the_marks() {
        for name in [
            "koji-ukeoi.pdf",
            "chumon.pdf",
            "henko-oboegaki.pdf",
            "demo/aoba-0042.pdf",
            "demo/midori-0007.pdf",
        ] {
            let pdf = Bytes::from(std::fs::read(format!("{SAMPLES}/{name}")).unwrap());
            let Places { a, b } = places(&pdf);
            assert_eq!(a.page + 1, Plane::all(&pdf).unwrap().len(), "{name}: the last page");
            assert!(a.rect[2] <= b.rect[0], "{name}: 甲 stands left of 乙");
            for field in [a, b] {
                assert!(poppler(&pdf, &field) < 0.001, "{name}: {field:?}");
            }
        }
    }

    #[test]
    fn a_blank_foot_is_taken_and_else_the_nearest_blank_height() {
        let foot = 842.0 - MARGIN[1] - SIGNATURE_HEIGHT;
        let [a, b] = corners(&page(0, &[]));
        assert_eq!((a[1], b[1]), (foot, foot));
        // A rule through the foot: both go up together, no further than they must.
        let [a, b] = corners(&page(0, &[[60, 60, 100, 2]]));
        assert_eq!(a[1], b[1]);
        assert!(a[1] < foot && a[1] > foot - 80.0, "{a:?}");
        // A box that ends a little above the foot: down, not up.
        let [a, b] = corners(&page(0, &[[40, 88, 510, 600]]));
        assert!(a[1] > foot && a[1] == b[1] && a[1] + SIGNATURE_HEIGHT <= 842.0 - EDGE, "{a:?}");
        // No common height: each at its own.
        let [a, b] = corners(&page(0, &[[40, 0, 200, 400], [350, 330, 200, 512]]));
        assert!(a[1] < 400.0 && b[1] > 500.0, "{a:?} {b:?}");
    }

    #[test]
    fn within_a_frame_the_paper_is_blank() {
        // By their boxes both frames fill the page.
        for frame in [
            "20 20 555 802 re 22 22 551 798 re f*",
            "20 20 m 575 20 l 575 822 l 20 822 l 20 20 l 22 22 551 798 re f*",
        ] {
            let [a, b] = corners(&drawing(0, frame));
            let foot = 842.0 - MARGIN[1] - SIGNATURE_HEIGHT;
            assert_eq!((a[1], b[1]), (foot, foot), "{frame}");
        }
    }

    #[test]
    fn a_page_that_is_full_keeps_the_foot_and_a_narrow_one_shows_no_mark() {
        let pdf = page(0, &[[0, 0, 595, 842]]);
        let [a, _] = corners(&pdf);
        assert_eq!(a[1], 842.0 - MARGIN[1] - SIGNATURE_HEIGHT);
        assert!(poppler(&pdf, &places(&pdf).a) > 0.9, "the judge sees what is below");
        let narrow = Bytes::from(String::from_utf8(page(0, &[]).to_vec()).unwrap().replace("595", "395"));
        assert_eq!(places(&narrow).a.rect, [0.0; 4]);
    }

    #[test]
    fn on_a_page_that_lies_on_its_side_foot_and_left_are_as_it_is_read() {
        for turned in [90, 180, 270] {
            // Something in each corner of the sheet; the marks go where nothing is.
            let pdf = page(
                turned,
                &[[20, 20, 100, 60], [475, 20, 100, 60], [20, 762, 100, 60], [475, 762, 100, 60]],
            );
            let Places { a, b } = places(&pdf);
            let [of_a, of_b] = corners(&pdf);
            assert!(
                of_a[0] < of_b[0] && of_a[1] == of_b[1] && of_a[2] > of_a[3],
                "{turned}: {of_a:?} {of_b:?}"
            );
            for field in [a, b] {
                assert!(poppler(&pdf, &field) < 0.001, "{turned}: {field:?}");
            }
        }
    }
}
