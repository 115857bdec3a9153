//! Guessing: IDs, passwords, codes, PINs.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;

use super::attacker::Wire;
use crate::harness::{Person, Served};

/// Whose ID is guessed at, and one that nobody has.
const KNOWN: &str = "mori";
const UNKNOWN: &str = "morii";

pub async fn what_cannot_be_known_is_refused_alike(wire: &Wire) {
    let nobody = wire.scene.served.nobody();
    let kimura = wire.scene.api("kimura").await;
    let code = |text: &str| json!({ "code": text });
    let accept = |text: &str| json!({ "code": text, "password": "a long new password 2026" });
    let pin = |number: &str| json!({ "number": number, "pin": "0000-0000-0000-0" });
    for (who, path, bodies) in [
        (
            &nobody,
            "/api/agent/hello",
            [code("0000-0000-0000-0"), code(""), code("zzzz")].to_vec(),
        ),
        (
            &nobody,
            "/api/invitations/accept",
            [accept("x"), accept(""), accept("00000000000000000000000000000000000000000000")].to_vec(),
        ),
        (
            &kimura,
            "/api/enrolments/begin",
            [pin("A-000000"), pin("E-2026-000001"), pin("")].to_vec(),
        ),
    ] {
        let mut told = Vec::new();
        for body in &bodies {
            let answer = who.json(Method::POST, path, body).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.body);
            told.push((answer.status, answer.body));
        }
        told.dedup();
        assert_eq!(told.len(), 1, "{path}: {told:?}");
    }
}

/// Twelve tries with an ID by the API, and as many by the page, all at once: how often each answer came.
async fn tried(wire: &Wire, id: &str) -> BTreeMap<String, usize> {
    let mut tries = Vec::new();
    for _ in 0..12 {
        let (nobody, id) = (wire.scene.served.nobody(), id.to_owned());
        tries.push(tokio::spawn(async move { by_api(&nobody, &id).await }));
    }
    let mut told = BTreeMap::new();
    for one in tries {
        *told.entry(one.await.unwrap()).or_default() += 1;
    }
    told
}

async fn by_api(who: &Person, id: &str) -> String {
    let answer = who
        .json(Method::POST, "/api/session", &json!({ "sign_in": id, "password": "wrong wrong" }))
        .await;
    format!("{} {}", answer.status, answer.body)
}

async fn by_page(wire: &Wire, id: &str) -> String {
    let page = crate::browser::Browser::nobody(&wire.scene.served)
        .post("/sign-in", &[("sign_in", id), ("password", "wrong wrong")])
        .await;
    let said = crate::browser::between(&page.text, "<main", "</main>").expect("a page");
    format!("{} {}", page.status, said.replace(&format!("value=\"{id}\""), "value=\"…\""))
}

pub async fn tries_at_the_same_time_lock_known_and_unknown_alike(wire: &Wire) {
    assert_eq!(by_page(wire, KNOWN).await, by_page(wire, UNKNOWN).await);
    let (known, unknown) = (tried(wire, KNOWN).await, tried(wire, UNKNOWN).await);
    assert_eq!(known, unknown);
    assert_eq!(known.values().sum::<usize>(), 12);
    let wrong: usize = known
        .iter()
        .filter(|(told, _)| told.contains("wrong_sign_in"))
        .map(|(_, many)| many)
        .sum();
    assert_eq!(wrong, 8, "ten in all, of which the tenth locks: {known:?}");
    assert_eq!(by_page(wire, KNOWN).await, by_page(wire, UNKNOWN).await);
}

pub async fn the_lock_is_there_after_a_restart(served: &Served) {
    let cast = served.nobody().get("/demo/people").await.body;
    let person = cast.as_array().unwrap().iter().find(|person| person["key"] == KNOWN).unwrap();
    let right = json!({ "sign_in": KNOWN, "password": person["secret"] });
    let answer = served.nobody().json(Method::POST, "/api/session", &right).await;
    assert_eq!(
        (answer.status.as_u16(), answer.problem()),
        (423, "sign_in_locked"),
        "the right password comes too late"
    );
    assert_eq!(
        by_api(&served.nobody(), UNKNOWN).await,
        format!("{} {}", answer.status, answer.body)
    );
}
