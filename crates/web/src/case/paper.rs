//! The document on the page of a draft: its facts, the pages that show signature fields, and how each mark will look there.

use contracts::{CaseView, Side};

use super::{
    places::{MILLIMETRE, NONE, position},
    story,
};
use crate::words;

/// The document, with its fields.
pub(super) struct Paper {
    pub(super) pages: usize,
    pub(super) size: String,
    pub(super) sha: String,
    pub(super) sha_words: String,
    pub(super) uploaded: String,
    /// The PDF brought fields of its own: they stand where they stand.
    pub(super) is_fixed: bool,
    /// The pages on which fields stand; if none does, the last one.
    pub(super) sheets: Vec<Sheet>,
    pub(super) spots: [Spot; 2],
    /// How large the pages are as they are shown, in runs of equal ones: `2:595.3x841.9,1:2384x3370`.
    pub(super) sizes: String,
    pub(super) positions: [(&'static str, &'static str); 9],
}

/// A page that shows fields.
pub(super) struct Sheet {
    pub(super) page: usize,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) marks: Vec<Preview>,
}

/// How a mark will look, in points of the page.
pub(super) struct Preview {
    pub(super) side: &'static str,
    pub(super) left: String,
    pub(super) top: String,
    /// The signs of the round seal, and how far down each stands.
    pub(super) seal: Vec<(char, String)>,
    pub(super) seal_size: String,
    pub(super) company: String,
    pub(super) company_size: String,
    pub(super) name: String,
    pub(super) name_size: String,
}

/// What is chosen for a side.
pub(super) struct Spot {
    /// `a` or `b`.
    pub(super) side: &'static str,
    /// 甲 or 乙.
    pub(super) sign: &'static str,
    /// 1 or 2.
    pub(super) nth: usize,
    pub(super) who: String,
    pub(super) page: usize,
    pub(super) at: &'static str,
    pub(super) left: String,
    pub(super) top: String,
    /// In words.
    pub(super) says: String,
}

/// What the page of a draft shows of its document.
pub(super) async fn shown(opened: story::Opened, view: &CaseView) -> Paper {
    let bytes = opened.bytes.clone();
    let (a, b) = (view.a_field.clone(), view.b_field.clone());
    let (slots, planes) = jobs::work(move || (story::slots(&bytes, a.as_deref(), b.as_deref()), story::planes(&bytes))).await;
    let pages = opened.book.pages();
    let plane = |page: usize| planes.get(page).copied();
    let mut shown: Vec<usize> = slots.iter().map(|slot| slot.page).collect();
    if shown.is_empty() {
        shown.push(pages.saturating_sub(1));
    }
    shown.sort_unstable();
    shown.dedup();
    let uploaded = view.stages.iter().find(|stage| stage.name == contracts::StageName::Uploaded);
    let number = |value: f64| format!("{value:.1}");
    let sheets = shown.into_iter().map(|page| {
        let [width, height] = plane(page).map_or([595.0, 842.0], |plane| plane.size());
        Sheet {
            page: page + 1,
            width: number(width),
            height: number(height),
            marks: slots
                .iter()
                .filter(|slot| slot.page == page)
                .map(|slot| preview(slot, view))
                .collect(),
        }
    });
    Paper {
        pages,
        size: words::size(u64::try_from(uploaded.map_or(opened.stage.bytes, |stage| stage.bytes)).unwrap_or_default()),
        sha_words: words::hash(uploaded.map_or(&opened.stage.sha256, |stage| &stage.sha256)),
        uploaded: words::moment(opened.stage.made),
        is_fixed: view.a_field.as_deref() != Some("SignatureA") || view.b_field.as_deref() != Some("SignatureB"),
        sheets: sheets.collect(),
        spots: [Side::A, Side::B].map(|side| spot(side, &slots, &planes, pages, view)),
        sizes: sizes(&planes),
        positions: pades::Position::ALL.map(|position| (position.word(), position.japanese())),
        // As it was uploaded: the frames of empty fields are not in the way of choosing a place.
        sha: uploaded.map_or(opened.stage.sha256, |stage| stage.sha256.clone()),
    }
}

/// Who signs on this side: his company and his name, as far as they are known.
fn signer(side: Side, view: &CaseView) -> (String, String) {
    let line = &view.line;
    if side == Side::A {
        return (line.a_name.clone(), line.a_signer_name.clone());
    }
    let name = line.b_signer_name.clone().unwrap_or_else(|| "相手の署名者".to_owned());
    (line.b_name.clone().unwrap_or_else(|| "取引先".to_owned()), name)
}

fn preview(slot: &story::Slot, view: &CaseView) -> Preview {
    let (company, name) = signer(slot.side, view);
    let [left, top, ..] = slot.place.map(|value| format!("{value:.1}"));
    // The round seal carries the family name: what stands before the blank, at most four signs.
    let is_known = slot.side == Side::A || view.line.b_signer_name.is_some();
    let family = name.split([' ', '\u{3000}']).next().filter(|_| is_known).unwrap_or_default();
    let family: Vec<char> = family.chars().take(4).collect();
    let size = match family.len() {
        0 | 1 => 26.0,
        2 => 17.0,
        3 => 12.5,
        _ => 9.5,
    };
    #[expect(clippy::cast_precision_loss, reason = "four signs")]
    let down = |at: usize| 31.2 + (at as f64 - (family.len() as f64 - 1.0) / 2.0) * size;
    // Names are never cut: a long one is written smaller.
    #[expect(clippy::cast_precision_loss, reason = "a name")]
    let fits = |text: &str, most: f64| format!("{:.1}", (110.0 / text.chars().count().max(1) as f64).min(most));
    Preview {
        side: if slot.side == Side::A { "a" } else { "b" },
        left,
        top,
        seal: family
            .iter()
            .enumerate()
            .map(|(at, sign)| (*sign, format!("{:.1}", down(at))))
            .collect(),
        seal_size: format!("{size:.1}"),
        company_size: fits(&company, 8.0),
        name_size: fits(&name, 10.5),
        company,
        name,
    }
}

fn spot(side: Side, slots: &[story::Slot], planes: &[pades::Plane], pages: usize, view: &CaseView) -> Spot {
    let slot = slots.iter().find(|slot| slot.side == side);
    let plane = slot.and_then(|slot| planes.get(slot.page));
    let millimetres = |value: f64| format!("{:.1}", value / MILLIMETRE);
    let (_, who) = signer(side, view);
    let (word, sign, nth) = if side == Side::A { ("a", "甲", 1) } else { ("b", "乙", 2) };
    let [left, top] = slot.map_or([0.0; 2], |slot| [slot.place[0], slot.place[1]]);
    let page = slot.map_or(pages, |slot| slot.page + 1);
    Spot {
        side: word,
        sign,
        nth,
        who,
        page,
        at: slot.zip(plane).map_or(NONE, |(slot, plane)| position(slot, plane)),
        left: millimetres(left),
        top: millimetres(top),
        says: slot.map_or_else(
            || "印影なし".to_owned(),
            |_| {
                format!(
                    "{page}ページ　左から {:.0} mm・上から {:.0} mm",
                    left / MILLIMETRE,
                    top / MILLIMETRE
                )
            },
        ),
    }
}

/// Runs of equal pages; a file with very many different ones is told only as far as this.
fn sizes(planes: &[pades::Plane]) -> String {
    let mut runs: Vec<(usize, String)> = Vec::new();
    for plane in planes {
        let [width, height] = plane.size();
        let words = format!("{width:.1}x{height:.1}");
        let is_full = runs.len() == 200;
        match runs.last_mut() {
            Some((count, last)) if *last == words => *count += 1,
            _ if is_full => break,
            _ => runs.push((1, words)),
        }
    }
    let words: Vec<String> = runs.iter().map(|(count, words)| format!("{count}:{words}")).collect();
    words.join(",")
}
