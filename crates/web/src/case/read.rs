//! `GET /cases/{id}/read`: 契約書を読んで署名する. The drawn pages come first; the sentence before the signature stands after the last.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use certification::{Certificate, Credential};
use contracts::{CaseId, CaseView, Side};
use serde::Deserialize;
use store::unit;

use super::{
    Of,
    story::{self, Opened},
    turn::{Turn, short, turn},
};
use crate::{House, SignedIn, Sorry, Visit, layout::page_with, words};

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
}

/// Pages on one page: a book of ten thousand pages is leafed through in parts.
const AT_ONCE: usize = 40;
/// Hits that are listed.
const HITS: usize = 50;

/// One page of the document.
struct Leaf {
    number: usize,
    width: String,
    height: String,
    slots: Vec<Mark>,
    hits: Vec<[String; 4]>,
    lines: Vec<String>,
    has_slot: bool,
}

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

#[derive(Template)]
#[template(path = "case/read.html")]
struct Read<'a> {
    visit: &'a Visit,
    view: &'a CaseView,
    id: String,
    turn: Turn,
    over: String,
    partner: String,
    amount: String,
    period: Option<String>,
    sha: &'a str,
    sha_words: String,
    pages: usize,
    leaves: Vec<Leaf>,
    first: usize,
    last: usize,
    before: Option<usize>,
    after: Option<usize>,
    is_text: bool,
    zoom: u8,
    picture: u32,
    q: &'a str,
    hits: Vec<(usize, String)>,
    notes: Vec<String>,
    may_sign: bool,
    may_put: bool,
    may_send_back: bool,
    may_refuse: bool,
    means: Option<Means>,
    signer: String,
    other_signed: Option<(String, String)>,
    slot_page: Option<usize>,
    failed: Option<&'a Sorry>,
    agent: Option<super::agent::Code>,
}

/// The page.
pub async fn show(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Of(id): Of,
    Query(asked): Query<Asked>,
) -> Result<Response, Sorry> {
    answer(&house, &visit, id, &asked, None, None).await
}

/// The page again, with what went wrong, or with a code for the agent.
pub(super) async fn again(
    house: &House,
    visit: &Visit,
    id: CaseId,
    failed: Option<Sorry>,
    agent: Option<super::agent::Code>,
) -> Result<Response, Sorry> {
    answer(house, visit, id, &Asked::default(), failed, agent).await
}

/// The newest usable certificate of this person.
pub(super) async fn means(house: &House, visit: &Visit) -> Result<Option<Means>, Sorry> {
    let (by, now) = (visit.actor(), visit.now);
    let usable = unit!(house.db, |unit| Certificate::usable_by(unit, by, now).await).await?;
    Ok(usable.first().map(|certificate| Means {
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
    failed: Option<Sorry>,
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
    let means = if may_sign { means(house, visit).await? } else { None };
    let pages = opened.book.pages();
    let first = asked.from.clamp(1, pages.max(1));
    let last = (first + AT_ONCE - 1).min(pages);
    let zoom = asked.zoom.clamp(1, 3);
    let is_text = asked.view == "text";
    let q = asked.q.trim();
    let window = first - 1..last;
    let key = format!("{} {first}", opened.stage.sha256);
    let notes = match house.found(&key) {
        Some(notes) => notes,
        None => {
            let (book, window) = (opened.book.clone(), window.clone());
            let found = jobs::work(move || book.findings(window)).await;
            house.keep_found(key, found.iter().map(pictures::Finding::sentence).collect())
        }
    };
    let shown = look(&opened, &view, window, is_text, q).await;
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
        leaves: shown.leaves,
        first,
        last,
        before: (first > 1).then(|| first.saturating_sub(AT_ONCE).max(1)),
        after: (last < pages).then_some(last + 1),
        is_text,
        zoom,
        picture: [800, 1500, 2000].get(usize::from(zoom) - 1).copied().unwrap_or(800),
        q,
        hits: shown.hits,
        notes: notes.to_vec(),
        may_sign,
        may_put,
        may_send_back: view.may.contains(&"sendBackCase"),
        may_refuse: view.may.contains(&"refuseCase"),
        means,
        signer: visit.viewer.me.as_ref().map_or_else(String::new, |me| me.name.clone()),
        other_signed,
        failed: failed.as_ref(),
        agent,
        view: &view,
    };
    Ok(page_with(status, &page))
}

/// What the pages show.
struct Shown {
    leaves: Vec<Leaf>,
    hits: Vec<(usize, String)>,
    slot_page: Option<usize>,
}

async fn look(opened: &Opened, view: &CaseView, window: std::ops::Range<usize>, is_text: bool, q: &str) -> Shown {
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
    jobs::work(move || {
        let slots = story::slots(&bytes, a.as_deref(), b.as_deref());
        let found = if q.is_empty() {
            Vec::new()
        } else {
            book.search(&q, HITS).unwrap_or_default()
        };
        let texts = if is_text {
            book.texts(window.clone()).unwrap_or_default()
        } else {
            Vec::new()
        };
        let number = |value: f64| format!("{value:.1}");
        let leaves = window
            .clone()
            .filter_map(|page| {
                let size = book.size(page).ok()?;
                let marks: Vec<Mark> = slots
                    .iter()
                    .filter(|slot| slot.page == page)
                    .map(|slot| {
                        let name = if slot.side == Side::A { &names.0 } else { &names.1 };
                        Mark {
                            place: slot.place.map(number),
                            middle: [
                                number(slot.place[0] + slot.place[2] / 2.0),
                                number(slot.place[1] + slot.place[3] / 2.0),
                            ],
                            words: format!("署名欄 {}　{name}", if slot.side == Side::A { "甲" } else { "乙" }),
                            is_mine: next == Some(slot.side) && !slot.is_signed,
                            is_second: slot.side == Side::B,
                            is_signed: slot.is_signed,
                        }
                    })
                    .collect();
                let hits = found
                    .iter()
                    .filter(|hit| hit.page == page)
                    .flat_map(|hit| hit.places.iter())
                    .map(|place| [place.left, place.top, place.width, place.height].map(|value| number(f64::from(value))))
                    .collect();
                let lines = texts
                    .get(page - window.start)
                    .map_or_else(Vec::new, |text| text.lines.iter().map(|line| line.text.clone()).collect());
                Some(Leaf {
                    number: page + 1,
                    width: number(f64::from(size.width)),
                    height: number(f64::from(size.height)),
                    has_slot: !marks.is_empty(),
                    slots: marks,
                    hits,
                    lines,
                })
            })
            .collect();
        Shown {
            leaves,
            hits: found.iter().map(|hit| (hit.page + 1, hit.line.clone())).collect(),
            slot_page: slots.iter().find(|slot| next == Some(slot.side)).map(|slot| slot.page + 1),
        }
    })
    .await
}
