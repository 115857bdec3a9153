//! `GET /cases/{id}/read`: 契約書を読んで署名する. The drawn pages come first; the sentence before the signature stands after the last.

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
    leaf::{Leaf, Strip, look, strips},
    story,
    told::{self, A_MOMENT, Told},
    turn::{Turn, turn},
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
    /// What was found about the pages.
    told: Told,
    may_sign: bool,
    may_put: bool,
    may_send_back: bool,
    may_refuse: bool,
    means: Option<Means>,
    signer: String,
    other_signed: Option<(String, String)>,
    slot_page: Option<usize>,
    failed: Option<&'a Sorry>,
    /// It failed for what was found about the pages.
    stopped: Option<&'a Sorry>,
    /// It failed otherwise, where the 合言葉 is typed.
    wrong: Option<&'a Sorry>,
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
    // Where it is signed all is told that must be known before; elsewhere, what is on the pages shown.
    let told = if last == pages {
        Told::before_signing(house, &opened, A_MOMENT).await
    } else {
        Told::of(house, &opened, window.clone(), A_MOMENT).await
    };
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
        told,
        may_sign,
        may_put,
        may_send_back: view.may.contains(&"sendBackCase"),
        may_refuse: view.may.contains(&"refuseCase"),
        means,
        signer: visit.viewer.me.as_ref().map_or_else(String::new, |me| me.name.clone()),
        other_signed,
        failed: failed.as_ref(),
        stopped: failed.as_ref().filter(|sorry| told::has_stopped(sorry)),
        wrong: failed.as_ref().filter(|sorry| !told::has_stopped(sorry)),
        card,
        agent,
        view: &view,
    };
    Ok(page_with(status, &page))
}
