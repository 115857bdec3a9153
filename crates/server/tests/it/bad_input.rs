//! Bad input and broken surroundings: each a problem with a stable code, a Japanese sentence and the next step, and nothing lost.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Person, Served, object, pin_in};

const SAMPLE: &[u8] = include_bytes!("../../../../samples/koji-ukeoi.pdf");

/// A draft of A without a document.
async fn draft(sato: &Person, tanaka: &Person, yamamoto: &Person, partner: &str, number: &str) -> String {
    let entry = json!({
        "title": "試験", "contract_number": number, "contract_date": "2026-11-24", "amount": 1_000, "partner": partner,
        "signer": tanaka.person_id, "partner_signer": yamamoto.person_id,
    });
    let created = sato.json(Method::POST, "/api/cases", &entry).await;
    assert_eq!(created.status.as_u16(), 201, "{}", created.body);
    created.body["id"].as_str().unwrap().to_owned()
}

struct Stage {
    served: Served,
    sato: Person,
    tanaka: Person,
    yamamoto: Person,
    partner: String,
    journey: Vec<Value>,
    _out: tempfile::TempDir,
}

async fn stage(stop_after: &str) -> Stage {
    let served = Served::start().await;
    let out = tempfile::tempdir().unwrap();
    let journey = served.play(stop_after, out.path());
    let (sato, tanaka, yamamoto) = (
        served.person("sato").await,
        served.person("tanaka").await,
        served.person("yamamoto").await,
    );
    let partner = object(&journey, "getConsent");
    Stage {
        served,
        sato,
        tanaka,
        yamamoto,
        partner,
        journey,
        _out: out,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_contract_is_refused_by_name_and_the_draft_stays() {
    let Stage {
        sato,
        tanaka,
        yamamoto,
        partner,
        ..
    } = &stage("enrol-b").await;
    let case = draft(sato, tanaka, yamamoto, partner, "BAD-1").await;
    let path = format!("/api/cases/{case}/document");
    let half = SAMPLE[..SAMPLE.len() / 2].to_vec();
    let mut broken = SAMPLE.to_vec();
    let at = broken.windows(9).rposition(|window| window == b"startxref").unwrap();
    broken[at + 10..at + 13].copy_from_slice(b"999");
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("truncated", half),
        ("broken xref", broken),
        ("no PDF", b"hello".to_vec()),
    ] {
        let answer = sato.send(Method::PUT, &path, "application/pdf", bytes).await;
        assert_eq!(answer.status.as_u16(), 422, "{what}: {}", answer.body);
        answer.problem();
    }
    let after = sato.get(&format!("/api/cases/{case}")).await;
    assert_eq!(after.body["state"], "draft");
    assert_eq!(after.body["stages"].as_array().map(Vec::len), Some(0));
    let too_large = sato.send(Method::PUT, &path, "application/pdf", vec![b' '; 51 * 1024 * 1024]).await;
    assert_eq!(too_large.status.as_u16(), 413, "{}", too_large.body);
    let put = sato.send(Method::PUT, &path, "application/pdf", SAMPLE.to_vec()).await;
    assert!(put.status.is_success(), "{}", put.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_consent_nothing_is_sent() {
    let Stage {
        sato,
        tanaka,
        yamamoto,
        partner,
        ..
    } = &stage("enrol-b").await;
    let case = draft(sato, tanaka, yamamoto, partner, "CONSENT-1").await;
    let withdrawn = sato
        .send(Method::DELETE, &format!("/api/partners/{partner}/consent"), "", Vec::new())
        .await;
    assert_eq!(withdrawn.status.as_u16(), 204);
    let sent = sato.post(&format!("/api/cases/{case}/send")).await;
    assert_eq!((sent.status.as_u16(), sent.problem()), (409, "consent_missing"));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_pins_lock_the_enrolment() {
    let Stage { served, tanaka, .. } = &stage("consent").await;
    let (screener, approver, nobody) = (served.person("nakamura").await, served.person("kobayashi").await, served.nobody());
    let form = json!({ "person": tanaka.person_id, "romaji": "TANAKA Ichiro", "address": "東京都新宿区", "credential": "server" });
    let proposed = screener.json(Method::POST, "/api/operator/subjects", &form).await.body;
    let open = approver.get("/api/operator/proposals").await.body;
    let hash = open
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["id"] == proposed["proposal"])
        .unwrap()["payload_hash"]
        .clone();
    let own = screener
        .json(
            Method::POST,
            &format!("/api/operator/proposals/{}/approve", proposed["proposal"].as_str().unwrap()),
            &json!({ "payload_hash": hash }),
        )
        .await;
    assert_eq!(own.problem(), "two_persons_needed");
    let approved = approver
        .json(
            Method::POST,
            &format!("/api/operator/proposals/{}/approve", proposed["proposal"].as_str().unwrap()),
            &json!({ "payload_hash": hash }),
        )
        .await;
    assert_eq!(approved.status.as_u16(), 204, "{}", approved.body);
    let mut tracking = None;
    for _ in 0..100 {
        tracking = nobody.get("/demo/post").await.body[0]["tracking"].as_str().map(str::to_owned);
        if tracking.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let tracking = tracking.expect("the letter is on its way");
    assert!(nobody.post(&format!("/demo/post/{tracking}/arrive")).await.status.is_success());
    let wrong_person = nobody
        .json(
            Method::POST,
            &format!("/demo/post/{tracking}/collect"),
            &json!({ "name": "佐藤 恵", "paper": "運転免許証" }),
        )
        .await;
    assert_eq!((wrong_person.status.as_u16(), wrong_person.problem()), (409, "post_office_refused"));
    let letter = nobody
        .json(
            Method::POST,
            &format!("/demo/post/{tracking}/collect"),
            &json!({ "name": "田中 一郎", "paper": "運転免許証" }),
        )
        .await;
    let pin = pin_in(letter.bytes);
    let number = proposed["number"].clone();
    // A slip of the pen (wrong check character) is not counted.
    let slip = tanaka
        .json(
            Method::POST,
            "/api/enrolments/begin",
            &json!({ "number": number, "pin": "0000-0000-0000-5" }),
        )
        .await;
    assert!(slip.status.is_client_error());
    let mut last = String::new();
    for try_ in 1..=5 {
        let answer = tanaka
            .json(
                Method::POST,
                "/api/enrolments/begin",
                &json!({ "number": number, "pin": another(&pin, try_) }),
            )
            .await;
        assert!(answer.status.is_client_error(), "{}", answer.body);
        last = answer.problem().to_owned();
    }
    assert_eq!(last, "pin_locked");
    let right = tanaka
        .json(Method::POST, "/api/enrolments/begin", &json!({ "number": number, "pin": pin }))
        .await;
    assert!(right.status.is_client_error(), "the right PIN comes too late");
}

/// A PIN that is not `pin` but has a right check character (Luhn over 32 digits): what a stranger would try.
fn another(pin: &str, nth: usize) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let value = |c: u8| ALPHABET.iter().position(|known| *known == c).unwrap();
    let mut digits: Vec<usize> = pin.bytes().filter(u8::is_ascii_alphanumeric).take(12).map(value).collect();
    digits[3] = (digits[3] + nth) % 32;
    let sum: usize = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let weighed = digit * if at % 2 == 0 { 2 } else { 1 };
            weighed / 32 + weighed % 32
        })
        .sum();
    digits.push((32 - sum % 32) % 32);
    digits.into_iter().map(|digit| char::from(ALPHABET[digit])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_tsa_signs_nothing_and_a_failed_seal_is_a_state() {
    let Stage {
        served, yamamoto, journey, ..
    } = &stage("send").await;
    let case = object(journey, "sendCase");
    let nobody = served.nobody();
    let cast = nobody.get("/demo/people").await.body;
    let secret = cast.as_array().unwrap().iter().find(|person| person["key"] == "yamamoto").unwrap()["sealing_secret"].clone();
    let (prepare, complete) = (
        format!("/api/cases/{case}/signature/prepare"),
        format!("/api/cases/{case}/signature/complete"),
    );
    let state = async || yamamoto.get(&format!("/api/cases/{case}")).await.body;
    let fault = async |body: Value| assert!(nobody.json(Method::POST, "/demo/faults", &body).await.status.is_success());

    let prepared = yamamoto.json(Method::POST, &prepare, &json!({})).await;
    assert!(prepared.status.is_success(), "{}", prepared.body);
    let wrong = yamamoto
        .json(
            Method::POST,
            &complete,
            &json!({ "act": prepared.body["act"], "secret": "あ い う え お" }),
        )
        .await;
    assert_eq!(wrong.problem(), "secret_wrong");
    fault(json!({ "tsa": "down" })).await;
    let stopped = yamamoto
        .json(Method::POST, &complete, &json!({ "act": prepared.body["act"], "secret": secret }))
        .await;
    assert_eq!((stopped.status.as_u16(), stopped.problem()), (503, "tsa_failed"));
    assert_eq!(state().await["state"], "waiting", "nothing was signed");
    fault(json!({ "ocsp": "down" })).await;
    let unknown = yamamoto.json(Method::POST, &prepare, &json!({})).await;
    let unknown = if unknown.status.is_success() {
        yamamoto
            .json(Method::POST, &complete, &json!({ "act": unknown.body["act"], "secret": secret }))
            .await
    } else {
        unknown
    };
    if unknown.status.is_success() {
        // A fresh list answered instead of OCSP: that is an answer too.
        assert_eq!(state().await["state"], "countersigned");
    } else {
        assert_eq!((unknown.status.as_u16(), unknown.problem()), (503, "status_failed"));
        fault(json!({})).await;
        let prepared = yamamoto.json(Method::POST, &prepare, &json!({})).await;
        let signed = yamamoto
            .json(Method::POST, &complete, &json!({ "act": prepared.body["act"], "secret": secret }))
            .await;
        assert!(signed.status.is_success(), "{}", signed.body);
    }

    fault(json!({ "tsa": "down" })).await;
    let returned = yamamoto.post(&format!("/api/cases/{case}/return")).await;
    assert!(returned.status.is_success(), "{}", returned.body);
    let mut shown = Value::Null;
    for _ in 0..100 {
        shown = state().await;
        if shown["state"] == "seal_failed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(shown["state"], "seal_failed");
    assert_eq!(shown["seal_failure"]["code"], "seal_failed_tsa");
    assert!(
        shown["formed"].is_string() && shown["sealed"].is_null(),
        "formed all the same: {shown}"
    );
    assert!(
        shown["sentence"].as_str().unwrap().contains("契約は成立しています"),
        "{}",
        shown["sentence"]
    );
    fault(json!({})).await;
    let moved = nobody.json(Method::POST, "/demo/clock", &json!({ "advance": "PT2H" })).await;
    assert!(moved.status.is_success(), "{}", moved.body);
    for _ in 0..200 {
        shown = state().await;
        if shown["kept"].is_string() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(shown["state"], "concluded", "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_takes_nothing_and_says_so() {
    let Stage {
        served,
        sato,
        tanaka,
        yamamoto,
        partner,
        ..
    } = &stage("enrol-b").await;
    let case = draft(sato, tanaka, yamamoto, partner, "FULL-1").await;
    let nobody = served.nobody();
    assert!(
        nobody
            .json(Method::POST, "/demo/faults", &json!({ "objects": "full" }))
            .await
            .status
            .is_success()
    );
    let put = sato
        .send(
            Method::PUT,
            &format!("/api/cases/{case}/document"),
            "application/pdf",
            SAMPLE.to_vec(),
        )
        .await;
    assert!(put.status.is_server_error(), "{}", put.body);
    put.problem();
    let kimura = served.person("kimura").await;
    let deposit = kimura
        .send(Method::POST, "/api/deposits?file_name=a.txt", "text/plain", b"x".to_vec())
        .await;
    assert_eq!((deposit.status.as_u16(), deposit.problem()), (507, "storage_full"));
    assert!(nobody.json(Method::POST, "/demo/faults", &json!({})).await.status.is_success());
    let put = sato
        .send(
            Method::PUT,
            &format!("/api/cases/{case}/document"),
            "application/pdf",
            SAMPLE.to_vec(),
        )
        .await;
    assert!(put.status.is_success(), "{}", put.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_revoked_between_view_and_sign_does_not_sign() {
    let Stage { yamamoto, journey, .. } = &stage("send").await;
    let case = object(journey, "sendCase");
    let prepared = yamamoto
        .json(Method::POST, &format!("/api/cases/{case}/signature/prepare"), &json!({}))
        .await;
    assert!(prepared.status.is_success(), "{}", prepared.body);
    let certificate = prepared.body["certificate"].as_str().unwrap();
    let revoked = yamamoto
        .json(
            Method::POST,
            &format!("/api/certificates/{certificate}/revocation"),
            &json!({ "reason": "key_compromise" }),
        )
        .await;
    assert_eq!(revoked.status.as_u16(), 202, "{}", revoked.body);
    let signed = yamamoto
        .json(
            Method::POST,
            &format!("/api/cases/{case}/signature/complete"),
            &json!({ "act": prepared.body["act"], "secret": "a b c d e" }),
        )
        .await;
    assert_eq!(signed.problem(), "certificate_not_usable");
    let again = yamamoto
        .json(Method::POST, &format!("/api/cases/{case}/signature/prepare"), &json!({}))
        .await;
    assert!(again.status.is_client_error());
    again.problem();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_no_continuation_is_refused_and_nothing_is_lost() {
    let Stage { yamamoto, journey, .. } = &stage("send").await;
    let case = object(journey, "sendCase");
    let path = format!("/api/cases/{case}/signed-document");
    let sent = yamamoto.get(&format!("/api/cases/{case}/document")).await.bytes;
    let mut more = sent.clone();
    more.extend_from_slice(b"\n% a comment and no signature\n");
    let mut flipped = sent.clone();
    flipped[1_000] ^= 1;
    for (what, bytes) in [
        ("another file", SAMPLE.to_vec()),
        ("the same file", sent.clone()),
        ("a comment", more),
        ("a changed byte", flipped),
        ("nothing", Vec::new()),
    ] {
        let answer = yamamoto.send(Method::PUT, &path, "application/pdf", bytes).await;
        assert_eq!(answer.status.as_u16(), 422, "{what}: {}", answer.body);
        answer.problem();
    }
    assert_eq!(yamamoto.get(&format!("/api/cases/{case}/document")).await.bytes, sent);
    assert_eq!(yamamoto.get(&format!("/api/cases/{case}")).await.body["state"], "waiting");
}
