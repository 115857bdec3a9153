//! `GET /cases/{id}/read`: 契約書を読んで署名する. The drawn pages come first; the sentence before the signature stands after the last.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use certification::Credential;
use contracts::{Case, CaseId, CaseView, Side};
use serde::Deserialize;
use store::unit;

use super::{
    Of,
    deadline::Until,
    story::{self, Opened},
    turn::{Turn, short, turn},
};
use crate::{House, SignedIn, Sorry, Visit, door::escaped, layout::page_with, verify::Card, words};

/// How the file is looked at.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `text`: 文字で読む.
    #[serde(default)]
    view: String,
    /// What is searched for.
    #[serde(default)]
    q: String,
    /// 1, 2 or 3.
    #[serde(default)]
    zoom: u8,
    /// The first page shown, from 1.
    #[serde(default)]
    from: usize,
    /// The page from which is searched, from 1.
    #[serde(default)]
    since: usize,
}

impl Asked {
    /// The end of the file, where the sentence before the signature stands.
    fn the_end() -> Self {
        Self {
            from: usize::MAX,
            ..Self::default()
        }
    }
}

/// Pages on one page: a book of ten thousand pages is leafed through in parts.
const AT_ONCE: usize = 30;
/// Hits that are listed.
const HITS: usize = 50;
/// Pages that are searched at once.
const SEARCHED: usize = 300;

/// One page of the document.
struct Leaf {
    number: usize,
    width: String,
    height: String,
    slots: Vec<Mark>,
    /// Number of the hit, and where it stands.
    hits: Vec<(usize, [String; 4])>,
    /// What it says, and whether a hit is in it.
    lines: Vec<(String, bool)>,
}

/// Small pictures of up to ten pages, in one picture.
struct Strip {
    from: usize,
    height: usize,
    /// Number, and whether a signature field is on it.
    pages: Vec<(usize, bool)>,
}

/// Height of a small page with its number, in pixels of the screen.
const CELL: usize = 96;

/// A signature field over the drawn page.
struct Mark {
    place: [String; 4],
    middle: [String; 2],
    words: String,
    is_mine: bool,
    is_second: bool,
    is_signed: bool,
}

/// With what one signs.
pub(super) struct Means {
    pub is_token: bool,
    pub tail: String,
}

/// A hit in the list of hits.
struct Spoken {
    page: usize,
    line: String,
    /// Where it leads.
    to: String,
}

#[derive(Template)]
#[template(path = "case/read.html")]
struct Read<'a> {
    visit: &'a Visit,
    view: &'a CaseView,
    id: String,
    turn: Turn,
    /// 返送の期限 of what is still open.
    until: Option<Until>,
    over: String,
    partner: String,
    amount: String,
    period: Option<String>,
    sha: &'a str,
    sha_words: String,
    pages: usize,
    leaves: Vec<Leaf>,
    strips: Vec<Strip>,
    first: usize,
    last: usize,
    before: Option<usize>,
    after: Option<usize>,
    is_text: bool,
    zoom: u8,
    picture: u32,
    q: &'a str,
    hits: Vec<Spoken>,
    searched: (usize, usize),
    search_on: Option<usize>,
    /// Where the sentence before the signature stands.
    confirm: String,
    is_last: bool,
    /// `None`: the pages are still being looked through.
    notes: Option<Arc<Vec<String>>>,
    may_sign: bool,
    may_put: bool,
    may_send_back: bool,
    may_refuse: bool,
    means: Option<Means>,
    signer: String,
    other_signed: Option<(String, String)>,
    slot_page: Option<usize>,
    failed: Option<&'a Sorry>,
    /// The signatures of a file that was not taken.
    card: Option<Card>,
    agent: Option<super::agent::Code>,
}

/// The page.
pub async fn show(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Of(id): Of,
    Query(asked): Query<Asked>,
) -> Result<Response, Sorry> {
    answer(&house, &visit, id, &asked, (None, None), None).await
}

/// The page again, with what went wrong, or with a code for the agent.
pub(super) async fn again(
    house: &House,
    visit: &Visit,
    id: CaseId,
    failed: Option<Sorry>,
    agent: Option<super::agent::Code>,
) -> Result<Response, Sorry> {
    answer(house, visit, id, &Asked::the_end(), (failed, None), agent).await
}

/// The page again, with the signatures of a file that was not taken.
pub(super) async fn refused(house: &House, visit: &Visit, id: CaseId, sorry: Sorry, card: Option<Card>) -> Result<Response, Sorry> {
    answer(house, visit, id, &Asked::the_end(), (Some(sorry), card), None).await
}

/// The certificate that will be used: the very one that the act of signing takes.
async fn means(house: &House, visit: &Visit, id: CaseId) -> Result<Option<Means>, Sorry> {
    let (by, now) = (visit.actor(), visit.now);
    let chosen = unit!(house.db, |unit| Case::signs_with(unit, by, id, now).await).await?;
    Ok(chosen.map(|certificate| Means {
        is_token: certificate.credential == Credential::Token,
        tail: tail(&certificate.serial),
    }))
}

/// The last four digits of a serial number.
pub(crate) fn tail(serial: &[u8]) -> String {
    let text = hex::encode_upper(serial);
    text.get(text.len().saturating_sub(4)..).unwrap_or_default().to_owned()
}

async fn answer(
    house: &House,
    visit: &Visit,
    id: CaseId,
    asked: &Asked,
    (failed, card): (Option<Sorry>, Option<Card>),
    agent: Option<super::agent::Code>,
) -> Result<Response, Sorry> {
    let view = story::view(house, visit.actor(), id).await?;
    let opened = match story::open(house, visit.actor(), id, None).await {
        Ok(opened) => opened,
        Err(sorry) if sorry.code == "no_document" => return Ok(crate::layout::onward(&format!("/cases/{id}/compose"))),
        Err(sorry) if sorry.code == "original_damaged" => return Err(sorry.with_way(format!("/cases/{id}"), "案件に戻る")),
        Err(sorry) => return Err(sorry.with_way(format!("/cases/{id}/file/newest"), "PDFをダウンロードする")),
    };
    let (may_sign, may_put) = (view.may.contains(&"prepareSignature"), view.may.contains(&"putSignedDocument"));
    let means = if may_sign { means(house, visit, id).await? } else { None };
    let pages = opened.book.pages();
    let tail = pages.saturating_sub(AT_ONCE) + 1;
    let first = if asked.from == usize::MAX {
        tail
    } else {
        asked.from.clamp(1, pages.max(1))
    };
    let last = (first + AT_ONCE - 1).min(pages);
    let zoom = asked.zoom.clamp(1, 3);
    let is_text = asked.view == "text";
    let q = asked.q.trim();
    let window = first - 1..last;
    let notes = story::notes(house, &opened, window.clone()).await;
    let since = asked.since.clamp(1, pages.max(1));
    let shown = look(house, &opened, &view, window, is_text, (q, since)).await;
    let line = &view.line;
    let other = if line.side == Side::A {
        line.b_name.clone()
    } else {
        Some(line.a_name.clone())
    };
    let other_signed = (line.side == Side::B)
        .then_some(view.a_signed)
        .flatten()
        .map(|at| (line.a_signer_name.clone(), words::moment(at)));
    let status = if failed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = Read {
        visit,
        id: id.to_string(),
        turn: turn(line, &visit.viewer),
        until: Until::of(line, visit.now),
        over: format!("契約書　{}", line.contract_number),
        partner: other.unwrap_or_else(|| "取引先".to_owned()),
        amount: words::yen(line.amount),
        period: view
            .period_from
            .zip(view.period_to)
            .map(|(from, to)| format!("{} – {}", words::day(from), words::day(to))),
        sha: &opened.stage.sha256,
        sha_words: words::hash(&opened.stage.sha256),
        pages,
        slot_page: shown.slot_page,
        strips: strips(&shown.leaves),
        leaves: shown.leaves,
        first,
        last,
        before: (first > 1).then(|| first.saturating_sub(AT_ONCE).max(1)),
        after: (last < pages).then_some(last + 1),
        is_text,
        zoom,
        picture: [800, 1500, 2000].get(usize::from(zoom) - 1).copied().unwrap_or(800),
        q,
        hits: shown
            .hits
            .into_iter()
            .enumerate()
            .map(|(at, (page, line))| Spoken {
                to: match (first..=last).contains(&page) {
                    true if is_text => format!("#p{page}"),
                    true => format!("#h{at}"),
                    false => format!(
                        "/cases/{id}/read?q={}&from={page}&since={since}{}#p{page}",
                        escaped(q),
                        if is_text { "&view=text" } else { "" }
                    ),
                },
                page,
                line,
            })
            .collect(),
        searched: (since, shown.search_on.map_or(pages, |next| next - 1)),
        search_on: shown.search_on,
        is_last: last == pages,
        confirm: if last == pages {
            "#confirm".to_owned()
        } else {
            format!("/cases/{id}/read?from={tail}#confirm")
        },
        notes,
        may_sign,
        may_put,
        may_send_back: view.may.contains(&"sendBackCase"),
        may_refuse: view.may.contains(&"refuseCase"),
        means,
        signer: visit.viewer.me.as_ref().map_or_else(String::new, |me| me.name.clone()),
        other_signed,
        failed: failed.as_ref(),
        card,
        agent,
        view: &view,
    };
    Ok(page_with(status, &page))
}

/// What the pages show.
struct Shown {
    leaves: Vec<Leaf>,
    hits: Vec<(usize, String)>,
    search_on: Option<usize>,
    slot_page: Option<usize>,
}

fn strips(leaves: &[Leaf]) -> Vec<Strip> {
    leaves
        .chunks(super::picture::IN_STRIP)
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

async fn look(
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
