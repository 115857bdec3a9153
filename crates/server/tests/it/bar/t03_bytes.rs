//! T3: what is uploaded stays bit-identical, its hash is shown at once, pictures are separate, and what of a page cannot be drawn is said
//! before anything is signed or sent.

use reqwest::StatusCode;
use sha2::{Digest, Sha256};

use super::{
    pdfs,
    scene::{SAMPLE, Scene, WORDS_A, WORDS_B, sign, stage, until},
};
use crate::browser::{Browser, Page, between};

/// A page whose file has been looked through: that goes on beside it.
async fn looked_through(who: &Browser, path: &str) -> String {
    until("the pages are looked through", async || {
        let page = who.get(path).await.text;
        (!page.contains("点検しています")).then_some(page)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn t3_uploaded_bytes_stay_as_they_are_and_their_hash_is_shown() {
    let scene = Scene::shared().await;
    // Without fields of its own: what is stored next is another file already.
    let pdf = pdfs::pages(2);
    let sha = hex::encode(Sha256::digest(&pdf));
    let in_groups = |page: &str| page.replace(char::is_whitespace, "").contains(&sha);
    let id = scene.draft("BYTES-1").await;
    scene.put(&id, &pdf).await;
    let page = scene.sato.get(&format!("/cases/{id}/compose")).await.text;
    assert!(in_groups(&page), "the hash of what was uploaded stands on the page");
    let uploaded = format!("/cases/{id}/file/uploaded");
    assert_eq!(scene.sato.get(&uploaded).await.bytes, pdf);
    let api = scene.api("sato").await;
    let put = api
        .send(
            reqwest::Method::PUT,
            &format!("/api/cases/{id}/document"),
            "application/pdf",
            pdf.clone(),
        )
        .await;
    assert_eq!(put.body["sha256"], sha.as_str(), "{}", put.body);

    // A picture is a file of its own, drawn from the stored bytes, which it does not touch.
    let picture = between(&page, "src=\"/cases/", "\"").expect("a picture of the page");
    let drawn = scene.sato.get(&format!("/cases/{picture}")).await;
    assert!(drawn.bytes.starts_with(b"\x89PNG"));

    // To the very end every stage begins with what was uploaded.
    let id = scene.sent("BYTES-2").await;
    scene.sign_b(&id).await;
    scene.return_b(&id).await;
    scene.kept(&id).await;
    let mut before = SAMPLE.to_vec();
    for stage in ["uploaded", "0-registered", "1-signed-a", "2-returned-b", "3-concluded"] {
        let bytes = scene.sato.get(&format!("/cases/{id}/file/{stage}")).await.bytes;
        assert!(bytes.starts_with(&before), "{stage} does not go on from the stage before");
        before = bytes;
    }
    assert!(before.len() > SAMPLE.len());
    assert_eq!(scene.sato.get(&format!("/cases/{id}/file/uploaded")).await.bytes, SAMPLE);
}

#[tokio::test(flavor = "multi_thread")]
async fn t3_what_cannot_be_drawn_is_said_before_sending() {
    let scene = Scene::shared().await;
    let id = scene.draft("FONT-1").await;
    let pdf = pdfs::without_font();
    scene.put(&id, &pdf).await;
    let page = looked_through(&scene.sato, &format!("/cases/{id}/compose")).await;
    let said = page.find("フォント「HeiseiMin-W3").expect("the font that is not embedded is named");
    assert!(page[said..].contains("が埋め込まれていません"));
    let send = page
        .find("/read\"")
        .or_else(|| page.find("data-act=\"case.send\""))
        .expect("the way on");
    assert!(said < page.len() && send > 0);
    // The signer is told as well, beside the pages; and the bytes are not converted.
    let read = looked_through(&scene.tanaka, &format!("/cases/{id}/read")).await;
    assert!(read.contains("フォント「HeiseiMin-W3"), "the reader is told");
    assert_eq!(scene.sato.get(&format!("/cases/{id}/file/uploaded")).await.bytes, pdf);
    // A file that brings its fonts is not suspected.
    let id = scene.draft("FONT-2").await;
    scene.put(&id, SAMPLE).await;
    let page = looked_through(&scene.sato, &format!("/cases/{id}/compose")).await;
    assert!(!page.contains("が埋め込まれていません"));
    // The boxes at its foot are drawn where marks stand by default: they have moved to blank paper, and the page says where they are.
    assert!(
        page.contains("白いところにあります") && page.contains("1ページ　左から 15 mm・上から"),
        "{page}"
    );
}

const FONT: &str = "フォント「HeiseiMin-W3";

/// What the form of this page says it told.
fn told(page: &str) -> String {
    between(page, "name=\"told\" value=\"", "\"")
        .expect("a form that says what it told")
        .to_owned()
}

/// The button did not go through: the page comes again, says so, and names the font before the button.
fn stopped(page: &Page, not_yet: &str, button: &str) -> String {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.to);
    assert!(
        page.text.contains(&format!("お知らせすることが見つかりました。{not_yet}")),
        "{}",
        page.text
    );
    let (said, pressed) = (page.text.find(FONT), page.text.find(&format!("data-act=\"{button}\"")));
    assert!(said.is_some() && said < pressed, "{said:?} {pressed:?}");
    told(&page.text)
}

/// The hash of a stage of the file.
async fn sha_of(scene: &Scene, id: &str, name: &str) -> String {
    let case = scene.seen_by_a(id).await;
    stage(&case, name)["sha256"].as_str().expect("a hash").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn t3_who_signs_or_sends_before_the_pages_are_looked_through_is_told_first() {
    let scene = Scene::shared().await;
    let id = scene.draft("FONT-3").await;
    scene.put(&id, &pdfs::without_font()).await;

    // A form from before anything was found, none at all, and one that says something else: nothing is signed.
    let sha = sha_of(&scene, &id, "0-registered").await;
    let signature = format!("/cases/{id}/signature");
    let mut heard = String::new();
    for form in [vec![], vec![("told", "")], vec![("told", "0123456789abcdef")]] {
        let form = [vec![("sha256", sha.as_str()), ("words", WORDS_A)], form].concat();
        let page = scene.tanaka.post(&signature, &form).await;
        heard = stopped(&page, "まだ署名していません。", "case.sign");
        assert!(!page.text.contains("words-err"), "it is not the secret that is wrong");
    }
    let case = scene.seen_by_a(&id).await;
    assert!(case["state"] == "draft" && case["a_signed"].is_null(), "{case}");
    let form = [("sha256", sha.as_str()), ("words", WORDS_A), ("told", &heard)];
    let signed = scene.tanaka.post(&signature, &form).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
    assert!(scene.seen_by_a(&id).await["a_signed"].is_string());

    // The signed file is another one: who sends it is told as well, by a page that shows it beside the button.
    let send = format!("/cases/{id}/send");
    let heard = stopped(&scene.sato.post(&send, &[]).await, "まだ送っていません。", "case.send");
    assert_ne!(scene.seen_by_a(&id).await["state"], "waiting");
    let page = looked_through(&scene.sato, &format!("/cases/{id}")).await;
    let said = page.find(FONT).expect("the font is named");
    let button = page.find("data-act=\"case.send\"").expect("the button");
    assert!(said < button && told(&page) == heard, "{page}");
    let sent = scene.sato.post(&send, &[("told", &heard)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert_eq!(scene.seen_by_a(&id).await["state"], "waiting");

    // The other side, by whatever way it signs.
    let sha = sha_of(&scene, &id, "1-signed-a").await;
    let b = &scene.yamamoto;
    let page = b.post(&format!("/cases/{id}/agent"), &[("sha256", &sha)]).await;
    stopped(&page, "まだ署名していません。", "case.sign");
    let back = b
        .upload(&format!("/cases/{id}/signed-file"), &[], ("pdf", "契約書.pdf", SAMPLE))
        .await;
    let heard = stopped(&back, "署名したPDFは、まだ受け取っていません。", "case.sign");
    let back = b
        .upload(
            &format!("/cases/{id}/signed-file"),
            &[("told", &heard)],
            ("pdf", "契約書.pdf", SAMPLE),
        )
        .await;
    assert!(back.text.contains("not_a_continuation"), "it is looked at: {}", back.text);
    let form = [("sha256", sha.as_str()), ("words", WORDS_B), ("told", &heard)];
    let signed = b.post(&format!("/cases/{id}/signature"), &form).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn t3_where_nothing_is_found_nobody_is_stopped_and_the_api_tells_what_is_found() {
    let scene = Scene::shared().await;
    let api = scene.api("sato").await;
    // Nobody has opened a page of it: the form says nothing, and it goes through.
    let id = scene.draft("FONT-4").await;
    scene.put(&id, SAMPLE).await;
    let sha = sha_of(&scene, &id, "0-registered").await;
    let form = [("sha256", sha.as_str()), ("words", WORDS_A), ("told", "")];
    let signed = scene.tanaka.post(&format!("/cases/{id}/signature"), &form).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
    let sent = scene.sato.post(&format!("/cases/{id}/send"), &[("told", "")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let found = api.get(&format!("/api/cases/{id}/findings")).await.body;
    assert_eq!(
        (&found["findings"], &found["pages"], &found["next"]),
        (&serde_json::json!([]), &1.into(), &serde_json::Value::Null)
    );

    let id = scene.draft("FONT-5").await;
    scene.put(&id, &pdfs::without_font()).await;
    let findings = format!("/api/cases/{id}/findings");
    let found = api.get(&findings).await.body;
    let of = sha_of(&scene, &id, "0-registered").await.into();
    let fact = &found["findings"][0];
    assert_eq!(
        (&found["sha256"], &fact["code"], &fact["pages"]),
        (&of, &"font_not_embedded".into(), &serde_json::json!([1])),
        "{found}"
    );
    let sentence = fact["sentence"].as_str().unwrap();
    let page = looked_through(&scene.tanaka, &format!("/cases/{id}/read")).await;
    assert!(
        sentence.starts_with(FONT) && page.contains(sentence),
        "the page and the API say the same: {sentence}"
    );
    // By the API it goes on as before: who calls it asks by himself.
    sign(&scene.tanaka, &id, WORDS_A).await;
    let sent = api
        .send(reqwest::Method::POST, &format!("/api/cases/{id}/send"), "", Vec::new())
        .await;
    assert!(sent.status.is_success(), "{}", sent.body);

    let id = scene.draft("FONT-6").await;
    scene.put(&id, &pdfs::pages(3)).await;
    for (query, [from, to], next) in [
        ("", [1, 3], None),
        ("?from=2&limit=1", [2, 2], Some(3)),
        ("?from=0&limit=0", [1, 1], Some(2)),
    ] {
        let found = api.get(&format!("/api/cases/{id}/findings{query}")).await.body;
        let said = (&found["from"], &found["to"], found["next"].as_u64());
        assert_eq!(said, (&from.into(), &to.into(), next), "{query}: {found}");
    }
    // Nothing is said of pages that are not there.
    for from in [4, 9, usize::MAX] {
        let past = api.get(&format!("/api/cases/{id}/findings?from={from}")).await;
        let said = (past.status, past.body["code"].as_str());
        assert_eq!(said, (StatusCode::UNPROCESSABLE_ENTITY, Some("bad_entry")), "{from}: {}", past.body);
    }
    assert_eq!(
        api.get(&format!("/api/cases/{id}/findings?to=2")).await.status,
        StatusCode::BAD_REQUEST
    );

    // What is asked across two of the parts that are looked at at once is answered in one.
    let id = scene.draft("FONT-7").await;
    scene.put(&id, &pdfs::pages(130)).await;
    for (query, [from, to], next) in [("?from=59&limit=4", [59, 62], Some(63)), ("?from=121", [121, 130], None)] {
        let path = format!("/api/cases/{id}/findings{query}");
        let found = until("these pages are looked through", async || {
            let found = api.get(&path).await;
            (found.status != StatusCode::SERVICE_UNAVAILABLE).then_some(found.body)
        })
        .await;
        let said = (&found["from"], &found["to"], found["next"].as_u64());
        assert_eq!(said, (&from.into(), &to.into(), next), "{query}: {found}");
    }
}
