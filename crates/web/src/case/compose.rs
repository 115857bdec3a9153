//! `GET /cases/{id}/compose`, `POST /cases/{id}/compose`: a draft. What stops it is said before it is sent.

use accounts::Signer;
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use certification::Certificate;
use contracts::{Case, CaseId, CaseView, Fields, Partner, PartnerId, PartnerLine, Registering, Side, Standing, state::State as Stand};
use foundation::{Actor, Instant, PersonId};
use store::unit;

use super::{
    Of,
    places::{POSITIONS, position},
    story,
};
use crate::{
    Entries, House, SignedIn, Sorry, Visit,
    layout::{onward, page_with},
    words,
};

/// The fields as they stand in the form.
#[derive(Clone, Debug, Default)]
pub struct Fill {
    title: String,
    number: String,
    date: String,
    amount: String,
    none: bool,
    from: String,
    to: String,
    partner: String,
    a_signer: String,
    b_signer: String,
}

impl Fill {
    /// Nothing but today.
    pub(super) fn empty(now: Instant) -> Self {
        Self {
            date: now.date_in_japan().to_string(),
            ..Self::default()
        }
    }
    /// As a case has them.
    fn of(view: &CaseView) -> Self {
        let line = &view.line;
        let id = |person: &Option<contracts::NamedPerson>| person.as_ref().map_or_else(String::new, |one| one.person.to_string());
        Self {
            title: line.title.clone(),
            number: line.contract_number.clone(),
            date: line.contract_date.to_string(),
            amount: line.amount.map_or_else(String::new, |amount| amount.to_string()),
            none: line.amount.is_none(),
            from: view.period_from.map_or_else(String::new, |date| date.to_string()),
            to: view.period_to.map_or_else(String::new, |date| date.to_string()),
            partner: view.partner.to_string(),
            a_signer: id(&view.a_signer),
            b_signer: id(&view.b_signer),
        }
    }
    /// As another case has them, but for the number, which is unique.
    pub(super) fn like(view: &CaseView) -> Self {
        Self {
            number: format!("{}-2", view.line.contract_number),
            ..Self::of(view)
        }
    }
    /// As they were typed.
    pub(super) fn typed(entries: &Entries) -> Self {
        let text = |name: &str| entries.text(name).to_owned();
        Self {
            title: text("title"),
            number: text("number"),
            date: text("date"),
            amount: text("amount"),
            none: entries.has("none"),
            from: text("from"),
            to: text("to"),
            partner: text("partner"),
            a_signer: text("a_signer"),
            b_signer: text("b_signer"),
        }
    }
}

/// The fields of the form, read.
pub(super) fn fields(entries: &Entries) -> Result<Fields, Sorry> {
    let amount = japan::fold(entries.text("amount")).replace([',', '¥', '円', '\\', ' '], "");
    let amount = if entries.has("none") {
        None
    } else if amount.is_empty() {
        return Err(Sorry::not_understood(
            "契約金額が入っていません。金額のない契約のときは、「金額なし」を選んでください。入れたものは残っています。",
        ));
    } else {
        Some(amount.parse().map_err(|_| {
            Sorry::not_understood("契約金額を数として読めません。48950000 のように入れてください。入れたものは残っています。")
        })?)
    };
    let (from, to) = (entries.date("from", "工期の始まり")?, entries.date("to", "工期の終わり")?);
    let period = match (from, to) {
        (Some(from), Some(to)) => Some((from, to)),
        (None, None) => None,
        _ => {
            return Err(Sorry::not_understood(
                "工期は、始まりと終わりの両方を入れるか、両方とも空けてください。",
            ));
        }
    };
    let b_signer = entries.text("b_signer");
    Ok(Fields {
        title: entries.text("title").to_owned(),
        contract_number: entries.text("number").to_owned(),
        contract_date: entries
            .date("date", "契約日")?
            .ok_or_else(|| Sorry::not_understood("契約日が入っていません。入れたものは残っています。"))?,
        amount,
        period,
        partner: PartnerId(entries.id("partner", "取引先")?),
        a_signer: PersonId(entries.id("a_signer", "自社の署名者")?),
        b_signer: if b_signer.is_empty() {
            None
        } else {
            Some(PersonId(entries.id("b_signer", "相手の署名者")?))
        },
    })
}

/// Something that was looked at before sending.
struct Check {
    kind: &'static str,
    words: String,
    more: String,
    way: Option<(&'static str, &'static str)>,
}

/// A partner to choose.
struct Choice {
    id: String,
    name: String,
    is_agreed: bool,
    signers: Vec<(String, String)>,
}

/// The document, with its fields.
struct Paper {
    pages: usize,
    size: String,
    sha: String,
    sha_words: String,
    uploaded: String,
    /// The page on which the first field stands, from 1.
    page: usize,
    width: String,
    height: String,
    slots: Vec<([String; 4], [String; 2], &'static str)>,
    /// Of each side: word, name, page, position.
    sides: [(&'static str, &'static str, usize, &'static str); 2],
}

#[derive(Template)]
#[template(path = "case/compose.html")]
struct Compose<'a> {
    visit: &'a Visit,
    /// None: not registered yet.
    id: Option<String>,
    fill: &'a Fill,
    partners: Vec<Choice>,
    signers: Vec<Signer>,
    paper: Option<Paper>,
    positions: [(&'static str, &'static str); 9],
    checks: Vec<Check>,
    stops: usize,
    failed: Option<&'a Sorry>,
    signer_name: String,
    is_signer: bool,
    mail: (String, String),
    saved: bool,
}

/// The page of a draft.
pub async fn show(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    again(&house, &visit, id, None, None).await
}

/// Saves the fields.
pub async fn save(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, entries: Entries) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    let saved = async {
        let fields = fields(&entries)?;
        unit!(house.db, |unit| {
            let case = Case::open::<Registering>(unit, by, id).await?;
            Case::edit(&case, unit, &fields, now).await
        })
        .await?;
        Ok::<_, Sorry>(())
    };
    match saved.await {
        Ok(()) => Ok(onward(&format!("/cases/{id}/compose#s3"))),
        Err(sorry) => again(&house, &visit, id, Some(sorry), Some(Fill::typed(&entries))).await,
    }
}

/// The form of a case that is not registered yet.
pub(super) async fn new(house: &House, visit: &Visit, fill: Fill, failed: Option<Sorry>, status: StatusCode) -> Result<Response, Sorry> {
    let (partners, signers) = choices(house, visit.actor()).await?;
    let partners: Vec<Choice> = partners.iter().filter_map(|line| choice(line, visit)).collect();
    let fill = Fill {
        // One to choose from is chosen.
        partner: match (fill.partner.as_str(), partners.as_slice()) {
            ("", [only]) => only.id.clone(),
            _ => fill.partner,
        },
        a_signer: match (fill.a_signer.as_str(), signers.as_slice()) {
            ("", [only]) => only.person.to_string(),
            _ => fill.a_signer,
        },
        ..fill
    };
    Ok(page_with(
        status,
        &Compose {
            visit,
            id: None,
            fill: &fill,
            checks: Vec::new(),
            stops: 0,
            partners,
            signers,
            paper: None,
            positions: POSITIONS,
            failed: failed.as_ref(),
            signer_name: String::new(),
            is_signer: false,
            mail: (String::new(), String::new()),
            saved: false,
        },
    ))
}

/// The page of a draft, with what went wrong.
pub(super) async fn again(house: &House, visit: &Visit, id: CaseId, failed: Option<Sorry>, typed: Option<Fill>) -> Result<Response, Sorry> {
    let view = story::view(house, visit.actor(), id).await?;
    if view.line.state != Stand::Draft || view.line.side != Side::A || !visit.viewer.registers() {
        return Ok(onward(&format!("/cases/{id}")));
    }
    let (partners, signers) = choices(house, visit.actor()).await?;
    let paper = match story::open(house, visit.actor(), id, None).await {
        Ok(opened) => Some(opened),
        Err(sorry) if sorry.code == "no_document" => None,
        Err(sorry) => return Err(sorry),
    };
    let partner = partners.iter().find(|line| line.id == view.partner);
    let mut checks = Vec::new();
    check_paper(&mut checks, paper.as_ref(), &view).await;
    check_people(house, visit, &mut checks, partner, &view).await?;
    checks.sort_by_key(|check| match check.kind {
        "stop" => 0,
        "note" => 1,
        _ => 2,
    });
    let fill = typed.unwrap_or_else(|| Fill::of(&view));
    let status = if failed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let paper = match paper {
        Some(opened) => Some(show_paper(opened, &view).await),
        None => None,
    };
    Ok(page_with(
        status,
        &Compose {
            visit,
            id: Some(id.to_string()),
            fill: &fill,
            stops: checks.iter().filter(|check| check.kind == "stop").count(),
            checks,
            partners: partners.iter().filter_map(|line| choice(line, visit)).collect(),
            signers,
            paper,
            positions: POSITIONS,
            failed: failed.as_ref(),
            is_signer: visit.viewer.signs() && visit.actor().person() == Some(view.line.a_signer),
            signer_name: view.line.a_signer_name.clone(),
            mail: story::mail(house, visit.actor(), id).await?,
            saved: true,
        },
    ))
}

async fn choices(house: &House, by: &Actor) -> Result<(Vec<PartnerLine>, Vec<Signer>), Sorry> {
    let partners = Partner::list(&house.db, by).await?;
    let Actor::Member(member) = by else {
        return Err(Sorry::not_signed_in());
    };
    let company = member.company;
    let signers = unit!(house.db, |unit| accounts::signers_of(unit, by, company).await).await?;
    Ok((partners, signers))
}

/// The other side of a partner line, if a contract with it is possible some day.
fn choice(line: &PartnerLine, visit: &Visit) -> Option<Choice> {
    if !matches!(line.state, Standing::Agreed | Standing::Asked) {
        return None;
    }
    let mine = visit.actor().desk() == Some(line.asker_desk);
    let (name, uses) = if mine {
        (line.partner_name.clone().or_else(|| line.mail.clone()), line.partner_uses.as_ref())
    } else {
        (Some(line.asker_name.clone()), Some(&line.asker_uses))
    };
    Some(Choice {
        id: line.id.to_string(),
        name: name.unwrap_or_else(|| "回答待ちの取引先".to_owned()),
        is_agreed: line.state == Standing::Agreed,
        signers: uses.map_or_else(Vec::new, |uses| {
            uses.signers
                .iter()
                .map(|signer| (signer.person.to_string(), signer.name.clone()))
                .collect()
        }),
    })
}

fn said(kind: &'static str, words: impl Into<String>, more: impl Into<String>, way: Option<(&'static str, &'static str)>) -> Check {
    Check {
        kind,
        words: words.into(),
        more: more.into(),
        way,
    }
}

async fn check_paper(checks: &mut Vec<Check>, paper: Option<&story::Opened>, view: &CaseView) {
    let Some(opened) = paper else {
        checks.push(said(
            "stop",
            "契約書のPDFがまだありません",
            "置かれたままの形で保管します",
            Some(("#s1", "置く")),
        ));
        return;
    };
    checks.push(said("ok", "PDFは署名できる形です", "鍵なし・スクリプトなし・壊れなし", None));
    let (book, bytes) = (opened.book.clone(), opened.bytes.clone());
    let (a, b) = (view.a_field.clone(), view.b_field.clone());
    let (findings, slots, covered) = jobs::work(move || {
        let findings = book.findings(0..book.pages().min(200));
        let slots = story::slots(&bytes, a.as_deref(), b.as_deref());
        let covered = slots.iter().any(|slot| {
            let [left, top, width, height] = slot.place;
            book.text(slot.page).is_ok_and(|text| {
                text.lines.iter().any(|line| {
                    let place = line.place;
                    let (x, y) = (f64::from(place.left), f64::from(place.top));
                    x < left + width
                        && x + f64::from(place.width) > left
                        && y < top + height
                        && y + f64::from(place.height) > top
                        && !line.text.trim().is_empty()
                })
            })
        });
        (findings, slots, covered)
    })
    .await;
    for finding in findings.iter().take(8) {
        checks.push(said(
            "note",
            finding.sentence(),
            "署名はできます。相手の画面と違って見えることがあります",
            None,
        ));
    }
    if slots.is_empty() {
        checks.push(said(
            "note",
            "印の見えない署名になります",
            "署名の効力は変わりません",
            Some(("#places", "場所を選ぶ")),
        ));
    } else if covered {
        checks.push(said(
            "note",
            "署名欄の下に、文字があります",
            "印が文字に重なります。白いところを選べます",
            Some(("#places", "場所を変える")),
        ));
    } else {
        checks.push(said(
            "ok",
            format!("署名欄が{}か所あります", slots.len()),
            "白いところにあります",
            None,
        ));
    }
}

async fn check_people(
    house: &House,
    visit: &Visit,
    checks: &mut Vec<Check>,
    partner: Option<&PartnerLine>,
    view: &CaseView,
) -> Result<(), Sorry> {
    let (by, now, signer) = (visit.actor(), visit.now, view.line.a_signer);
    match partner.map(|line| (line.state, line)) {
        Some((Standing::Agreed, line)) => {
            let when = line.answered.map_or_else(String::new, |at| words::day(at.date_in_japan()));
            checks.push(said("ok", "取引先の承諾があります", format!("{when}、双方向"), None));
            let mine = visit.actor().desk() == Some(line.asker_desk);
            let uses = if mine { Some(&line.asker_uses) } else { line.partner_uses.as_ref() };
            if !uses.is_some_and(|uses| uses.names(signer)) {
                checks.push(said(
                    "stop",
                    format!("{}様は、この取引先との事前合意の署名者ではありません", view.line.a_signer_name),
                    "事前合意にある方を選ぶか、合意をし直します",
                    Some(("#s2", "署名者を選ぶ")),
                ));
            }
        }
        Some((Standing::Asked, _)) => checks.push(said(
            "stop",
            "取引先の承諾が、まだありません",
            "建設業法19条3項の承諾が届くと送れます。依頼は届いています",
            Some(("/partners", "取引先を見る")),
        )),
        _ => checks.push(said(
            "stop",
            "取引先との事前合意が終わっています",
            "もう一度、承諾を依頼してください",
            Some(("/partners", "取引先を見る")),
        )),
    }
    let has = unit!(house.db, |unit| Certificate::has_usable(unit, by, signer, now).await).await?;
    checks.push(if has {
        said("ok", "使える電子証明書があります", format!("{}様", view.line.a_signer_name), None)
    } else {
        said(
            "stop",
            format!("{}様の電子証明書が、まだ使えません", view.line.a_signer_name),
            "電子証明書を受け取ると署名できます。案件はそのまま待ちます",
            Some(("#s2", "別の署名者を選ぶ")),
        )
    });
    Ok(())
}

async fn show_paper(opened: story::Opened, view: &CaseView) -> Paper {
    let (book, bytes) = (opened.book.clone(), opened.bytes.clone());
    let (a, b) = (view.a_field.clone(), view.b_field.clone());
    let slots = jobs::work(move || story::slots(&bytes, a.as_deref(), b.as_deref())).await;
    let page = slots.first().map_or_else(|| book.pages().saturating_sub(1), |slot| slot.page);
    let size = |page: usize| {
        book.size(page)
            .map_or((595.0, 842.0), |size| (f64::from(size.width), f64::from(size.height)))
    };
    let chosen = |side: Side| {
        slots.iter().find(|slot| slot.side == side).map_or((book.pages(), "none"), |slot| {
            let (width, height) = size(slot.page);
            (slot.page + 1, position(slot, width, height))
        })
    };
    let number = |value: f64| format!("{value:.1}");
    let (width, height) = size(page);
    let uploaded = view.stages.iter().find(|stage| stage.name == contracts::StageName::Uploaded);
    Paper {
        pages: book.pages(),
        size: words::size(u64::try_from(uploaded.map_or(opened.stage.bytes, |stage| stage.bytes)).unwrap_or_default()),
        sha_words: words::hash(uploaded.map_or(&opened.stage.sha256, |stage| &stage.sha256)),
        uploaded: words::moment(opened.stage.made),
        sha: opened.stage.sha256,
        page: page + 1,
        width: number(width),
        height: number(height),
        sides: [("a", "甲（自社）", Side::A), ("b", "乙（取引先）", Side::B)].map(|(word, name, side)| {
            let (page, at) = chosen(side);
            (word, name, page, at)
        }),
        slots: slots
            .iter()
            .filter(|slot| slot.page == page)
            .map(|slot| {
                let middle = [
                    number(slot.place[0] + slot.place[2] / 2.0),
                    number(slot.place[1] + slot.place[3] / 2.0),
                ];
                (slot.place.map(number), middle, if slot.side == Side::A { "甲" } else { "乙" })
            })
            .collect(),
    }
}
