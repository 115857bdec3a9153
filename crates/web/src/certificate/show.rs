//! `GET /certificate`: where the certificates of this person stand, and the next step.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use certification::{Certificate, Credential, Enrolment, enrolment_states::State as Stand};
use foundation::CertificateId;
use store::unit;

use crate::{
    House, SignedIn, Sorry, Visit, case,
    layout::page_with,
    paging::{AT_ONCE, Asked, ONE_MORE, older},
    session::Kind,
    words,
};

/// A certificate.
struct Card {
    id: String,
    name: String,
    state: &'static str,
    badge: &'static str,
    kind: &'static str,
    tail: String,
    from: String,
    until: String,
    can_stop: bool,
    revoked: Option<String>,
}

/// One step of the way.
struct Step {
    words: &'static str,
    says: String,
    state: &'static str,
    /// Which form stands here.
    form: &'static str,
}

/// An enrolment that is under way.
struct Way {
    id: String,
    number: String,
    now: String,
    next: String,
    is_mine: bool,
    until: Option<String>,
    steps: Vec<Step>,
    wrong: Vec<bool>,
    /// How many tries of the 申請PIN are left.
    left: i64,
    can_resend: bool,
}

/// What the page shows beside what stands in the rooms.
#[derive(Default)]
pub(super) struct Shown {
    /// What went wrong, and at which form.
    pub failed: Option<(Sorry, &'static str)>,
    /// The 合言葉, once.
    pub words: Option<String>,
    /// A code for the agent, and until when.
    pub agent: Option<(String, String)>,
    /// Something well done.
    pub said: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "certificate/show.html")]
struct Show<'a> {
    visit: &'a Visit,
    cards: Vec<Card>,
    paths: Vec<Way>,
    company: bool,
    /// One of the certificates can be stopped here.
    can_stop: bool,
    failed: Option<&'a Sorry>,
    failed_at: &'static str,
    words: Vec<&'a str>,
    agent: Option<&'a (String, String)>,
    server: String,
    said: Option<&'static str>,
    is_watching: bool,
    older: Option<String>,
    is_first: bool,
}

/// The page.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    drawn(&house, &visit, Shown::default(), asked.before.map(CertificateId)).await
}

/// The page, with what has just happened.
pub(super) async fn again(house: &House, visit: &Visit, shown: Shown) -> Result<Response, Sorry> {
    drawn(house, visit, shown, None).await
}

async fn drawn(house: &House, visit: &Visit, shown: Shown, before: Option<CertificateId>) -> Result<Response, Sorry> {
    let by = visit.actor();
    let company = visit.viewer.kind() == Kind::Company;
    // On this page a person finds his own, a 企業ID everybody's.
    let mut certificates = if company {
        Certificate::list(&house.db, by, before, ONE_MORE).await?
    } else {
        Certificate::own(&house.db, by, before, ONE_MORE).await?
    };
    let older = older(&mut certificates, |one| one.id.to_string());
    // One person has few enrolments, and one under way.
    let enrolments = Enrolment::list(&house.db, by, None, AT_ONCE).await?;
    let paths: Vec<Way> = enrolments
        .iter()
        .filter(|one| !company && !matches!(one.state, Stand::Active | Stand::Ended | Stand::Lapsed))
        .map(|one| path(one, visit))
        .collect();
    let (failed, failed_at) = match &shown.failed {
        // Beside its form, if that stands on the page; else at its head.
        Some((sorry, at)) if paths.iter().any(|path| path.steps.iter().any(|step| step.form == *at)) => (Some(sorry), *at),
        Some((sorry, _)) => (Some(sorry), ""),
        None => (None, ""),
    };
    let status = if failed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let cards: Vec<Card> = certificates.iter().map(|one| card(one, visit)).collect();
    Ok(page_with(
        status,
        &Show {
            visit,
            can_stop: cards.iter().any(|card| card.can_stop),
            cards,
            is_watching: shown.agent.is_some() || paths.iter().any(|path| path.steps.iter().any(|step| step.form == "wait")),
            paths,
            company,
            failed,
            failed_at,
            words: shown
                .words
                .as_deref()
                .map_or_else(Vec::new, |text| text.split_whitespace().collect()),
            agent: shown.agent.as_ref(),
            server: house.public_url.clone(),
            said: shown.said,
            older,
            is_first: before.is_none(),
        },
    ))
}

fn card(certificate: &Certificate, visit: &Visit) -> Card {
    let over = certificate.not_after <= visit.now;
    Card {
        id: certificate.id.to_string(),
        name: certificate.name.clone(),
        state: if over { "expired" } else { certificate.state.word() },
        badge: if over { "期限切れ" } else { certificate.state.japanese() },
        kind: match certificate.credential {
            Credential::Server => "署名の合言葉で使う（サーバ保管）",
            Credential::Token => "お手元のトークン",
        },
        tail: case::tail(&certificate.serial),
        from: words::day(certificate.not_before.date_in_japan()),
        until: words::day(certificate.not_after.date_in_japan()),
        can_stop: !over && matches!(certificate.state.word(), "active" | "issued"),
        revoked: certificate.revoked.map(words::moment),
    }
}

fn path(enrolment: &Enrolment, visit: &Visit) -> Way {
    let is_token = enrolment.credential == Credential::Token;
    let state = enrolment.state;
    // The 申請PIN opens the way for this sign-in and for half an hour; then it is asked again.
    let is_open = enrolment.is_web_open(visit.actor(), visit.now);
    let at = match state {
        Stand::Approved | Stand::Printing | Stand::Mailed | Stand::Returned | Stand::LetterGone | Stand::PinLocked => 0,
        Stand::AtPost | Stand::PickedUp => 1,
        Stand::PinEntered if is_open => 2,
        Stand::KeyReady | Stand::DownloadPinSent if is_open => 3,
        Stand::PinEntered | Stand::KeyReady | Stand::DownloadPinSent => 1,
        Stand::Issuing => 4,
        _ => 5,
    };
    let form = match (at, state) {
        (0, _) => "letter",
        (1, _) => "application",
        (2, _) if is_token => "agent",
        (2, _) => "key",
        (3, Stand::KeyReady) => "wait",
        (3, _) => "download",
        (4, _) => "wait",
        _ if is_token => "agent",
        _ => "receipt",
    };
    let all: [(&'static str, String); 6] = [
        (
            "承認通知書を郵便で受け取る",
            "本人限定受取郵便です。郵便局の窓口で、ご本人がお受け取りください。".to_owned(),
        ),
        ("申請PINを入れる", "承認通知書の下の枠にある13文字です。".to_owned()),
        if is_token {
            (
                "トークンの中に鍵を作る",
                "署名ツール（cecsign-agent）が、お手元のトークンの中で作ります。鍵はトークンから出ません。".to_owned(),
            )
        } else {
            (
                "鍵を作り、署名の合言葉を控える",
                "5つの言葉を一度だけ表示します。署名のたびに使い、運営者にも分かりません。".to_owned(),
            )
        },
        ("ダウンロードPINを入れる", "メールで届く8文字。72時間有効です。".to_owned()),
        ("電子証明書を受け取る", "3年間有効です。".to_owned()),
        (
            "テスト署名をして、受領を知らせる",
            "練習用の署名をし、その場で検証します。".to_owned(),
        ),
    ];
    let steps = all
        .into_iter()
        .enumerate()
        .map(|(number, (words, says))| Step {
            words,
            says,
            state: match number.cmp(&at) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "todo",
            },
            form: if number == at { form } else { "" },
        })
        .collect();
    let now = match form {
        "letter" => state.japanese().to_owned(),
        "application" => "あなたの番：申請PINを入れる".to_owned(),
        "key" => "あなたの番：鍵を作る".to_owned(),
        "agent" => "あなたの番：署名ツールを動かす".to_owned(),
        "download" => "あなたの番：ダウンロードPINを入れる".to_owned(),
        "receipt" => "あなたの番：テスト署名をして、受領を知らせる".to_owned(),
        _ => state.japanese().to_owned(),
    };
    let next = match at {
        0 => state.what_next().to_owned(),
        1 => "鍵を作る".to_owned(),
        2 => "ダウンロードPINがメールで届く".to_owned(),
        3 => "電子証明書が発行される".to_owned(),
        _ => "契約書に署名できるようになります".to_owned(),
    };
    let until = match at {
        0 | 1 => enrolment.pin_until,
        3 => enrolment.download_until,
        _ => None,
    };
    Way {
        id: enrolment.id.to_string(),
        number: enrolment.number.clone(),
        is_mine: !matches!(form, "letter" | "wait"),
        now,
        next,
        until: until.map(|at| format!("{} まで", words::day(at.date_in_japan()))),
        steps,
        left: (certification::Terms::at(visit.now).wrong_pins - enrolment.wrong_pins).max(0),
        wrong: (0..certification::Terms::at(visit.now).wrong_pins)
            .map(|number| number < enrolment.wrong_pins)
            .collect(),
        can_resend: at == 3,
    }
}

/// `GET /certificate/{id}/file`: the certificate itself, PEM.
pub async fn file(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    let by = visit.actor();
    let certificate = unit!(house.db, |unit| {
        Ok::<_, certification::Error>(
            Certificate::open::<certification::ViewingCertificate>(unit, by, CertificateId(id))
                .await?
                .into_inner(),
        )
    })
    .await?;
    let pem = pki::pem::encode("CERTIFICATE", &certificate.der);
    case::attachment(&format!("{}.pem", certificate.name), "application/x-pem-file", pem.into_bytes())
}
