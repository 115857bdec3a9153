//! T6: a PDF that is signed already: its signatures are judged first; what can be signed on top is signed by an increment, what cannot is
//! refused with the reason.

use reqwest::StatusCode;

use super::scene::{SAMPLE, Scene};
use crate::{
    browser::Page,
    token::{self, Token},
};

fn refused(page: &Page, words: &[&str]) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
    for word in words {
        assert!(page.text.contains(word), "{word} is not said: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t6_a_signed_file_is_judged_first_and_signed_on_top_or_refused_with_the_reason() {
    let scene = Scene::open().await;
    scene.agree_on_tokens().await;
    let id = scene.draft("SIGNED-1").await;
    let document = format!("/cases/{id}/document");
    let put = async |pdf: &[u8]| scene.sato.upload(&document, &[], ("pdf", "署名済み.pdf", pdf)).await;
    let (token, _) = Token::enrolled(&scene.served, &scene.tanaka, "tanaka", "TANAKA Ichiro").await;
    let signed = token.sign_outside(SAMPLE, "A");

    // Refused, each with what is the matter; the draft waits.
    let foreign = token::forged(SAMPLE, "鈴木 花子", "Elsewhere");
    refused(&put(&foreign).await, &["Elsewhere", "鈴木 花子", "認証局のものではありません"]);
    let certified = token.certify_outside(SAMPLE, "Last");
    refused(
        &put(&certified).await,
        &["Last", "以後の署名を禁止しています", "DocMDP", "署名後に文書をロックする"],
    );
    let mut altered = signed.clone();
    let at = altered
        .windows(6)
        .position(|window| window == b"Typst ")
        .expect("the name of a tool");
    altered[at] ^= 1;
    let said = put(&altered).await;
    assert!(
        said.status == StatusCode::UNPROCESSABLE_ENTITY && said.text.contains("有効ではありません"),
        "{}",
        said.text
    );
    let case = scene.seen_by_a(&id).await;
    assert_eq!(
        (&case["state"], case["stages"].as_array().map(Vec::len)),
        (&"draft".into(), Some(0))
    );

    // Taken: the verdict stands first, nobody is asked to sign again, B signs on top.
    assert_eq!(put(&signed).await.status, StatusCode::SEE_OTHER);
    let page = scene.sato.get(&format!("/cases/{id}")).await.text;
    assert!(
        page.contains("田中 一郎 が署名") && page.contains("data-act=\"case.send\""),
        "{page}"
    );
    assert_eq!(scene.sato.get(&format!("/cases/{id}/file/uploaded")).await.bytes, signed);
    assert_eq!(
        scene.sato.post(&format!("/cases/{id}/send"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    scene.sign_b(&id).await;
    scene.return_b(&id).await;
    scene.kept(&id).await;
    let concluded = scene.yamamoto.get(&format!("/cases/{id}/file/3-concluded")).await.bytes;
    assert!(concluded.starts_with(&signed), "what was signed outside stays, byte for byte");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("concluded.pdf");
    std::fs::write(&file, concluded).unwrap();
    let judged = testkit::tool("pdfsig").arg("-nocert").arg(&file).output().unwrap();
    let judged = String::from_utf8_lossy(&judged.stdout).into_owned();
    assert!(
        judged.matches("Signature is Valid.").count() >= 2 && !judged.contains("Invalid"),
        "{judged}"
    );
}
