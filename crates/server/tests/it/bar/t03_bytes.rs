//! T3: what is uploaded stays bit-identical, its hash is shown at once, pictures are separate, and what of a page cannot be drawn is said
//! before anything is sent.

use sha2::{Digest, Sha256};

use super::{
    pdfs,
    scene::{SAMPLE, Scene, until},
};
use crate::browser::{Browser, between};

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
