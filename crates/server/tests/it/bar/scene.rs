//! What the tests share: a demo with its first cases, its people, and where its files lie.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, between, case_of},
    harness::{Person, Served},
};

/// Of the first cases: 締結済, from A to B.
pub const CONCLUDED: &str = "北浜配送センター新築工事のうち内装工事";
/// Of the first cases: it waits at B.
pub const AT_B: &str = "みなと第二倉庫改修工事のうち空調設備工事";

/// 署名の合言葉 of A's 署名者 in the demo.
pub const WORDS_A: &str = "あおいまつ あかいうめ しろいとり ながいかわ たかいやま";
/// Of B's.
pub const WORDS_B: &str = "くろいたけ ひくいおか あついゆ さむいかぜ ちいさいいし";
/// Where A's mails go.
pub const MAILS_A: &str = "@aoba.example.jp";
/// Where B's go.
pub const MAILS_B: &str = "@midori.example.jp";
/// A contract of one page.
pub const SAMPLE: &[u8] = include_bytes!("../../../../../samples/chumon.pdf");

/// A demo with its first cases.
pub struct Scene {
    pub served: Served,
    /// 事務 of A.
    pub sato: Browser,
    /// 署名者 of A.
    pub tanaka: Browser,
    /// Both at B.
    pub yamamoto: Browser,
}

impl Scene {
    /// A demo of its own.
    pub async fn open() -> Self {
        Self::at(Served::start_with_first_cases().await).await
    }
    /// The demo that is shared ([`Served::shared`] says what may be done in it).
    pub async fn shared() -> Self {
        Self::at(Served::shared().await).await
    }
    /// The demo of this folder.
    pub async fn at(served: Served) -> Self {
        Self {
            sato: Browser::of(&served, "sato").await,
            tanaka: Browser::of(&served, "tanaka").await,
            yamamoto: Browser::of(&served, "yamamoto").await,
            served,
        }
    }
    /// The case of this title.
    pub async fn case(&self, title: &str) -> String {
        case_of(&self.sato.get("/cases").await.text, title)
    }
    /// The same person at the API.
    pub async fn api(&self, key: &str) -> Person {
        self.served.person(key).await
    }
    /// A and B agree anew, on tokens too: cases from now on may be signed with them.
    pub async fn agree_on_tokens(&self) {
        let (sato, yamamoto) = (self.api("sato").await, self.api("yamamoto").await);
        let uses = |person: &str| json!({ "kinds": ["server", "token"], "signers": [person] });
        let partners = sato.get("/api/partners").await.body;
        let before = partners
            .as_array()
            .unwrap()
            .iter()
            .find(|line| line["state"] == "agreed")
            .expect("a partner");
        let consent = format!("/api/partners/{}/consent", before["id"].as_str().unwrap());
        assert!(sato.send(Method::DELETE, &consent, "", Vec::new()).await.status.is_success());
        let signer = self.api("tanaka").await.person_id;
        let wish = json!({ "user_id": "U200001", "uses": uses(&signer) });
        let asked = sato.json(Method::POST, "/api/partners", &wish).await.body;
        let answer = json!({ "agree": true, "uses": uses(&yamamoto.person_id) });
        let consent = format!("/api/partners/{}/consent", asked["partner"].as_str().unwrap());
        let agreed = yamamoto.json(Method::POST, &consent, &answer).await;
        assert!(agreed.status.is_success(), "{}", agreed.body);
    }
    /// A draft from A to B without a document and without a deadline.
    pub async fn draft(&self, number: &str) -> String {
        self.draft_until(number, Value::Null).await
    }
    /// The same with a 返送の期限.
    pub async fn draft_until(&self, number: &str, reply_by: Value) -> String {
        let sato = self.api("sato").await;
        let people = [self.api("tanaka").await.person_id, self.api("yamamoto").await.person_id];
        let partners = sato.get("/api/partners").await.body;
        let partner = partners
            .as_array()
            .unwrap()
            .iter()
            .find(|line| line["state"] == "agreed")
            .expect("a partner");
        let mut entry = json!({
            "title": format!("試験 {number}"), "contract_number": number, "contract_date": "2026-11-24", "amount": 1_234_567,
            "partner": partner["id"], "signer": people[0], "partner_signer": people[1],
        });
        if !reply_by.is_null() {
            entry["reply_by"] = reply_by;
        }
        let created = sato.json(Method::POST, "/api/cases", &entry).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
        created.body["id"].as_str().unwrap().to_owned()
    }
    /// Puts a document on a draft by the page.
    pub async fn put(&self, id: &str, pdf: &[u8]) {
        let put = self
            .sato
            .upload(&format!("/cases/{id}/document"), &[], ("pdf", "契約書.pdf", pdf))
            .await;
        assert_eq!(put.status, StatusCode::SEE_OTHER, "{}", put.text);
    }
    /// A case that A has signed and sent.
    pub async fn sent(&self, number: &str) -> String {
        let id = self.draft(number).await;
        self.put(&id, SAMPLE).await;
        sign(&self.tanaka, &id, WORDS_A).await;
        let sent = self.sato.post(&format!("/cases/{id}/send"), &[]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        id
    }
    /// B signs it.
    pub async fn sign_b(&self, id: &str) {
        sign(&self.yamamoto, id, WORDS_B).await;
    }
    /// B returns it: the contract is formed.
    pub async fn return_b(&self, id: &str) {
        let returned = self.yamamoto.post(&format!("/cases/{id}/return"), &[]).await;
        assert_eq!(returned.status, StatusCode::SEE_OTHER, "{}", returned.text);
    }
    /// The case as A's 事務 sees it at the API.
    pub async fn seen_by_a(&self, id: &str) -> Value {
        self.api("sato").await.get(&format!("/api/cases/{id}")).await.body
    }
    /// Waits until the original is kept.
    pub async fn kept(&self, id: &str) -> Value {
        until("the original to be kept", async || {
            let case = self.seen_by_a(id).await;
            case["kept"].is_string().then_some(case)
        })
        .await
    }
    /// Mails of the contracts to a company's addresses, oldest first: subject and text.
    pub async fn mails(&self, company: &str) -> Vec<(String, String)> {
        let mails = self.served.nobody().get("/demo/outbox").await.body;
        let text = |mail: &Value, name: &str| mail[name].as_str().unwrap_or_default().to_owned();
        let mails = mails
            .as_array()
            .expect("mails")
            .iter()
            .filter(|mail| text(mail, "to").ends_with(company));
        mails.map(|mail| (text(mail, "subject"), text(mail, "text"))).collect()
    }
    /// Where an object lies.
    pub fn object(&self, key: &str) -> PathBuf {
        self.served.data().join("objects").join(key)
    }
    /// After a leap of the clock no session is left: everybody signs in again.
    pub async fn sign_in_again(&mut self) {
        self.sato = Browser::of(&self.served, "sato").await;
        self.tanaka = Browser::of(&self.served, "tanaka").await;
        self.yamamoto = Browser::of(&self.served, "yamamoto").await;
    }
    /// The clock of the demo moves on.
    pub async fn later(&self, span: &str) {
        let wish = serde_json::json!({ "advance": span });
        let moved = self.served.nobody().json(reqwest::Method::POST, "/demo/clock", &wish).await;
        assert!(moved.status.is_success(), "{}", moved.body);
    }
}

/// Reads and signs by the page.
pub async fn sign(who: &Browser, id: &str, words: &str) {
    let read = who.get(&format!("/cases/{id}/read")).await.text;
    let hidden = |name: &str| between(&read, &format!("name=\"{name}\" value=\""), "\"").expect("the form to sign");
    let form = [("sha256", hidden("sha256")), ("told", hidden("told")), ("words", words)];
    let signed = who.post(&format!("/cases/{id}/signature"), &form).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
}

/// A stage of a case by its name, as the API tells it.
pub fn stage<'a>(case: &'a Value, name: &str) -> &'a Value {
    let stages = case["stages"].as_array().expect("stages");
    stages
        .iter()
        .find(|stage| stage["name"] == name)
        .unwrap_or_else(|| panic!("no {name} in {case}"))
}

/// Asks again and again until `found` finds something.
pub async fn until<T>(what: &str, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found().await {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
