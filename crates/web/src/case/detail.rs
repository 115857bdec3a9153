//! `GET /cases/{id}`: where a case stands; once formed, 契約の成立と原本.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use contracts::{CaseId, CaseView, Side, state::State as Stand};

use super::{
    Of,
    deadline::{self, Until},
    signatures, story,
    told::{A_MOMENT, Told},
    turn::{Turn, badge, turn},
    undelivered::{self, Late},
};
use crate::{
    House, SignedIn, Sorry, Visit,
    layout::{onward, page_with},
    verify::Card,
    words,
};

/// One of the three lights.
struct Light {
    words: &'static str,
    lit: &'static str,
    badge: &'static str,
    state: &'static str,
    at: Option<String>,
    when: Vec<String>,
    says: String,
}

#[derive(Template)]
#[template(path = "case/detail.html")]
struct Detail<'a> {
    visit: &'a Visit,
    view: &'a CaseView,
    id: String,
    turn: Turn,
    /// 返送の期限 of what is still open.
    until: Option<Until>,
    /// It has passed: headline, and what can be done.
    over: Option<(String, String)>,
    badge: &'static str,
    partner: String,
    amount: String,
    period: Option<String>,
    formed: Option<(String, String)>,
    lights: Option<[Light; 3]>,
    /// The page goes on by itself.
    is_moving: bool,
    waits: Option<String>,
    events: Vec<story::Event>,
    sha: Option<String>,
    sha_words: String,
    size: String,
    last_page: usize,
    is_damaged: bool,
    is_older_damaged: bool,
    retained: Option<String>,
    mail: Option<(String, String)>,
    /// What was found about the pages of what can be sent.
    told: Option<Told>,
    failed: Option<&'a Sorry>,
    undelivered: Vec<Late>,
    closed: Option<String>,
    /// Who can sign for this side, if the viewer may name him: id and name.
    signers: Vec<(String, String)>,
    is_failed: bool,
    /// The signatures of a file that came in signed.
    card: Option<Card>,
    can: Can,
}

impl Detail<'_> {
    /// What can be sent is still being looked at.
    fn is_looking(&self) -> bool {
        self.told.as_ref().is_some_and(|told| told.notes.is_none())
    }
}

/// What this viewer can do here.
#[derive(Default)]
struct Can {
    send: bool,
    return_it: bool,
    confirm: bool,
    move_deadline: bool,
    withdraw: bool,
    send_back: bool,
    refuse: bool,
    again: bool,
}

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    answer(&house, &visit, id, None).await
}

/// The page again, with what went wrong.
pub(super) async fn again(house: &House, visit: &Visit, id: CaseId, failed: Sorry) -> Result<Response, Sorry> {
    answer(house, visit, id, Some(failed)).await
}

async fn answer(house: &House, visit: &Visit, id: CaseId, failed: Option<Sorry>) -> Result<Response, Sorry> {
    let view = story::view(house, visit.actor(), id).await?;
    let line = &view.line;
    if line.state == Stand::Draft && visit.viewer.registers() && line.a_field.is_none() {
        return Ok(onward(&format!("/cases/{id}/compose")));
    }
    let turn = turn(line, &visit.viewer);
    let newest = view.stages.last();
    // T1: a file that is not what was stored is said here, not only at the download.
    let mut card = None;
    let opened = story::open(house, visit.actor(), id, None).await;
    let (last_page, is_damaged) = match &opened {
        Ok(opened) => {
            if signatures::came_in_signed(&view) {
                card = signatures::card(house, &view, opened).await;
            }
            (opened.book.pages(), false)
        }
        Err(sorry) => (0, sorry.code == "original_damaged"),
    };
    let is_damaged = is_damaged || is_original_damaged(house, visit.actor(), view.deposit).await;
    let is_older_damaged = !is_damaged && custody::is_alarmed(&house.db, id.0).await?;
    let may = |act: &str| view.may.contains(&act);
    let can = Can {
        send: may("sendCase"),
        return_it: may("returnCase"),
        confirm: may("confirmCase"),
        move_deadline: may("moveDeadline"),
        withdraw: may("withdrawCase"),
        send_back: may("sendBackCase"),
        refuse: may("refuseCase"),
        again: line.state == Stand::SentBack && line.side == Side::A && visit.viewer.registers(),
    };
    let formed = line.formed.map(|at| {
        let clock = words::time(at);
        let part = |range: std::ops::Range<usize>| clock.get(range).and_then(|text| text.parse::<u8>().ok()).unwrap_or_default();
        (
            words::day(at.date_in_japan()),
            format!("{}時{}分{}秒に", part(0..2), part(3..5), part(6..8)),
        )
    });
    let other = if line.side == Side::A {
        line.b_name.clone()
    } else {
        Some(line.a_name.clone())
    };
    let mail = if can.send {
        Some(story::mail(house, visit.actor(), id).await?)
    } else {
        None
    };
    let told = if can.send {
        Some(Told::before_sending(house, &opened, A_MOMENT).await)
    } else {
        None
    };
    let undelivered = undelivered::of(house, visit.actor(), id, line.side).await?;
    let signers = if may("nameSigner") {
        super::signer::choices(house, visit, view.partner).await?
    } else {
        Vec::new()
    };
    let until = Until::of(line, visit.now);
    let page_view = Detail {
        visit,
        over: until.as_ref().and_then(|until| deadline::over(&view, until)),
        until,
        id: id.to_string(),
        badge: badge(line.state),
        partner: other.unwrap_or_else(|| "取引先（承諾待ち）".to_owned()),
        amount: words::yen(line.amount),
        period: view
            .period_from
            .zip(view.period_to)
            .map(|(from, to)| format!("{} – {}", words::day(from), words::day(to))),
        lights: line.formed.is_some().then(|| lights(&view)),
        is_moving: line.formed.is_some() && line.kept.is_none(),
        waits: waits(&view),
        events: story::story(&view),
        sha: newest.map(|stage| stage.sha256.clone()),
        sha_words: newest.map_or_else(String::new, |stage| words::hash(&stage.sha256)),
        size: newest.map_or_else(String::new, |stage| words::size(u64::try_from(stage.bytes).unwrap_or_default())),
        last_page,
        is_damaged,
        is_older_damaged,
        retained: line.formed.map(|at| words::day(custody_until(at))),
        mail,
        told,
        failed: failed.as_ref(),
        undelivered,
        closed: view.closed.map(words::moment),
        signers,
        is_failed: line.state == Stand::SealFailed,
        formed,
        card,
        turn,
        can,
        view: &view,
    };
    let status = if failed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(page_with(status, &page_view))
}

/// The deposited original lies apart from the stages of the case: it is read, too.
async fn is_original_damaged(house: &House, by: &foundation::Actor, deposit: Option<uuid::Uuid>) -> bool {
    let Some(deposit) = deposit else { return false };
    custody::original(&house.db, &house.objects, by, custody::DepositId(deposit))
        .await
        .is_err_and(|error| error.code() == "original_damaged")
}

/// rulings.md: ten years from 成立日.
fn custody_until(formed: foundation::Instant) -> foundation::Date {
    japan::last_day_of_months(formed.date_in_japan(), 120)
}

/// What the seal waits for, in words.
fn waits(view: &CaseView) -> Option<String> {
    let failure = view.seal_failure.as_ref()?;
    let why = match failure.code.as_str() {
        "seal_failed_tsa" => "時刻局の返事がありませんでした。",
        "seal_failed_status" => "証明書の状態を確かめられませんでした。",
        "seal_failed_storage" => "保管場所に書けませんでした。",
        "seal_failed_damaged" => "保管しているファイルが、署名された時と違います。運営者が調べます。",
        _ => "封緘ができませんでした。",
    };
    let next = failure
        .next_try
        .map_or_else(String::new, |at| format!("次は {} に、自動で試します。", words::time(at)));
    Some(format!("{why}（{}回目）{next}", failure.tries))
}

fn lights(view: &CaseView) -> [Light; 3] {
    let line = &view.line;
    let lit = |words_, at: Option<foundation::Instant>, is_soon: bool, now: &'static str, state, says: (&str, &str)| {
        let (lit, badge, state) = match (at, is_soon) {
            (Some(_), _) => ("yes", "済", if words_ == "保管" { "kept" } else { "concluded" }),
            (None, true) => ("soon", now, state),
            (None, false) => ("no", "このあと", "waiting"),
        };
        Light {
            words: words_,
            lit,
            badge,
            state,
            at: at.map(foundation::Instant::rfc3339_japan),
            when: at.map_or_else(Vec::new, |at| vec![words::day(at.date_in_japan()), words::time(at)]),
            says: if at.is_some() { says.0 } else { says.1 }.to_owned(),
        }
    };
    let is_failed = line.state == Stand::SealFailed;
    let until = line.formed.map_or_else(String::new, |at| words::day(custody_until(at)));
    [
        lit("成立", line.formed, false, "", "", ("お二人の有効な署名がそろいました。", "")),
        lit(
            "封緘",
            line.sealed,
            true,
            if is_failed { "封緘待ち" } else { "封緘中" },
            if is_failed { "seal_failed" } else { "sealing" },
            (
                "検証情報をすべて収め、タイムスタンプで閉じました。",
                "検証情報とタイムスタンプを待っています。ふつう1秒、長くて数分です。",
            ),
        ),
        lit(
            "保管",
            line.kept,
            line.sealed.is_some(),
            "保管中",
            "keeping",
            (
                &format!("原本は {until} まで。延ばせますが、縮められません。"),
                "封緘のあと、すぐに始まります。署名済みのPDFは消えません。",
            ),
        ),
    ]
}
