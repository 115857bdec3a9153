//! `GET /cases/{id}/compose`, `POST /cases/{id}/compose`: a draft. What stops it is said before it is sent.

use accounts::Signer;
use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use contracts::{Among, Case, CaseId, Partner, PartnerLine, Registering, Side, Standing, state::State as Stand};
use foundation::Actor;
use store::unit;

use super::{
    Of,
    checks::{Check, LOOKING, check_deadline, check_paper, check_people},
    create::SentBack,
    deadline::{Until, beside},
    fill::{Fill, fields},
    paper::{self, Paper},
    story,
};
use crate::{
    Entries, House, SignedIn, Sorry, Visit,
    layout::{onward, page_with},
    verify::Card,
};

/// A partner to choose.
struct Choice {
    id: String,
    name: String,
    is_agreed: bool,
    signers: Vec<(String, String)>,
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
        Some(opened) => Some(paper::shown(opened, &view).await),
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
