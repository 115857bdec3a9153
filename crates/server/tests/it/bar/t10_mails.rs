//! T10: mails name company and title in their subject, at most four a contract; what was previewed is what goes out; a file keeps one
//! extension.

use super::scene::{CONCLUDED, MAILS_B, SAMPLE, Scene, WORDS_A, sign, until};
use crate::{browser::between, proof::decoded};

/// As the browser shows what stands in a page.
fn shown(html: &str) -> String {
    html.replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#60;", "<")
        .replace("&lt;", "<")
        .replace("&#62;", ">")
        .replace("&gt;", ">")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
}

#[tokio::test(flavor = "multi_thread")]
async fn t10_a_contract_needs_four_mails_at_most_and_each_is_named_by_company_and_title() {
    let scene = Scene::shared().await;
    let about = async |title: &str| {
        let mut mails = scene.mails("").await;
        mails.retain(|(subject, text)| subject.contains(title) || text.contains(title));
        mails
    };
    let mails = until("the mails of a concluded contract", async || {
        let mails = about(CONCLUDED).await;
        (mails.iter().filter(|(subject, _)| subject.contains("契約完了")).count() == 2).then_some(mails)
    })
    .await;
    assert!(mails.len() <= 4, "{} mails: {mails:?}", mails.len());
    for (subject, text) in &mails {
        assert!(
            subject.starts_with('【') && subject.contains(&format!("】「{CONCLUDED}」")),
            "{subject}"
        );
        assert!(!text.contains("http"), "no link that acts: {text}");
    }
    // The one mail that asks for something names the day until which it asks.
    let case = scene.seen_by_a(&scene.case(CONCLUDED).await).await;
    let until = deadline(&case);
    let asked = mails
        .iter()
        .filter(|(subject, _)| *subject == format!("【あおば建設株式会社】「{CONCLUDED}」への署名のお願い（期限 {until}）"));
    assert_eq!(asked.count(), 1, "{mails:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn t10_the_mail_that_was_looked_at_is_the_mail_that_goes_out() {
    let scene = Scene::shared().await;
    let id = scene.draft("MAIL-1").await;
    scene.put(&id, SAMPLE).await;
    let page = scene.sato.get(&format!("/cases/{id}/compose")).await.text;
    let letter = shown(between(&page, "<pre class=\"letter\">", "</pre>").expect("a preview"));
    let title = "試験 MAIL-1";
    assert!(shown(&page).contains(&format!("【あおば建設株式会社】「{title}」への署名のお願い")));
    let sent = scene.sent("MAIL-2").await;
    let mail = until("the mail", async || {
        let mails = scene.mails(MAILS_B).await;
        mails.into_iter().find(|(subject, _)| subject.contains("MAIL-2"))
    })
    .await;
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    assert_eq!(plain(&mail.1), plain(&letter.replace("MAIL-1", "MAIL-2")));
    assert!(scene.sato.get(&format!("/cases/{sent}")).await.status.is_success());
}

/// The deadline of a case as a mail of the day on which it was registered names it: 「11月30日(月)」.
fn deadline(case: &serde_json::Value) -> String {
    let created = foundation::Instant::parse_rfc3339(case["created"].as_str().unwrap()).unwrap();
    contracts::deadline::said(case["reply_by"].as_str().unwrap().parse().unwrap(), created.date_in_japan())
}

#[tokio::test(flavor = "multi_thread")]
async fn t10_the_deadline_stands_in_subject_text_and_html_as_it_was_previewed() {
    let scene = Scene::shared().await;
    let form = scene.sato.get("/cases/new").await.text;
    let day = between(&form, "name=\"reply_by\" type=\"date\" value=\"", "\"")
        .expect("a day")
        .to_owned();
    let id = scene.draft_until("MAIL-3", serde_json::json!(day)).await;
    scene.put(&id, SAMPLE).await;
    let until = deadline(&scene.seen_by_a(&id).await);
    let subject = format!("【あおば建設株式会社】「試験 MAIL-3」への署名のお願い（期限 {until}）");
    let line = format!("返送の期限: {}", japan::day(day.parse().unwrap()));
    let draft = shown(&scene.sato.get(&format!("/cases/{id}/compose")).await.text);
    assert!(draft.contains(&subject) && draft.contains(&line), "the preview of a draft");
    sign(&scene.tanaka, &id, WORDS_A).await;
    let page = shown(&scene.sato.get(&format!("/cases/{id}")).await.text);
    let plain = between(&page, "<pre class=\"letter\">", "</pre>").expect("the text").to_owned();
    let html = between(&page, "data-part=\"html\">", "</div>").expect("the HTML part").to_owned();
    assert!(
        page.contains(&subject) && plain.contains(&line) && html.contains(&line),
        "the preview before sending"
    );
    let sent = scene.sato.post(&format!("/cases/{id}/send"), &[]).await;
    assert_eq!(sent.status, reqwest::StatusCode::SEE_OTHER, "{}", sent.text);
    let parts = decoded(&until_sent(&scene, &subject).await.replace("\r\n", "\n")).replace("\r\n", "\n");
    assert!(parts.contains(plain.trim()), "{parts}");
    assert_eq!(parts.matches(&line).count(), 2, "text and HTML: {parts}");
}

/// The mail with this subject, as it went out.
async fn until_sent(scene: &Scene, subject: &str) -> String {
    until("the mail", async || {
        let mails = scene.served.nobody().get("/demo/outbox").await.body;
        let mail = mails.as_array().unwrap().iter().find(|mail| mail["subject"] == subject)?;
        mail["raw"].as_str().map(str::to_owned)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn t10_a_downloaded_file_has_one_extension() {
    let scene = Scene::shared().await;
    for number in ["NAME-1", "NAME-2.pdf", "NAME-3.PDF"] {
        let id = scene.draft(number).await;
        scene.put(&id, SAMPLE).await;
        let name = scene.sato.file_name(&format!("/cases/{id}/file/newest")).await;
        assert_eq!(name.to_lowercase(), format!("{}.pdf", &number[..6].to_lowercase()), "{name}");
    }
    let keeper = crate::browser::Browser::of(&scene.served, "kimura").await;
    for name in ["mitsumori.pdf", "mitsumori.PDF", "zumen.dwg"] {
        let put = keeper.upload("/deposits/new", &[], ("file", name, SAMPLE)).await;
        assert_eq!(keeper.file_name(&format!("{}/original", put.to)).await, name);
    }
}
