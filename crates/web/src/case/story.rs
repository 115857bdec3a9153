//! A case as its pages tell it: the view, its current file as a book, where its signature fields stand.

use std::sync::Arc;

use axum::http::StatusCode;
use contracts::{Case, CaseId, CaseView, Reading, Side, Stage};
use foundation::{Actor, Instant};
use pades::Plane;
use pictures::{Book, NotOpened};
use store::unit;

use crate::{House, Sorry, words};

/// The code of a file whose pages cannot be shown.
pub(super) const NOT_DRAWN: &str = "not_drawn";
/// The code of a file whose pages cannot be shown now: that says nothing about the file.
pub(super) const BUSY: &str = "pictures_busy";

/// The case as this actor may see it; B's first look is marked.
pub async fn view(house: &House, by: &Actor, id: CaseId) -> Result<CaseView, Sorry> {
    let now = house.now();
    Ok(unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, by, id).await?;
        Case::viewed(&case, unit, now).await?;
        Case::view(&case, unit).await
    })
    .await?)
}

/// The mail that sending will bring to the other side: subject and text, from the one place that writes it.
pub async fn mail(house: &House, by: &Actor, id: CaseId) -> Result<(String, String), Sorry> {
    let now = house.now();
    Ok(unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, by, id).await?;
        Case::mail_preview(&case, unit, now).await
    })
    .await?)
}

/// A file of the case, read and compared with its hash.
pub struct Opened {
    /// Which stage.
    pub stage: Stage,
    /// Its bytes.
    pub bytes: Arc<Vec<u8>>,
    /// Its pages.
    pub book: Book,
}

/// The newest file this actor may read, or the one with this hash: what is stored is compared anew, so that what was altered is noticed each
/// time, but it lies in memory once, however many read it.
pub async fn open(house: &House, by: &Actor, id: CaseId, sha256: Option<&str>) -> Result<Opened, Sorry> {
    let (case, stage) = stage(house, by, id, sha256).await?;
    if let Some((bytes, book)) = house.shelf().held(&stage.sha256) {
        house.contracts.check(&case, &stage).await?;
        return Ok(Opened { stage, bytes, book });
    }
    let bytes = Arc::new(house.contracts.read(&case, &stage).await?);
    let book = laid_open(house, &stage, bytes.clone()).await?;
    Ok(Opened { stage, bytes, book })
}

/// The book with this hash, for its pictures: whoever may read the case gets it from the shelf, where it was put by its hash.
pub async fn book(house: &House, by: &Actor, id: CaseId, sha256: &str) -> Result<Book, Sorry> {
    let (case, stage) = stage(house, by, id, Some(sha256)).await?;
    if let Some(book) = house.shelf().book(sha256) {
        return Ok(book);
    }
    let bytes = Arc::new(house.contracts.read(&case, &stage).await?);
    laid_open(house, &stage, bytes).await
}

/// Asks for the right, and which stage it is.
async fn stage(
    house: &House,
    by: &Actor,
    id: CaseId,
    sha256: Option<&str>,
) -> Result<(foundation::Authorized<Case, Reading>, Stage), Sorry> {
    Ok(unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, by, id).await?;
        let stage = match sha256 {
            None => Case::stage(&case, unit, None).await?,
            Some(wanted) => {
                let stages = Case::stages(&case, unit).await?;
                stages
                    .into_iter()
                    .find(|stage| stage.sha256 == wanted)
                    .ok_or(contracts::Error::Unknown)?
            }
        };
        Ok::<_, contracts::Error>((case, stage))
    })
    .await?)
}

async fn laid_open(house: &House, stage: &Stage, bytes: Arc<Vec<u8>>) -> Result<Book, Sorry> {
    let book = house.contracts.findings.open(bytes.clone()).await.map_err(|error| {
        let (status, code) = if error == NotOpened::Busy {
            (StatusCode::SERVICE_UNAVAILABLE, BUSY)
        } else {
            (StatusCode::UNPROCESSABLE_ENTITY, NOT_DRAWN)
        };
        let next = "PDFそのものは受け取れます。ダウンロードして、お手元のソフトでご覧ください。";
        Sorry::new(status, code, error.sentence(), next).of(&stage.sha256)
    })?;
    house.shelf().put(&stage.sha256, bytes, &book);
    Ok(book)
}

/// A signature field on a page, in points from the top left.
#[derive(Clone, Debug, PartialEq)]
pub struct Slot {
    /// The page, from 0.
    pub page: usize,
    /// Left, top, width, height.
    pub place: [f64; 4],
    /// Whose: A's or B's.
    pub side: Side,
    /// It is signed.
    pub is_signed: bool,
}

/// Where the fields of A and B stand; an invisible one has no place.
pub fn slots(pdf: &[u8], a: Option<&str>, b: Option<&str>) -> Vec<Slot> {
    let read = || -> Result<Vec<Slot>, pdf::Error> {
        let document = pdf::Document::open(pdf)?;
        let view = document.last();
        let pages = view.pages()?;
        let mut slots = Vec::new();
        for field in view.fields()? {
            let side = if Some(field.name.as_str()) == a {
                Side::A
            } else if Some(field.name.as_str()) == b {
                Side::B
            } else {
                continue;
            };
            let Some(widget) = field.widgets.first() else { continue };
            let widget = view.dict(*widget)?;
            let Some([x0, y0, x1, y1]) = view.rectangle(&widget, "Rect")? else {
                continue;
            };
            if x1 - x0 < 1.0 || y1 - y0 < 1.0 {
                continue;
            }
            let place = widget.get("P").and_then(pdf::Obj::reference);
            let page = pages.iter().position(|page| Some(page.object) == place).unwrap_or(0);
            let Some(on) = pages.get(page) else { continue };
            slots.push(Slot {
                page,
                place: Plane::of(on).shown([x0, y0, x1, y1]),
                side,
                is_signed: !field.is_empty_signature(),
            });
        }
        slots.sort_by_key(|slot| slot.side == Side::B);
        Ok(slots)
    };
    read().unwrap_or_default()
}

/// How the pages lie.
pub(super) fn planes(pdf: &[u8]) -> Vec<Plane> {
    Plane::all(pdf).unwrap_or_default()
}

/// One line of the story, newest first.
pub struct Event {
    /// When, for machines.
    pub at: String,
    /// When, for people.
    pub when: String,
    /// What.
    pub words: String,
    /// More.
    pub more: String,
    /// It cannot be undone.
    pub is_final: bool,
}

/// Behind which of these something that happened at `at` stands, from 1; 0: before all. Those that did not happen count as passed.
fn behind(events: [Option<Instant>; 3], at: Instant) -> usize {
    let last = events.iter().rposition(|event| event.is_some_and(|event| event <= at));
    last.map_or(0, |last| last + 1)
}

/// What has happened so far, newest first, as far as this side may know it.
pub fn story(view: &CaseView) -> Vec<Event> {
    let line = &view.line;
    let b = line.b_name.clone().unwrap_or_else(|| "取引先".to_owned());
    let name = |person: &Option<contracts::NamedPerson>| person.as_ref().map_or_else(|| "署名者".to_owned(), |one| one.name.clone());
    let closed = match line.state {
        contracts::state::State::SentBack => "差戻されました",
        contracts::state::State::Refused => "謝絶されました",
        _ => "取下げられました",
    };
    let reason = view.reason.as_ref().map_or_else(String::new, |reason| format!("理由：{reason}"));
    let before = [line.sent, view.viewed, view.b_signed];
    let moves = |after: usize| {
        let told = view.reply_by_moves.iter().filter(move |one| behind(before, one.at) == after);
        told.map(|one| {
            let to = one.to.map_or_else(|| "期限なし".to_owned(), words::day);
            (Some(one.at), "返送の期限を変更".to_owned(), to, false)
        })
    };
    let mut events = vec![
        (Some(line.created), "案件を登録".to_owned(), String::new(), false),
        (
            view.a_signed,
            format!("{} が署名", name(&view.a_signer)),
            "タイムスタンプの時刻です".to_owned(),
            false,
        ),
    ];
    events.extend(moves(0));
    events.push((line.sent, format!("{b} へ送付"), String::new(), false));
    events.extend(moves(1));
    events.push((view.viewed, format!("{b} が開封"), String::new(), false));
    events.extend(moves(2));
    events.push((
        view.b_signed,
        format!("{} が署名", name(&view.b_signer)),
        "タイムスタンプの時刻です".to_owned(),
        false,
    ));
    events.extend(moves(3));
    events.extend([
        (
            view.returned,
            "返送され、契約が成立しました".to_owned(),
            line.formed.map_or_else(String::new, |at| {
                format!("成立の日時は、最後の署名のタイムスタンプ {}", words::time(at))
            }),
            true,
        ),
        (
            line.sealed,
            "封緘しました".to_owned(),
            "長期検証できる形（PAdES B-LTA）".to_owned(),
            true,
        ),
        (
            line.kept,
            "原本を保管しました".to_owned(),
            "双方へ契約完了通知を送りました".to_owned(),
            true,
        ),
        (view.confirmed, "送った側が、成立を確かめました".to_owned(), String::new(), false),
        (view.closed, closed.to_owned(), reason, false),
    ]);
    // In the order in which it happens: proven times are whole seconds, so sorting by them would not do.
    events
        .into_iter()
        .rev()
        .filter_map(|(at, words, more, is_final)| {
            at.map(|at| Event {
                at: at.rfc3339_japan(),
                when: format!("{} {}", words::short_day(at.date_in_japan()), words::time(at)),
                words,
                more,
                is_final,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_stands_behind_the_last_event_before_it_even_if_one_between_did_not_happen() {
        let at = |minute: u8| Instant::parse_rfc3339(&format!("2026-11-23T09:{minute:02}:00+09:00")).unwrap();
        let all = [Some(at(10)), Some(at(20)), Some(at(30))];
        let unseen = [Some(at(10)), None, Some(at(30))];
        for (events, minute, place) in [
            (all, 5, 0),
            (all, 10, 1),
            (all, 25, 2),
            (all, 31, 3),
            (unseen, 25, 1),
            (unseen, 31, 3),
            ([None; 3], 31, 0),
        ] {
            assert_eq!(behind(events, at(minute)), place, "{events:?} {minute}");
        }
    }
}
