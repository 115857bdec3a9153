//! `POST /cases/{id}/places`: where the two signatures stand: a page and one of nine positions, chosen by keyboard.

use axum::{extract::State, response::Response};
use contracts::{Case, Places, Reading, StageName};
use pades::{FieldSpec, SIGNATURE_HEIGHT, SIGNATURE_WIDTH};
use store::unit;

use super::{Of, compose, story};
use crate::{Entries, House, SignedIn, Sorry, layout::onward};

/// The nine positions: word and Japanese.
pub(super) const POSITIONS: [(&str, &str); 9] = [
    ("bl", "下の左"),
    ("bc", "下の中央"),
    ("br", "下の右"),
    ("ml", "中段の左"),
    ("mc", "中段の中央"),
    ("mr", "中段の右"),
    ("tl", "上の左"),
    ("tc", "上の中央"),
    ("tr", "上の右"),
];

/// Margins from the edge, in points: 15 mm and 12 mm.
const MARGIN: [f64; 2] = [42.5, 34.0];

fn rectangle(word: &str, width: f64, height: f64) -> Option<[f64; 4]> {
    let (row, column) = (word.get(0..1)?, word.get(1..2)?);
    let left = match column {
        "l" => MARGIN[0],
        "c" => (width - SIGNATURE_WIDTH) / 2.0,
        "r" => width - MARGIN[0] - SIGNATURE_WIDTH,
        _ => return None,
    };
    let bottom = match row {
        "b" => MARGIN[1],
        "m" => (height - SIGNATURE_HEIGHT) / 2.0,
        "t" => height - MARGIN[1] - SIGNATURE_HEIGHT,
        _ => return None,
    };
    Some([left, bottom, left + SIGNATURE_WIDTH, bottom + SIGNATURE_HEIGHT])
}

/// The position of a slot, so that the form shows what is chosen.
pub(super) fn position(slot: &story::Slot, width: f64, height: f64) -> &'static str {
    let (x, y) = (slot.place[0] + slot.place[2] / 2.0, slot.place[1] + slot.place[3] / 2.0);
    let third = |value: f64, whole: f64| {
        if value < whole / 3.0 {
            0
        } else if value < whole * 2.0 / 3.0 {
            1
        } else {
            2
        }
    };
    let at = (2 - third(y, height)) * 3 + third(x, width);
    POSITIONS.get(at).map_or("bl", |position| position.0)
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
        let opened = story::open(&house, by, id, None).await?;
        let field = |side: &str, name: &str| -> Result<FieldSpec, Sorry> {
            let page: usize = entries.text(&format!("page_{side}")).parse().unwrap_or(opened.book.pages());
            let size = opened
                .book
                .size(page.saturating_sub(1))
                .map_err(|_| Sorry::not_understood("そのページはありません。署名欄は動いていません。"))?;
            let word = entries.text(&format!("at_{side}"));
            let rect = if word == "none" {
                [0.0; 4]
            } else {
                rectangle(word, f64::from(size.width), f64::from(size.height))
                    .ok_or_else(|| Sorry::not_understood("署名欄の場所が選ばれていません。署名欄は動いていません。"))?
            };
            Ok(FieldSpec {
                name: name.to_owned(),
                page: page.saturating_sub(1),
                rect,
            })
        };
        let places = Places {
            a: field("a", "SignatureA")?,
            b: field("b", "SignatureB")?,
        };
        let overlap = places.a.page == places.b.page && places.a.rect == places.b.rect && places.a.rect != [0.0; 4];
        if overlap {
            return Err(Sorry::not_understood(
                "甲と乙の署名欄が、同じ場所です。別の場所を選んでください。署名欄は動いていません。",
            ));
        }
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
        let (width, height) = (595.0, 842.0);
        for (word, _) in POSITIONS {
            let [x0, y0, x1, y1] = rectangle(word, width, height).unwrap();
            assert!(x0 >= 0.0 && y0 >= 0.0 && x1 <= width && y1 <= height, "{word}");
            let slot = story::Slot {
                page: 0,
                place: [x0, height - y1, x1 - x0, y1 - y0],
                side: contracts::Side::A,
                is_signed: false,
            };
            assert_eq!(position(&slot, width, height), word);
        }
        assert_eq!(rectangle("xx", width, height), None);
        assert_eq!(rectangle("", width, height), None);
    }
}
