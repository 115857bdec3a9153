//! `--mark`: what a signature shows on the page, and where.

use std::{path::Path, str::FromStr};

use pades::{FieldSpec, Plane, Position, SIGNATURE_HEIGHT, SIGNATURE_WIDTH};
use papers::Mark;
use pki::Certificate;

/// Points in a millimetre.
const MILLIMETRE: f64 = 72.0 / 25.4;
/// Of another authority's certificate it is not said that it is CECSIGN's.
const CAPTION: &str = "電子署名";
/// What stands in all names of a demo's authority.
const DEMO: &str = "デモ環境";

/// Where the mark is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// In the field that `--field` names.
    Field,
    /// In a field of its own.
    At {
        /// From 1; none is the last page.
        page: Option<usize>,
        /// Where on it.
        spot: Spot,
    },
}

/// A place on a page, as it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spot {
    /// One of the nine.
    Position(Position),
    /// Millimetres from the left and from the top.
    Millimetres([f64; 2]),
}

impl FromStr for Wanted {
    type Err = String;

    /// `br`, `last:br`, `3:20x240`, `field`.
    fn from_str(words: &str) -> Result<Self, String> {
        if words == "field" {
            return Ok(Self::Field);
        }
        let (page, spot) = words.rsplit_once(':').unwrap_or(("last", words));
        let page =
            match page {
                "last" => None,
                number => {
                    Some(number.parse().ok().filter(|number| *number >= 1).ok_or_else(|| {
                        format!("「{number}」はページではありません。1 からの番号か last（最後のページ）を書いてください")
                    })?)
                }
            };
        let spot = match Position::of_word(spot) {
            Some(position) => Spot::Position(position),
            None => Spot::Millimetres(millimetres(spot).ok_or_else(|| {
                format!(
                    "「{spot}」は場所ではありません。{} のどれか、または 左から×上から の mm（例 20x240）を書いてください",
                    words_of_all()
                )
            })?),
        };
        Ok(Self::At { page, spot })
    }
}

fn words_of_all() -> String {
    Position::ALL.map(Position::word).join("・")
}

fn millimetres(words: &str) -> Option<[f64; 2]> {
    let (left, top) = words.split_once('x')?;
    let number = |text: &str| text.parse().ok().filter(|value: &f64| value.is_finite() && *value >= 0.0);
    Some([number(left)?, number(top)?])
}

/// The mark of the certificate's holder as a PDF of one page: the names are those that were certified.
pub(super) fn print(certificate: &Certificate, fonts: Option<&Path>) -> Result<Vec<u8>, String> {
    let subject = certificate.subject();
    let name = subject
        .common_name()
        .ok_or("証明書に名前（CN）がないため、印を作れません。--mark を外すと、見えない署名になります。")?;
    let company = subject.organization().unwrap_or_default();
    let is_demo = [Some(company.clone()), certificate.issuer().common_name()]
        .iter()
        .flatten()
        .any(|name| name.contains(DEMO));
    let mut mark = Mark::person(&company, &name, is_demo);
    CAPTION.clone_into(&mut mark.caption);
    crate::serve::printing::printer(fonts)
        .mark(&mark)
        .map_err(|why| format!("印を作れません。{}{}", why.sentence(), why.next()))
}

/// The field that shows the mark, on the pages of `pdf`.
pub(super) fn field(pdf: &[u8], name: &str, page: Option<usize>, spot: Spot) -> Result<FieldSpec, String> {
    if pades::is_certified(pdf).map_err(|error| super::said(&error))? {
        return Err("このPDFには、変更を制限する署名（DocMDP）があるため、見える欄を足せません。--mark を外してください。".to_owned());
    }
    let planes = Plane::all(pdf).map_err(|error| super::said(&error))?;
    let number = page.unwrap_or(planes.len());
    let plane = number
        .checked_sub(1)
        .and_then(|at| planes.get(at))
        .ok_or_else(|| format!("{number}ページはありません（全{}ページ）。", planes.len()))?;
    let corner @ [left, top] = match spot {
        Spot::Position(position) => position.corner(plane),
        Spot::Millimetres(places) => places.map(|value| value * MILLIMETRE),
    };
    let [width, height] = plane.size();
    // What is written in millimetres may lie a hair beyond the edge.
    let is_inside = left >= 0.0 && top >= 0.0 && left + SIGNATURE_WIDTH <= width + 0.5 && top + SIGNATURE_HEIGHT <= height + 0.5;
    if !is_inside {
        return Err(format!(
            "{number}ページ（{:.0} × {:.0} mm）のそこには、印（62 × 22 mm）が入りません。",
            width / MILLIMETRE,
            height / MILLIMETRE
        ));
    }
    Ok(plane.field(name, number - 1, corner))
}

/// A mark needs room in the field that waits for it.
pub(super) fn has_room(pdf: &[u8], field: &str) -> Result<(), String> {
    let rect = || -> Result<Option<[f64; 4]>, pdf::Error> {
        let document = pdf::Document::open(pdf)?;
        let view = document.last();
        let Some(field) = view.field(field)? else { return Ok(None) };
        view.rectangle(&field.dict, "Rect")
    };
    match rect() {
        Ok(Some([left, bottom, right, top])) if right - left < 1.0 || top - bottom < 1.0 => Err(format!(
            "署名欄「{field}」は見えない欄です。--mark に場所を書き、--field を外してください。"
        )),
        // A field that is not there has its own sentence when it is signed.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_help_writes_them() {
        let at = |page, spot| Ok(Wanted::At { page, spot });
        assert_eq!("field".parse(), Ok(Wanted::Field));
        assert_eq!("br".parse(), at(None, Spot::Position(Position::BottomRight)));
        assert_eq!("last:tc".parse(), at(None, Spot::Position(Position::TopCentre)));
        assert_eq!("3:20x240".parse(), at(Some(3), Spot::Millimetres([20.0, 240.0])));
        assert_eq!("12.5x0".parse(), at(None, Spot::Millimetres([12.5, 0.0])));
        for wrong in [
            "", "bx", "0:br", "-1:br", "x:br", "20", "20x", "-1x3", "NaNx1", "20x240x3", "1:", "br:1",
        ] {
            let said = wrong.parse::<Wanted>().unwrap_err();
            assert!(said.contains("ではありません"), "{wrong}: {said}");
        }
    }
}
