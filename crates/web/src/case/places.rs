//! `POST /cases/{id}/places`: where the two signatures stand: a page and one of nine positions, or millimetres from the corner.

use axum::{extract::State, response::Response};
use contracts::{Case, Places, Reading, StageName};
use pades::{FieldSpec, Plane, Position, SIGNATURE_HEIGHT, SIGNATURE_WIDTH};
use store::unit;

use super::{Of, compose, story};
use crate::{Entries, House, SignedIn, Sorry, layout::onward};

/// Not one of the nine: millimetres.
pub(super) const FINE: &str = "mm";
/// 印影なし: the signature is there, and nothing shows.
pub(super) const NONE: &str = "none";

/// Points in a millimetre.
pub(super) const MILLIMETRE: f64 = 72.0 / 25.4;
/// A mark with this corner, as the page is shown: left, top, width, height.
const fn mark([left, top]: [f64; 2]) -> [f64; 4] {
    [left, top, SIGNATURE_WIDTH, SIGNATURE_HEIGHT]
}

/// The position of a slot, so that the form shows what is chosen.
pub(super) fn position(slot: &story::Slot, plane: &Plane) -> &'static str {
    let same = |place: [f64; 4]| place.iter().zip(slot.place).all(|(one, other)| (one - other).abs() < 0.6);
    Position::ALL
        .into_iter()
        .find(|position| same(mark(position.corner(plane))))
        .map_or(FINE, Position::word)
}

/// Where a side's mark shall stand, in the measures of the file.
fn wanted(entries: &Entries, side: &str, planes: &[Plane]) -> Result<(usize, [f64; 4]), Sorry> {
    let typed = japan::fold(entries.text(&format!("page_{side}")));
    let page: usize = if typed.is_empty() {
        planes.len()
    } else {
        typed.parse().unwrap_or(0)
    };
    let plane = page
        .checked_sub(1)
        .and_then(|page| planes.get(page))
        .ok_or_else(|| Sorry::not_understood("そのページはありません。署名欄は動いていません。"))?;
    let word = entries.text(&format!("at_{side}"));
    let shown = match word {
        NONE => return Ok((page - 1, [0.0; 4])),
        FINE => mark(fine(entries, side, plane)?),
        word => Position::of_word(word)
            .map(|position| mark(position.corner(plane)))
            .ok_or_else(|| Sorry::not_understood("署名欄の場所が選ばれていません。署名欄は動いていません。"))?,
    };
    let [width, height] = plane.size();
    if shown[0] < 0.0 || shown[1] < 0.0 || shown[2] + shown[0] > width || shown[3] + shown[1] > height {
        return Err(Sorry::not_understood(
            "このページには、そこに署名欄（62 × 22 mm）が入りません。署名欄は動いていません。",
        ));
    }
    Ok((page - 1, plane.in_file(shown)))
}

/// Millimetres from the left and from the top.
fn fine(entries: &Entries, side: &str, plane: &Plane) -> Result<[f64; 2], Sorry> {
    let [width, height] = plane.size();
    let number = |name: &str, words: &str, most: f64| {
        let typed: Option<f64> = japan::fold(entries.text(&format!("{name}_{side}"))).parse().ok();
        typed
            .filter(|value| (-0.05..=most / MILLIMETRE + 0.05).contains(value))
            // What is written with one decimal may lie a hair beyond the edge.
            .map(|value| (value * MILLIMETRE).clamp(0.0, most))
            .ok_or_else(|| {
                Sorry::not_understood(format!(
                    "署名欄の「{words}」は、0 から {:.0} mm までの数で入れてください。署名欄は動いていません。",
                    (most / MILLIMETRE).floor()
                ))
            })
    };
    Ok([
        number("left", "左から", (width - SIGNATURE_WIDTH).max(0.0))?,
        number("top", "上から", (height - SIGNATURE_HEIGHT).max(0.0))?,
    ])
}

fn overlap(one: [f64; 4], other: [f64; 4]) -> bool {
    one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

/// Lays the fields anew over the bytes that were uploaded.
pub async fn put(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, entries: Entries) -> Result<Response, Sorry> {
    let by = visit.actor();
    let placed = async {
        let (case, stage) = unit!(house.db, |unit| {
            let case = Case::open::<Reading>(unit, by, id).await?;
            let stage = Case::stage(&case, unit, Some(StageName::Uploaded)).await?;
            Ok::<_, contracts::Error>((case, stage))
        })
        .await?;
        let bytes = house.contracts.read(&case, &stage).await?;
        let (bytes, planes) = jobs::work(move || {
            let planes = story::planes(&bytes);
            (bytes, planes)
        })
        .await;
        let (a, b) = (wanted(&entries, "a", &planes)?, wanted(&entries, "b", &planes)?);
        if a.0 == b.0 && overlap(a.1, b.1) {
            return Err(Sorry::not_understood(
                "甲と乙の署名欄が、同じ場所です。重ならない場所を選んでください。署名欄は動いていません。",
            ));
        }
        let field = |(page, rect), name: &str| FieldSpec {
            name: name.to_owned(),
            page,
            rect,
        };
        let places = Places {
            a: field(a, "SignatureA"),
            b: field(b, "SignatureB"),
        };
        Case::put_document(&house.contracts, by, id, bytes, Some(&places), house.now()).await?;
        Ok(())
    };
    match placed.await {
        Ok(()) => Ok(onward(&format!("/cases/{id}/compose#places"))),
        Err(sorry) => compose::again(&house, &visit, id, Some(sorry), None).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_position_is_found_again_and_lies_on_the_page() {
        let book = include_bytes!("../../../../samples/chumon.pdf");
        let planes = story::planes(book);
        let plane = planes.first().unwrap();
        let [width, height] = plane.size();
        for place in Position::ALL {
            let word = place.word();
            let [left, top, across, down] = mark(place.corner(plane));
            assert!(
                left >= 0.0 && top >= 0.0 && left + across <= width && top + down <= height,
                "{word}"
            );
            let mut slot = story::Slot {
                page: 0,
                place: [left, top, across, down],
                side: contracts::Side::A,
                is_signed: false,
            };
            assert_eq!(position(&slot, plane), word);
            slot.place[0] += 3.0;
            assert_eq!(position(&slot, plane), FINE);
        }
    }

    #[test]
    fn fields_that_touch_do_not_overlap() {
        let one = [0.0, 0.0, 10.0, 10.0];
        assert!(!overlap(one, [10.0, 0.0, 20.0, 10.0]) && overlap(one, [9.0, 9.0, 20.0, 20.0]));
        assert!(!overlap([0.0; 4], [0.0; 4]), "what does not show overlaps nothing");
    }
}
