//! `GET /operator/proposals/{id}`: the whole act, as who decides must see it.

use accounts::proposals::{Proposal, ProposalId, Reading, Standing};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use foundation::{Actor, OperatorRole};
use store::unit;

use super::desk::names;
use crate::{House, SignedIn, Sorry, Visit, layout::page_with, words};

#[derive(Template)]
#[template(path = "operator/proposal.html")]
struct Read<'a> {
    visit: &'a Visit,
    id: String,
    kind: &'static str,
    summary: String,
    hash: String,
    facts: Vec<(&'static str, String)>,
    proposer: String,
    proposed: String,
    decided: Option<(String, String)>,
    standing: &'static str,
    word: &'static str,
    reason: Option<String>,
    /// He may decide.
    decides: bool,
    /// He proposed it himself.
    own: bool,
    /// What is wrong with the reason that was typed.
    failed: Option<&'a Sorry>,
    typed: &'a str,
}

/// The page.
pub async fn read(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    drawn(&house, &visit, id, None).await
}

/// The page, with what is wrong with the reason that was typed.
pub(super) async fn drawn(house: &House, visit: &Visit, id: uuid::Uuid, failed: Option<(&Sorry, &str)>) -> Result<Response, Sorry> {
    let by = visit.actor();
    let Actor::Operator(operator) = by else {
        return Err(foundation::Refused::OperatorOnly.into());
    };
    let proposal = unit!(house.db, |unit| Proposal::open::<Reading>(unit, by, ProposalId(id)).await).await?;
    let mut asked = vec![proposal.proposer];
    asked.extend(proposal.decider);
    let names = names(house, by, &asked).await?;
    let name = |at: usize| names.get(at).cloned().unwrap_or_default();
    let (standing, word) = match proposal.state {
        Standing::Open => ("open", "二人目の判断待ち"),
        Standing::Approved => ("approved", "承認済み"),
        Standing::Refused => ("refused", "不承認"),
    };
    let own = proposal.proposer == operator.person;
    let status = failed.map_or(StatusCode::OK, |(sorry, _)| sorry.status);
    let view = Read {
        visit,
        id: proposal.id.to_string(),
        kind: kind(&proposal.kind),
        summary: proposal.summary.clone(),
        hash: proposal.payload_hash.clone(),
        facts: facts(&proposal.payload),
        proposer: name(0),
        proposed: words::moment(proposal.proposed),
        decided: proposal.decided.map(|at| (name(1), words::moment(at))),
        standing,
        word,
        reason: proposal.reason.clone(),
        decides: proposal.state == Standing::Open && !own && operator.role == OperatorRole::Approver,
        own,
        failed: failed.map(|(sorry, _)| sorry),
        typed: failed.map_or("", |(_, typed)| typed),
    };
    Ok(page_with(status, &view))
}

fn kind(word: &str) -> &'static str {
    match word {
        "certification.subject" => "電子証明書の利用者",
        "accounts.registration" => "会社と利用者の登録",
        _ => "二人で決める手続き",
    }
}

/// What a payload says, in the order in which people read it. What has no word of its own is counted, so nothing is hidden silently.
fn facts(payload: &str) -> Vec<(&'static str, String)> {
    let value: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let text = |name: &str| value[name].as_str().map(str::to_owned).filter(|text| !text.is_empty());
    let mut facts = Vec::new();
    if let (Some(family), Some(given)) = (text("family_name"), text("given_name")) {
        facts.push(("氏名", format!("{family} {given}")));
    }
    for (name, word) in [
        ("kana", "フリガナ"),
        ("romaji", "ローマ字"),
        ("company_name", "会社"),
        ("corporate_number", "法人番号"),
        ("department", "部署"),
        ("address", "書面の送り先"),
        ("mail", "メール"),
        ("number", "発行申請番号"),
    ] {
        facts.extend(text(name).map(|text| (word, text)));
    }
    if let Some(credential) = value["credential"].as_str() {
        let word = match credential {
            "server" => certification::Credential::Server.japanese(),
            _ => certification::Credential::Token.japanese(),
        };
        facts.push(("鍵の置き場所", word.to_owned()));
    }
    for (name, word) in [
        ("companies", "会社"),
        ("departments", "企業ID"),
        ("desks", "ユーザID"),
        ("people", "利用者"),
    ] {
        for one in value[name].as_array().into_iter().flatten() {
            let line: Vec<&str> = ["number", "name", "mail"].iter().filter_map(|part| one[*part].as_str()).collect();
            facts.push((word, line.join("　")));
        }
    }
    facts
}
