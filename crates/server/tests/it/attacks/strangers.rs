//! T2, systematically: whatever id somebody has got hold of, with his own session it opens what he may see and nothing else, and no
//! answer tells him whether there is anything behind it.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use super::attacker::{Form, Wire};
use crate::{
    bar::scene::{AT_B, CONCLUDED},
    browser::{Browser, Page, between},
    harness::{Answer, Person},
};

/// Ids of everything there is, by the word in the path of the API.
async fn things(wire: &Wire) -> BTreeMap<&'static str, Vec<String>> {
    let (sato, tanaka, yamamoto, kimura) = (
        wire.scene.api("sato").await,
        wire.scene.api("tanaka").await,
        wire.scene.api("yamamoto").await,
        wire.scene.api("kimura").await,
    );
    let kept = kimura
        .send(Method::POST, "/api/deposits?file_name=wire.txt", "text/plain", b"kept".to_vec())
        .await;
    let ids = |list: &Value| -> Vec<String> {
        let lines = list.as_array().expect("a list");
        lines.iter().filter_map(|line| Some(line["id"].as_str()?.to_owned())).collect()
    };
    let mut all = BTreeMap::new();
    all.insert("cases", vec![wire.scene.case(CONCLUDED).await, wire.scene.case(AT_B).await]);
    all.insert("partners", ids(&sato.get("/api/partners").await.body));
    let mut own = ids(&tanaka.get("/api/enrolments").await.body);
    own.extend(ids(&yamamoto.get("/api/enrolments").await.body));
    all.insert("enrolments", own);
    let mut own = ids(&tanaka.get("/api/certificates").await.body);
    own.extend(ids(&yamamoto.get("/api/certificates").await.body));
    all.insert("certificates", own);
    all.insert("deposits", vec![kept.body["id"].as_str().expect("a deposit").to_owned()]);
    let subject = json!({ "person": tanaka.person_id, "romaji": "TANAKA Ichiro", "address": "東京都", "credential": "server" });
    let screener = wire.scene.api("nakamura").await;
    let proposed = screener.json(Method::POST, "/api/operator/subjects", &subject).await;
    all.insert(
        "proposals",
        vec![proposed.body["proposal"].as_str().expect("a proposal").to_owned()],
    );
    for (kind, ids) in &all {
        assert!(!ids.is_empty(), "no {kind}");
    }
    all
}

fn body(operation: &str, who: &Person) -> Option<Value> {
    let uses = json!({ "kinds": ["server"], "signers": [who.person_id] });
    Some(match operation {
        "answerConsent" => json!({ "agree": true, "uses": uses }),
        "editCase" => {
            json!({ "title": "t", "contract_number": "W-1", "contract_date": "2026-11-24", "partner": uuid::Uuid::now_v7(), "signer": who.person_id })
        }
        "prepareSignature" => json!({}),
        "completeSignature" => json!({ "act": uuid::Uuid::now_v7(), "secret": "a b c d e" }),
        "nameSigner" => json!({ "person": who.person_id }),
        "sendBackCase" | "refuseCase" | "withdrawCase" | "refuseProposal" => json!({ "reason": "r" }),
        "moveDeadline" => json!({ "reply_by": "2036-12-01" }),
        "submitRequest" => json!({ "make_key": "p256" }),
        "confirmDownloadPin" => json!({ "pin": "00000000" }),
        "confirmReceipt" => json!({ "secret": "a b c d e" }),
        "requestRevocation" => json!({ "reason": "superseded" }),
        "approveProposal" => json!({ "payload_hash": "00" }),
        _ => return None,
    })
}

async fn asked(who: &Person, operation: &str, method: &Method, path: &str) -> Answer {
    match (operation, body(operation, who)) {
        ("putDocument" | "putSignedDocument", _) => who.send(method.clone(), path, "application/pdf", b"%PDF-1.7\n".to_vec()).await,
        (_, Some(body)) => who.json(method.clone(), path, &body).await,
        (_, None) => who.send(method.clone(), path, "", Vec::new()).await,
    }
}

pub async fn what_is_not_yours_is_answered_as_what_is_not_there(wire: &Wire) {
    let document = wire.scene.served.nobody().get("/api/openapi.json").await.body;
    let things = things(wire).await;
    // What reading leaves behind is there already.
    wire.seen().await;
    let sato = wire.scene.api("sato").await;
    let state = async || {
        let mut told = String::new();
        for case in &things["cases"] {
            told += &sato.get(&format!("/api/cases/{case}")).await.body.to_string();
        }
        told
    };
    let before = state().await;
    let mut compared = 0;
    for stranger in ["nobody", "takahashi", "ito", "kimura", "nakamura"] {
        let who = match stranger {
            "nobody" => wire.scene.served.nobody(),
            _ => wire.scene.api(stranger).await,
        };
        for (template, item) in document["paths"].as_object().unwrap() {
            if !template.contains("{id}") || template.starts_with("/api/agent/") {
                continue;
            }
            let kind = template.split('/').find(|word| things.contains_key(word)).expect("a kind of thing");
            for (method, operation) in item.as_object().unwrap() {
                let (operation, method) = (operation["operationId"].as_str().unwrap(), method.to_uppercase().parse().unwrap());
                let missing = asked(
                    &who,
                    operation,
                    &method,
                    &template.replace("{id}", &uuid::Uuid::now_v7().to_string()),
                )
                .await;
                assert!(
                    matches!(missing.status.as_u16(), 401 | 403 | 404),
                    "{stranger} {operation} of nothing: {} {}",
                    missing.status,
                    missing.body
                );
                for id in &things[kind] {
                    // What he may see is his: his company's certificates, his own deposit, the operator's lists.
                    let own = match kind {
                        "certificates" => matches!(stranger, "ito" | "kimura" | "nakamura"),
                        "deposits" => stranger == "kimura",
                        "enrolments" | "proposals" => stranger == "nakamura",
                        _ => false,
                    };
                    if own {
                        continue;
                    }
                    let there = asked(&who, operation, &method, &template.replace("{id}", id)).await;
                    assert_eq!(
                        (there.status, &there.body),
                        (missing.status, &missing.body),
                        "{stranger} {operation}: what is there is answered otherwise than what is not"
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 200, "{compared}");
    assert_eq!(state().await, before, "nothing has changed");
}

/// The ids in an address.
fn ids(path: &str) -> Vec<&str> {
    let words = path.split(['/', '?', '=', '&']);
    words
        .filter(|word| word.len() == 36 && word.parse::<uuid::Uuid>().is_ok())
        .collect()
}

/// What a page says, without the ids of its address.
fn said(page: &Page, path: &str) -> (u16, String, String) {
    let told = between(&page.text, "<main", "</main>").unwrap_or(&page.text).to_owned();
    ids(path)
        .into_iter()
        .fold((page.status.as_u16(), page.to.clone(), told), |(status, to, told), id| {
            (status, to.replace(id, "…"), told.replace(id, "…"))
        })
}

/// The thing an address is about: `/cases/<id>`.
fn about(path: &str) -> String {
    path.split(['?', '#'])
        .next()
        .unwrap_or_default()
        .split('/')
        .take(3)
        .collect::<Vec<_>>()
        .join("/")
}

pub async fn pages_of_others_are_answered_as_pages_that_are_not_there(wire: &Wire) {
    let seen = wire.seen().await;
    let pages: BTreeSet<&String> = seen
        .values()
        .flat_map(|seen| seen.pages.keys())
        .filter(|path| !ids(path).is_empty())
        .collect();
    let forms: BTreeSet<&Form> = seen
        .values()
        .flat_map(|seen| &seen.forms)
        .filter(|form| !ids(&form.action).is_empty())
        .collect();
    let mut compared = 0;
    for person in ["nobody", "takahashi", "ito", "suzuki", "kimura", "nakamura", "sato", "yamamoto"] {
        let who = match person {
            "nobody" => Browser::nobody(&wire.scene.served),
            _ => Browser::of(&wire.scene.served, person).await,
        };
        let own = seen.get(person);
        let things: BTreeSet<String> = own.map_or_else(BTreeSet::new, |own| own.pages.keys().map(|path| about(path)).collect());
        // A certificate is seen by its company and by the operator.
        let may_see = |path: &str| {
            let of_a = seen["tanaka"].pages.keys().any(|page| about(page) == about(path));
            let is_certificate = path.starts_with("/certificate/");
            let of_his_company = matches!(person, "ito" | "suzuki" | "kimura" | "sato") && of_a;
            // The 企業ID looks at whatever a desk of its company has.
            let of_his_desks = person == "suzuki" && (of_a || seen["sato"].pages.keys().any(|page| about(page) == about(path)));
            of_his_desks || things.contains(&about(path)) || (is_certificate && (of_his_company || person == "nakamura"))
        };
        // How he is told that there is nothing, by the shape of the address.
        let mut nothing: BTreeMap<String, (u16, String, String)> = BTreeMap::new();
        let other = uuid::Uuid::now_v7().to_string();
        for path in &pages {
            if may_see(path) {
                continue;
            }
            let nowhere = ids(path).into_iter().fold((*path).clone(), |path, id| path.replace(id, &other));
            let there = said(&who.get(path).await, path);
            if !nothing.contains_key(&nowhere) {
                nothing.insert(nowhere.clone(), said(&who.get(&nowhere).await, &nowhere));
            }
            assert!(matches!(there.0, 303 | 403 | 404), "{person}: {path}: {}", there.0);
            assert_eq!(there, nothing[&nowhere], "{person} at {path}");
            compared += 1;
        }
        for form in &forms {
            if own.is_some_and(|own| own.forms.contains(form)) || may_see(&form.action) {
                continue;
            }
            let there = who.post(&form.action, &[]).await;
            let nowhere = ids(&form.action)
                .into_iter()
                .fold(form.action.clone(), |path, id| path.replace(id, &other));
            let missing = who.post(&nowhere, &[]).await;
            assert!(
                there.status.as_u16() >= 400 || there.to.starts_with("/sign-in"),
                "{person} did {form:?}"
            );
            assert_eq!(said(&there, &form.action), said(&missing, &nowhere), "{person}: {form:?}");
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}
