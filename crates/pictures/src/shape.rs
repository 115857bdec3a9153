//! Figures by their shape: whether a 5 that the file calls 8 is drawn as a 5. An amount that reads differently than it looks is the one
//! lie that costs most, and the shapes of the ten figures differ enough to be told apart in any font.

use std::sync::{Arc, LazyLock};

use hayro::kurbo::{BezPath, PathEl, Point, Rect, Shape, flatten};

use crate::{Book, Substitutes, survey::survey};

/// Cells across and down.
const ACROSS: usize = 14;
const DOWN: usize = 20;
/// Another figure is meant when it fits so much better …
const BETTER: f64 = 0.62;
/// … than one that fits as badly as this.
const BAD: f64 = 0.08;

/// A figure: which cells of its box are inked, and how wide the box is to its height.
pub struct Form {
    cells: Vec<bool>,
    aspect: f64,
}

/// The ten figures as common fonts draw them.
static KNOWN: LazyLock<Vec<(char, Form)>> = LazyLock::new(known);

/// Whether one of these figures is drawn as another one.
pub fn differs(figures: &[(char, BezPath)]) -> bool {
    figures
        .iter()
        .filter_map(|(figure, outline)| Some((*figure, form(outline)?)))
        .any(|(figure, form)| is_another(figure, &form))
}

fn is_another(figure: char, form: &Form) -> bool {
    let nearest = |wanted: fn(char, char) -> bool| {
        let of = KNOWN.iter().filter(|(known, _)| wanted(*known, figure));
        of.map(|(_, known)| distance(form, known)).fold(f64::INFINITY, f64::min)
    };
    let (own, other) = (nearest(|known, figure| known == figure), nearest(|known, figure| known != figure));
    own.is_finite() && own > BAD && other < BETTER * own
}

/// The form of an outline; a blank has none.
pub fn form(outline: &BezPath) -> Option<Form> {
    let area = outline.bounding_box();
    if area.width() < 1.0 || area.height() < 1.0 || !area.is_finite() {
        return None;
    }
    let cells = filled(outline, area);
    Some(Form {
        cells,
        aspect: area.width() / area.height(),
    })
}

/// Which cells are inside of the outline (its winding number is not 0), each asked in its middle: row by row, by where edges cross it.
fn filled(outline: &BezPath, area: Rect) -> Vec<bool> {
    let mut crossings: [Vec<(f64, i32)>; DOWN] = Default::default();
    let mut edge = |from: Point, to: Point| {
        let (low, high, way) = if from.y < to.y { (from, to, 1) } else { (to, from, -1) };
        for (row, crossed) in crossings.iter_mut().enumerate() {
            let y = middle(area.y0, area.height(), row, DOWN);
            if low.y <= y && y < high.y {
                crossed.push((low.x + (high.x - low.x) * (y - low.y) / (high.y - low.y), way));
            }
        }
    };
    let (mut begun, mut last) = (Point::ZERO, Point::ZERO);
    // A hundredth of a cell is exact enough.
    flatten(outline, area.height() / 2_000.0, |part| match part {
        PathEl::MoveTo(to) => {
            edge(last, begun);
            (begun, last) = (to, to);
        }
        PathEl::LineTo(to) => {
            edge(last, to);
            last = to;
        }
        PathEl::ClosePath => {
            edge(last, begun);
            last = begun;
        }
        PathEl::QuadTo(..) | PathEl::CurveTo(..) => {}
    });
    edge(last, begun);
    let mut cells = Vec::with_capacity(ACROSS * DOWN);
    for mut row in crossings {
        row.sort_by(|one, other| one.0.total_cmp(&other.0));
        for column in 0..ACROSS {
            let x = middle(area.x0, area.width(), column, ACROSS);
            let winding: i32 = row.iter().take_while(|(at, _)| *at < x).map(|(_, way)| way).sum();
            cells.push(winding != 0);
        }
    }
    cells
}

/// The middle of a cell.
fn middle(from: f64, length: f64, at: usize, of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a dozen cells")]
    let share = (at as f64 + 0.5) / of as f64;
    from + length * share
}

/// How much two forms differ: 0 is not at all.
pub fn distance(one: &Form, other: &Form) -> f64 {
    let different = one.cells.iter().zip(&other.cells).filter(|(one, other)| one != other).count();
    #[expect(clippy::cast_precision_loss, reason = "some hundred cells")]
    let share = different as f64 / one.cells.len() as f64;
    share + 0.2 * (one.aspect - other.aspect).abs()
}

/// Reads them from the fonts that the renderer brings along, by way of a page that shows them.
fn known() -> Vec<(char, Form)> {
    let names = [
        "Helvetica",
        "Helvetica-Bold",
        "Times-Roman",
        "Times-Bold",
        "Courier",
        "Courier-Bold",
    ];
    let mut bodies = vec!["<</Type /Catalog /Pages 2 0 R>>".to_owned()];
    let fonts: String = (0..names.len()).map(|at| format!("/F{at} {} 0 R ", 5 + at)).collect();
    let text: String = (0..names.len())
        .map(|at| format!("/F{at} 12 Tf 1 0 0 1 10 {} Tm (0123456789) Tj ", 20 + 20 * at))
        .collect();
    let content = format!("BT {text}ET");
    bodies.push("<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 200]>>".to_owned());
    bodies.push(format!(
        "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <<{fonts}>>>>>>"
    ));
    bodies.push(format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()));
    bodies.extend(
        names
            .iter()
            .map(|name| format!("<</Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding>>")),
    );
    let read = || {
        let book = Book::open(Arc::new(file(&bodies)), &Substitutes::none()).ok()?;
        book.with_page(0, |_, page| survey(page, &book).figures().to_vec()).ok()
    };
    read()
        .unwrap_or_default()
        .iter()
        .filter_map(|(figure, outline)| Some((*figure, form(outline)?)))
        .collect()
}

/// The plainest PDF of these objects.
pub fn file(bodies: &[String]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.4\n");
    let mut offsets = String::new();
    for (at, body) in bodies.iter().enumerate() {
        offsets.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{} 0 obj\n{body}\nendobj\n", at + 1));
    }
    let (start, size) = (out.len(), bodies.len() + 1);
    out.push_str(&format!(
        "xref\n0 {size}\n0000000000 65535 f \n{offsets}trailer\n<</Size {size} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    ));
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_filled_as_the_winding_number_says() {
        let outline = BezPath::from_svg(
            "M0 0 C 40 90 60 -30 100 0 L 100 100 Q 60 60 0 100 Z M 20 20 L 20 60 L 70 60 L 70 20 Z M 30 30 L 60 30 L 60 50 Z",
        )
        .unwrap();
        let area = outline.bounding_box();
        let cells = filled(&outline, area);
        let wanted = (0..DOWN).flat_map(|y| (0..ACROSS).map(move |x| (x, y))).map(|(x, y)| {
            let point = Point::new(middle(area.x0, area.width(), x, ACROSS), middle(area.y0, area.height(), y, DOWN));
            outline.winding(point) != 0
        });
        assert!(cells.iter().any(|cell| *cell) && cells.iter().any(|cell| !*cell));
        assert_eq!(cells, wanted.collect::<Vec<_>>());
    }

    #[test]
    fn each_figure_is_itself_and_no_other() {
        assert_eq!(KNOWN.len(), 60);
        for (figure, known) in KNOWN.iter() {
            assert!(!is_another(*figure, known), "{figure}");
        }
        let told = KNOWN.iter().flat_map(|(figure, known)| {
            ('0'..='9')
                .filter(move |claimed| claimed != figure)
                .map(move |claimed| is_another(claimed, known))
        });
        let (caught, all) = told.fold((0, 0), |(caught, all), told| (caught + usize::from(told), all + 1));
        assert!(caught * 100 >= all * 97, "{caught} of {all} lies are seen");
    }
}
