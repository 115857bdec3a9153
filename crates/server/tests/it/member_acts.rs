//! What members do by the pages beside the plain way: a token with the agent, a file signed outside, 謝絶, 取下げ.

use reqwest::StatusCode;

use crate::{
    bar::{AT_B, MAILS_A, MAILS_B, Scene, until},
    browser::between,
    token::Token,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_enrolled_and_signs_by_the_code_of_a_page_and_outside() {
    let scene = Scene::open().await;
    let b = &scene.yamamoto;
    let (token, [_, code, _]) = Token::enrolled(&scene.served, b, "yamamoto", "YAMAMOTO Kenta").await;
    let shown = b.get("/certificate").await.text;
    assert!(shown.contains("お手元のトークン") && shown.contains("署名の合言葉で使う"));
    // A code is good once: the page that shows it says so, and the agent is told.
    let again = token
        .agent(&scene.served, &["enrol", "--key", "p256"], &code)
        .wait_with_output()
        .unwrap();
    assert!(!again.status.success() && !String::from_utf8_lossy(&again.stderr).is_ascii());

    // A key that the two have not agreed on is not offered: the page names the certificate that will be used.
    let id = scene.case(AT_B).await;
    let read = b.get(&format!("/cases/{id}/read")).await.text;
    assert!(read.contains("署名の合言葉（5語）") && !read.contains("data-act=\"case.sign_with_agent\""));

    // By the page and the agent.
    scene.agree_on_tokens().await;
    let id = scene.sent("AGENT-1").await;
    let read = b.get(&format!("/cases/{id}/read")).await.text;
    assert!(
        read.contains("電子証明書はお手元のトークンの中にあります"),
        "the newest certificate is used"
    );
    let sha = between(&read, "name=\"sha256\" value=\"", "\"").unwrap().to_owned();
    let unseen = b.post(&format!("/cases/{id}/agent"), &[("sha256", "00")]).await;
    assert!(unseen.status == StatusCode::UNPROCESSABLE_ENTITY && unseen.text.contains("署名はしていません"));
    let shown = b.post(&format!("/cases/{id}/agent"), &[("sha256", &sha)]).await;
    assert!(shown.status.is_success() && shown.text.contains("一度だけ使えます"));
    let code = between(&shown.text, "id=\"code\">", "<").unwrap().to_owned();
    Token::ended(token.agent(&scene.served, &["sign"], &code));
    let signed = b.get(&format!("/cases/{id}")).await.text;
    assert!(signed.contains("まだ返送していません") && signed.contains("data-act=\"case.return\""));
    assert_eq!(b.post(&format!("/cases/{id}/return"), &[]).await.status, StatusCode::SEE_OTHER);
    until("the three lights", async || {
        let page = scene.sato.get(&format!("/cases/{id}")).await.text;
        (page.matches("data-lit=\"yes\"").count() == 3).then_some(())
    })
    .await;

    // Outside: received, signed with another program, handed back by the page.
    let id = scene.sent("OUTSIDE-1").await;
    let pdf = b.get(&format!("/cases/{id}/file/newest")).await.bytes;
    let back = format!("/cases/{id}/signed-file");
    let nothing = b.upload(&back, &[], ("other", "x.pdf", b"x")).await;
    assert!(nothing.text.contains("署名済みのPDFが選ばれていません"));
    let same = b.upload(&back, &[], ("pdf", "契約書.pdf", &pdf)).await;
    assert!(same.status == StatusCode::UNPROCESSABLE_ENTITY && same.text.contains("署名が追加されていません"));
    let signed = token.sign_outside(&pdf, "SignatureB");
    let put = b.upload(&back, &[], ("pdf", "契約書.pdf", &signed)).await;
    assert_eq!(
        (put.status, put.to),
        (StatusCode::SEE_OTHER, format!("/cases/{id}/signatures")),
        "{}",
        put.text
    );
    let told = b.get(&format!("/cases/{id}/signatures")).await.text;
    assert!(
        told.contains("このPDFには署名が2つあります") && told.contains("案件に戻って、返送する"),
        "{told}"
    );
    let kept = b.get(&format!("/cases/{id}/file/newest")).await.bytes;
    assert!(kept.starts_with(&signed), "what came from outside stays, byte for byte");
    assert_eq!(b.post(&format!("/cases/{id}/return"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(scene.sato.get(&format!("/cases/{id}")).await.text.contains("成立しました。"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_refused_and_one_is_withdrawn_with_their_reasons() {
    let scene = Scene::shared().await;
    let (a, b) = (&scene.sato, &scene.yamamoto);

    // 謝絶 by B.
    let id = scene.sent("REFUSE-1").await;
    let page = format!("/cases/{id}/refusal");
    assert!(b.get(&page).await.text.contains("謝絶すると、この案件は終わります"));
    assert_eq!(a.get(&page).await.status, StatusCode::CONFLICT, "it is not A's to refuse");
    assert_eq!(a.post(&page, &[("reason", "x")]).await.status, StatusCode::FORBIDDEN);
    let empty = b.post(&page, &[("reason", "")]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.text.contains("謝絶すると"));
    assert_eq!(b.post(&page, &[("reason", "金額が合いません")]).await.status, StatusCode::SEE_OTHER);
    for side in [a, b] {
        let told = side.get(&format!("/cases/{id}")).await.text;
        assert!(told.contains("謝絶") && told.contains("金額が合いません") && told.contains("data-state=\"refused\""));
        assert!(!told.contains("data-act=\"case.sign") && !told.contains("data-act=\"case.return\""));
    }
    assert_eq!(b.post(&page, &[("reason", "もう一度")]).await.status, StatusCode::CONFLICT, "once");
    assert!(told(&scene, MAILS_A, "金額が合いません").await);

    // 取下げ by A, until B has signed.
    let id = scene.sent("WITHDRAW-1").await;
    let page = format!("/cases/{id}/withdrawal");
    assert_eq!(b.get(&page).await.status, StatusCode::CONFLICT);
    assert_eq!(b.post(&page, &[("reason", "x")]).await.status, StatusCode::FORBIDDEN);
    assert!(a.get(&page).await.text.contains("取下げると、この案件は終わります"));
    assert_eq!(a.post(&page, &[("reason", "工期を見直します")]).await.status, StatusCode::SEE_OTHER);
    for side in [a, b] {
        let told = side.get(&format!("/cases/{id}")).await.text;
        assert!(told.contains("取下げ") && told.contains("工期を見直します") && told.contains("data-state=\"withdrawn\""));
    }
    // The list tells how many had signed: here one; of a draft that nobody signed none.
    let draft = scene.draft("WITHDRAW-0").await;
    assert_eq!(
        a.post(&format!("/cases/{draft}/withdrawal"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    let closed = a.get("/cases?show=closed").await.text;
    for (id, signed) in [(&id, "1/2署名済"), (&draft, "0/2署名済")] {
        let row = between(&closed, &format!("href=\"/cases/{id}\""), "</tr>").expect("a row");
        assert!(row.contains(signed), "{signed}: {row}");
    }
    let read = b.get(&format!("/cases/{id}/read")).await.text;
    assert!(!read.contains("data-act=\"case.sign\""), "what was withdrawn is read, not signed");
    let late = b
        .post(
            &format!("/cases/{id}/signature"),
            &[("sha256", "00"), ("words", crate::bar::WORDS_B)],
        )
        .await;
    assert!(late.status.is_client_error() && late.text.contains("取下げ"), "{}", late.text);
    assert!(told(&scene, MAILS_B, "工期を見直します").await);

    // Once B has signed, it is too late.
    let id = scene.sent("WITHDRAW-2").await;
    scene.sign_b(&id).await;
    let late = a.post(&format!("/cases/{id}/withdrawal"), &[("reason", "遅い")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(
        b.get(&format!("/cases/{id}")).await.text.contains("data-act=\"case.return\""),
        "nothing has changed"
    );
}

/// A mail with the reason reaches the other side.
async fn told(scene: &Scene, to: &str, reason: &str) -> bool {
    until("the mail", async || {
        let mails = scene.mails(to).await;
        mails.iter().any(|(_, text)| text.contains(reason)).then_some(true)
    })
    .await
}
