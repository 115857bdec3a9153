//! What the pages of a document show on the reading page: where each lies, its fields, its hits, its text.

use contracts::{CaseView, Side};

use super::{
    picture,
    story::{self, Opened},
    turn::short,
};
use crate::House;

/// Hits that are listed.
const HITS: usize = 50;
/// Pages that are searched at once.
const SEARCHED: usize = 300;

/// One page of the document.
pub(super) struct Leaf {
    pub number: usize,
    pub width: String,
    pub height: String,
    pub slots: Vec<Mark>,
    /// Number of the hit, and where it stands.
    pub hits: Vec<(usize, [String; 4])>,
    /// What it says, and whether a hit is in it.
    pub lines: Vec<(String, bool)>,
}

/// Small pictures of up to ten pages, in one picture.
pub(super) struct Strip {
    pub from: usize,
    pub height: usize,
    /// Number, and whether a signature field is on it.
    pub pages: Vec<(usize, bool)>,
}

/// Height of a small page with its number, in pixels of the screen.
const CELL: usize = 96;

/// A signature field over the drawn page.
pub(super) struct Mark {
    pub place: [String; 4],
    pub middle: [String; 2],
    pub words: String,
    pub is_mine: bool,
    pub is_second: bool,
    pub is_signed: bool,
}

/// What the pages show.
pub(super) struct Shown {
    pub leaves: Vec<Leaf>,
    pub hits: Vec<(usize, String)>,
    pub search_on: Option<usize>,
    pub slot_page: Option<usize>,
}

/// The small pictures of these pages.
pub(super) fn strips(leaves: &[Leaf]) -> Vec<Strip> {
    leaves
        .chunks(picture::IN_STRIP)
        .map(|leaves| Strip {
            from: leaves.first().map_or(1, |leaf| leaf.number),
            height: leaves.len() * CELL,
            pages: leaves.iter().map(|leaf| (leaf.number, !leaf.slots.is_empty())).collect(),
        })
        .collect()
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// The signature fields, drawn over their pages: 「署名欄 1/2　田中 一郎」.
fn mark(slot: &story::Slot, at: usize, of: usize, names: &(String, String), next: Option<Side>) -> Mark {
    let name = if slot.side == Side::A { &names.0 } else { &names.1 };
    Mark {
        place: slot.place.map(number),
        middle: [
            number(slot.place[0] + slot.place[2] / 2.0),
            number(slot.place[1] + slot.place[3] / 2.0),
        ],
        words: format!("署名欄 {}/{of}　{name}", at + 1),
        is_mine: next == Some(slot.side) && !slot.is_signed,
        is_second: slot.side == Side::B,
        is_signed: slot.is_signed,
    }
}

/// Looks at the pages of `window`, and searches for `q` from page `since` on.
pub(super) async fn look(
    house: &House,
    opened: &Opened,
    view: &CaseView,
    window: std::ops::Range<usize>,
    is_text: bool,
    (q, since): (&str, usize),
) -> Shown {
    let (book, bytes, q) = (opened.book.clone(), opened.bytes.clone(), q.to_owned());
    let (a, b) = (view.a_field.clone(), view.b_field.clone());
    let names = (
        short(&view.line.a_name) + " " + &view.line.a_signer_name,
        view.line.b_signer_name.clone().unwrap_or_else(|| "取引先".to_owned()),
    );
    let next = match view.line.state {
        contracts::state::State::Draft => Some(Side::A),
        contracts::state::State::Waiting => Some(Side::B),
        _ => None,
    };
    let work = move || {
        let slots = story::slots(&bytes, a.as_deref(), b.as_deref());
        let searched = if q.is_empty() {
            pictures::Searched::default()
        } else {
            let pages = since - 1..(since - 1).saturating_add(SEARCHED);
            book.search_some(&q, pages, HITS).unwrap_or_default()
        };
        let texts = if is_text {
            book.texts(window.clone()).unwrap_or_default()
        } else {
            Vec::new()
        };
        let leaf = |page: usize| {
            let size = book.size(page).ok()?;
            let hits = searched.hits.iter().enumerate().filter(|(_, hit)| hit.page == page);
            let lines = texts.get(page - window.start).map_or_else(Vec::new, |text| {
                let has_hit = |line: &str| searched.hits.iter().any(|hit| hit.page == page && hit.line == line);
                text.lines.iter().map(|line| (line.text.clone(), has_hit(&line.text))).collect()
            });
            let of = slots.len();
            Some(Leaf {
                number: page + 1,
                width: number(f64::from(size.width)),
                height: number(f64::from(size.height)),
                slots: slots
                    .iter()
                    .enumerate()
                    .filter(|(_, slot)| slot.page == page)
                    .map(|(at, slot)| mark(slot, at, of, &names, next))
                    .collect(),
                hits: hits
                    .flat_map(|(at, hit)| hit.places.iter().map(move |place| (at, place)))
                    .map(|(at, place)| {
                        (
                            at,
                            [place.left, place.top, place.width, place.height].map(|value| number(f64::from(value))),
                        )
                    })
                    .collect(),
                lines,
            })
        };
        Shown {
            leaves: window.clone().filter_map(leaf).collect(),
            hits: searched.hits.iter().map(|hit| (hit.page + 1, hit.line.clone())).collect(),
            search_on: searched.next.map(|next| next + 1),
            slot_page: slots.iter().find(|slot| next == Some(slot.side)).map(|slot| slot.page + 1),
        }
    };
    house.look(work).await
}
