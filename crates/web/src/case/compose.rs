//! `GET /cases/{id}/compose`, `POST /cases/{id}/compose`: a draft. What stops it is said before it is sent.

use accounts::Signer;
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use contracts::{Case, CaseId, CaseView, Partner, PartnerLine, Registering, Side, Standing, state::State as Stand};
use foundation::Actor;
use store::unit;

use super::{
    Of,
    checks::{Check, check_paper, check_people},
    fill::{Fill, fields},
    places::{POSITIONS, position},
    story,
};
use crate::{
    Entries, House, SignedIn, Sorry, Visit,
    layout::{onward, page_with},
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
