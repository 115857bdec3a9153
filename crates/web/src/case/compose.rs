//! `GET /cases/{id}/compose`, `POST /cases/{id}/compose`: a draft. What stops it is said before it is sent.

use accounts::Signer;
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use contracts::{Among, Case, CaseId, CaseView, Partner, PartnerLine, Registering, Side, Standing, state::State as Stand};
use foundation::Actor;
use store::unit;

use super::{
    Of,
    checks::{Check, LOOKING, check_deadline, check_paper, check_people},
    create::SentBack,
    deadline::{Until, beside},
    fill::{Fill, fields},
    places::{MILLIMETRE, NONE, position},
    story,
};
use crate::{
    Entries, House, SignedIn, Sorry, Visit,
    layout::{onward, page_with},
    verify::Card,
    words,
};

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
    /// The PDF brought fields of its own: they stand where they stand.
    is_fixed: bool,
    /// The pages on which fields stand; if none does, the last one.
    sheets: Vec<Sheet>,
    spots: [Spot; 2],
    /// How large the pages are as they are shown, in runs of equal ones: `2:595.3x841.9,1:2384x3370`.
    sizes: String,
    positions: [(&'static str, &'static str); 9],
}

/// A page that shows fields.
struct Sheet {
    page: usize,
    width: String,
    height: String,
    marks: Vec<Preview>,
}

/// How a mark will look, in points of the page.
struct Preview {
    side: &'static str,
    left: String,
    top: String,
    /// The signs of the round seal, and how far down each stands.
    seal: Vec<(char, String)>,
    seal_size: String,
    company: String,
    company_size: String,
    name: String,
    name_size: String,
}

/// What is chosen for a side.
struct Spot {
    /// `a` or `b`.
    side: &'static str,
    /// 甲 or 乙.
    sign: &'static str,
    /// 1 or 2.
    nth: usize,
    who: String,
    page: usize,
    at: &'static str,
    left: String,
    top: String,
    /// In words.
    says: String,
}

#[derive(Template)]
#[template(path = "case/compose.html")]
struct Compose<'a> {
    visit: &'a Visit,
    /// None: not registered yet.
    id: Option<String>,
    /// The case that was sent back, if this one is made in its place.
    again: Option<SentBack>,
    fill: &'a Fill,
    partners: Vec<Choice>,
    signers: Vec<Signer>,
    paper: Option<Paper>,
    checks: Vec<Check>,
    stops: usize,
    /// A check has not ended.
    looking: bool,
    failed: Option<&'a Sorry>,
    /// The signatures of a file that was not taken.
    card: Option<Card>,
    signer_name: String,
    is_signer: bool,
    mail: (String, String),
    /// 返送の期限 of the draft as it is saved.
    until: Option<Until>,
    /// 返送の期限 in Japanese beside its field.
    beside: String,
    today: String,
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
pub(super) async fn new(
    house: &House,
    visit: &Visit,
    fill: Fill,
    again: Option<SentBack>,
    failed: Option<Sorry>,
    status: StatusCode,
) -> Result<Response, Sorry> {
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
            again,
            fill: &fill,
            checks: Vec::new(),
            stops: 0,
            looking: false,
            partners,
            signers,
            paper: None,
            failed: failed.as_ref(),
            card: None,
            signer_name: String::new(),
            is_signer: false,
            mail: (String::new(), String::new()),
            until: None,
            beside: beside(&fill.reply_by, visit.now),
            today: visit.now.date_in_japan().to_string(),
            saved: false,
        },
    ))
}

/// The page of a draft, with what went wrong.
pub(super) async fn again(house: &House, visit: &Visit, id: CaseId, failed: Option<Sorry>, typed: Option<Fill>) -> Result<Response, Sorry> {
    answer(house, visit, id, (failed, None), typed).await
}

/// The page of a draft whose file was not taken, with the signatures that it brought.
pub(super) async fn refused(house: &House, visit: &Visit, id: CaseId, sorry: Sorry, card: Option<Card>) -> Result<Response, Sorry> {
    answer(house, visit, id, (Some(sorry), card), None).await
}

async fn answer(
    house: &House,
    visit: &Visit,
    id: CaseId,
    (failed, card): (Option<Sorry>, Option<Card>),
    typed: Option<Fill>,
) -> Result<Response, Sorry> {
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
    check_paper(house, visit, &mut checks, paper.as_ref(), &view).await?;
    check_people(house, visit, &mut checks, partner, &view).await?;
    check_deadline(visit, &mut checks, &view);
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
            again: None,
            fill: &fill,
            looking: checks.iter().any(|check| check.kind == LOOKING),
            stops: checks.iter().filter(|check| check.kind == "stop").count(),
            checks,
            partners: partners.iter().filter_map(|line| choice(line, visit)).collect(),
            signers,
            paper,
            failed: failed.as_ref(),
            card,
            is_signer: visit.viewer.signs() && visit.actor().person() == Some(view.line.a_signer),
            signer_name: view.line.a_signer_name.clone(),
            mail: story::mail(house, visit.actor(), id).await?,
            until: Until::of(&view.line, visit.now),
            beside: beside(&fill.reply_by, visit.now),
            today: visit.now.date_in_japan().to_string(),
            saved: true,
        },
    ))
}

/// Partners in the list to choose from.
const MOST_PARTNERS: i64 = 2_000;

async fn choices(house: &House, by: &Actor) -> Result<(Vec<PartnerLine>, Vec<Signer>), Sorry> {
    let partners = Partner::list(&house.db, by, Among::Open, None, MOST_PARTNERS).await?;
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

async fn show_paper(opened: story::Opened, view: &CaseView) -> Paper {
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
