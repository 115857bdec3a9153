//! T6: a PDF that is signed already: its signatures are judged first; what can be signed on top is signed by an increment, what cannot is
//! refused with the reason.

use reqwest::{Method, StatusCode};

use super::scene::{SAMPLE, Scene};
use crate::{
    browser::{Browser, Page, between},
    token::{self, Token},
};

fn refused(page: &Page, words: &[&str]) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text);
    says(&page.text, words);
    // The signatures that it brought and their verdict come first, then that it was not taken.
    says(&page.text, &["置かれたPDFには署名が1つあります"]);
    let place = |words: &str| page.text.find(words);
    assert!(place("id=\"signatures\"") < place("このPDFは受け取っていません"), "{}", page.text);
}

fn says(page: &str, words: &[&str]) {
    for word in words {
        assert!(page.contains(word), "{word} is not said: {page}");
    }
}

/// The card of the signatures on a page.
fn card(page: &str) -> &str {
    between(page, "id=\"signatures\"", "</section>").unwrap_or_else(|| panic!("no signatures on {page}"))
}

/// The same card, on its own page and for each side.
async fn told_alike(people: &[&Browser], address: &str) {
    for person in people {
        let page = person.get(address).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        says(card(&page.text), &["このPDFには署名が1つあります", "田中 一郎"]);
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
    let said = put(&foreign).await;
    refused(
        &said,
        &[
            "Elsewhere",
            "鈴木 花子",
            "認証局のものではありません",
            "「無効」という意味ではありません",
        ],
    );
    let told = card(&said.text);
    assert!(
        told.contains("data-state=\"undecided\"") && !told.contains("data-state=\"altered\""),
        "{told}"
    );
    let certified = token.certify_outside(SAMPLE, "Last");
    let said = put(&certified).await;
    refused(&said, &["Last", "以後の署名を禁止しています", "DocMDP", "署名後に文書をロックする"]);
    let breaks = "田中 一郎（あおば建設株式会社）の署名（署名欄「Last」）が壊れます";
    says(card(&said.text), &["data-cause", "このPDFの上には、署名を重ねられません", breaks]);
    let mut altered = signed.clone();
    let at = altered
        .windows(6)
        .position(|window| window == b"Typst ")
        .expect("the name of a tool");
    altered[at] ^= 1;
    let said = put(&altered).await;
    refused(&said, &["有効ではありません"]);
    says(card(&said.text), &["data-state=\"altered\"", "改ざん検知", "data-cause"]);
    // The API tells the same with the refusal.
    let sato = scene.api("sato").await;
    let told = sato
        .send(Method::PUT, &format!("/api{document}"), "application/pdf", foreign.clone())
        .await;
    let brought = &told.body["facts"]["signatures"];
    assert_eq!(
        (told.problem(), &brought[0]["indication"], &brought[0]["sub_indication"]),
        ("ca_not_agreed", &"INDETERMINATE".into(), &"NO_CERTIFICATE_CHAIN_FOUND".into()),
        "{}",
        told.body
    );
    let case = scene.seen_by_a(&id).await;
    assert_eq!(
        (&case["state"], case["stages"].as_array().map(Vec::len)),
        (&"draft".into(), Some(0))
    );

    // Taken: the verdict stands first, nobody is asked to sign again, B signs on top.
    let taken = put(&signed).await;
    assert_eq!((taken.status, taken.to), (StatusCode::SEE_OTHER, format!("/cases/{id}#signatures")));
    let page = scene.sato.get(&format!("/cases/{id}")).await.text;
    assert!(
        page.contains("田中 一郎 が署名") && page.contains("data-act=\"case.send\""),
        "{page}"
    );
    says(
        card(&page),
        &[
            "このPDFには署名が1つあります",
            "この文書は、署名された時のままです",
            "田中 一郎<small>あおば建設株式会社</small>",
            "<dt>認証局</dt><dd>CECSIGN",
            "証明された時刻",
            " 日本時間(UTC+9)</time>",
            "証明ではありません",
            "PAdES B-LT",
            "前の署名は壊れません",
        ],
    );
    assert!(
        !card(&page).contains("data-line=\"no\"") && !card(&page).contains("data-cause"),
        "{page}"
    );
    assert!(page.find("id=\"signatures\"") < page.find("契約の要点"), "it stands first: {page}");
    assert_eq!(scene.sato.get(&format!("/cases/{id}/file/uploaded")).await.bytes, signed);
    assert_eq!(
        scene.sato.post(&format!("/cases/{id}/send"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    let signatures = format!("/cases/{id}/signatures");
    told_alike(&[&scene.sato, &scene.tanaka, &scene.yamamoto], &signatures).await;
    told_alike(&[&scene.yamamoto], &format!("/cases/{id}")).await;
    // B's file is told in the same way when it is not taken.
    let back = format!("/cases/{id}/signed-file");
    let said = scene.yamamoto.upload(&back, &[], ("pdf", "返送.pdf", &foreign)).await;
    refused(
        &said,
        &["鈴木 花子", "受け取れない理由は、いまある署名ではありません", "続きではありません"],
    );
    scene.sign_b(&id).await;
    let page = scene.yamamoto.get(&signatures).await.text;
    says(card(&page), &["このPDFには署名が2つあります", "田中 一郎", "山本 健太"]);
    assert!(
        !card(&page).contains("前の署名は壊れません"),
        "no further signature follows: {page}"
    );
    // A does not see B's signature before it is returned.
    told_alike(&[&scene.sato], &signatures).await;
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
