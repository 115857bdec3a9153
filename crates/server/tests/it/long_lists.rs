//! Lists of more than fifty: every row is reached by the link to the next page, once.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, between},
    harness::{Person, Served},
};

/// More than two pages of a list, and more than one answer of the API.
const MANY: usize = 103;

/// Follows the links to the next page; what `rows` finds on each.
async fn walked(who: &Browser, first: &str, rows: impl Fn(&str) -> BTreeSet<String>) -> (BTreeSet<String>, usize) {
    let (mut all, mut pages, mut next) = (BTreeSet::new(), 0, Some(first.to_owned()));
    while let Some(path) = next {
        let page = who.get(&path).await;
        assert!(page.status.is_success(), "{path}: {}", page.status);
        pages += 1;
        assert!(pages < 20, "{first} has no end");
        for row in rows(&page.text) {
            assert!(all.insert(row.clone()), "{row} stands on two pages of {first}");
        }
        next = page.text.split_once("\" rel=\"next\"").map(|(before, _)| {
            let address = before.rsplit("href=\"").next().unwrap();
            address.replace("&amp;", "&").replace("&#38;", "&")
        });
    }
    (all, pages)
}

/// Follows `before` at the API.
async fn listed(who: &Person, path: &str) -> BTreeSet<String> {
    let (mut all, mut before) = (BTreeSet::new(), String::new());
    loop {
        let answer = who.get(&format!("{path}{before}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}{before}: {}", answer.body);
        let lines = answer.body.as_array().unwrap();
        assert!(lines.len() <= 100, "{path}");
        let Some(last) = lines.last() else { return all };
        for line in lines {
            let id = line["id"].as_str().unwrap().to_owned();
            assert!(all.insert(id.clone()), "{id} comes twice in {path}");
        }
        before = format!("?before={}", last["id"].as_str().unwrap());
    }
}

/// The ids behind `before` in a page.
fn ids(page: &str, before: &str) -> BTreeSet<String> {
    let main = between(page, "<main", "</main>").unwrap_or(page);
    main.split(before)
        .skip(1)
        .filter_map(|rest| rest.get(..36))
        .filter(|id| id.bytes().filter(|byte| *byte == b'-').count() == 4)
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_case_and_no_document_is_lost_or_doubled_between_the_pages_of_its_list() {
    let served = Served::start().await;
    let out = tempfile::tempdir().unwrap();
    served.play("consent", out.path());
    let (sato, tanaka, yamamoto) = (
        served.person("sato").await,
        served.person("tanaka").await,
        served.person("yamamoto").await,
    );
    let partner = sato.get("/api/partners").await.body[0]["id"].clone();
    let mut made = BTreeSet::new();
    for number in 0..MANY {
        let entry = json!({
            "title": format!("工事 {number}"), "contract_number": format!("LIST-{number}"), "contract_date": "2026-11-24", "amount": 1000,
            "partner": partner, "signer": tanaka.person_id, "partner_signer": yamamoto.person_id,
        });
        let created = sato.json(Method::POST, "/api/cases", &entry).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
        made.insert(created.body["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(listed(&sato, "/api/cases").await, made);
    let browser = Browser::of(&served, "sato").await;
    let (found, pages) = walked(&browser, "/cases?show=draft", |page| ids(page, "href=\"/cases/")).await;
    assert_eq!((found, pages), (made.clone(), 3));
    let (found, _) = walked(&browser, "/cases", |page| ids(page, "href=\"/cases/")).await;
    assert_eq!(found, made);
    let office = Browser::of(&served, "suzuki").await;
    let seen = listed(&served.person("suzuki").await, "/api/cases").await;
    let (found, pages) = walked(&office, "/company", |page| ids(page, "href=\"/cases/")).await;
    assert_eq!(found, seen);
    assert_eq!((found.len(), pages), (MANY, 3));

    let kimura = Browser::of(&served, "kimura").await;
    let mut put = BTreeSet::new();
    for number in 0..MANY {
        let page = kimura
            .upload(
                "/deposits/new",
                &[],
                ("file", &format!("{number}.txt"), format!("{number}").as_bytes()),
            )
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        put.insert(page.to.trim_start_matches("/deposits/").to_owned());
    }
    let (found, pages) = walked(&kimura, "/deposits", |page| ids(page, "href=\"/deposits/")).await;
    assert_eq!((found, pages), (put.clone(), 3));
    assert_eq!(listed(&served.person("kimura").await, "/api/deposits").await, put);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_partner_and_no_mail_is_lost_or_doubled_between_the_pages_of_its_list() {
    let served = Served::start().await;
    let nobody = served.nobody();
    let refused = nobody.json(Method::POST, "/demo/faults", &json!({ "smtp": "refuse" })).await;
    assert!(refused.status.is_success(), "{}", refused.body);
    let tanaka = served.person("tanaka").await.person_id;
    let mut asked = BTreeSet::new();
    // At most twenty requests by mail a day.
    for day in 0..6 {
        let sato = served.person("sato").await;
        for nth in 0..20 {
            let mail = format!("d{day}n{nth:02}@nobody.example");
            let wish = json!({ "mail": mail, "uses": { "kinds": ["server"], "signers": [tanaka] } });
            let answer = sato.json(Method::POST, "/api/partners", &wish).await;
            assert!(answer.status.is_success(), "{}", answer.body);
            asked.insert(mail);
        }
        let moved = nobody.json(Method::POST, "/demo/clock", &json!({ "advance": "P1D" })).await;
        assert!(moved.status.is_success(), "{}", moved.body);
    }
    let addresses = |page: &str| -> BTreeSet<String> {
        let main = between(page, "<tbody", "</tbody>").unwrap_or_default();
        main.split(['>', '<', ' ', '　'])
            .filter(|word| word.ends_with("@nobody.example"))
            .map(str::to_owned)
            .collect()
    };
    let sato = Browser::of(&served, "sato").await;
    let (found, pages) = walked(&sato, "/partners", addresses).await;
    assert_eq!((found, pages), (asked.clone(), 3));
    assert_eq!(listed(&served.person("sato").await, "/api/partners").await.len(), asked.len());
    let nakamura = Browser::of(&served, "nakamura").await;
    let (found, pages) = walked(&nakamura, "/operator/mail", addresses).await;
    assert_eq!((found, pages), (asked, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_enrolments_and_failed_jobs_go_on_after_the_last_of_a_page() {
    let served = Served::start().await;
    let out = tempfile::tempdir().unwrap();
    served.play("enrol-b", out.path());
    let nakamura = served.person("nakamura").await;
    for path in ["/api/certificates", "/api/enrolments"] {
        let all = nakamura.get(path).await.body;
        let [newest, oldest] = all.as_array().unwrap().as_slice() else {
            panic!("two of {path}: {all}")
        };
        let after = |line: &Value| format!("{path}?before={}", line["id"].as_str().unwrap());
        assert_eq!(nakamura.get(&after(newest)).await.body, json!([oldest]));
        assert_eq!(nakamura.get(&after(oldest)).await.body, json!([]));
        assert_eq!(listed(&nakamura, path).await.len(), 2);
        let unread = nakamura.get(&format!("{path}?before=x")).await;
        assert!(unread.status.is_client_error() && !unread.problem().is_empty());
    }
    let mine = served.person("tanaka").await.get("/api/certificates").await.body[0]["id"].clone();
    let mine = mine.as_str().unwrap();
    for key in ["tanaka", "suzuki"] {
        let who = Browser::of(&served, key).await;
        assert!(who.get("/certificate").await.text.contains(mine), "{key}");
        let after = who.get(&format!("/certificate?before={mine}")).await.text;
        assert!(
            !after.contains(mine) && after.contains("これより前にはありません") && after.contains("新しいものに戻る"),
            "{key}: {after}"
        );
    }
    let operator = Browser::of(&served, "nakamura").await;
    let after = operator.get(&format!("/operator/health?before={mine}")).await.text;
    assert!(
        after.contains("新しいものに戻る") && after.contains("これより前にはありません"),
        "{after}"
    );
}
