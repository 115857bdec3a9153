//! T10: mails name company and title in their subject, at most four a contract; what was previewed is what goes out; a file keeps one
//! extension.

use super::scene::{CONCLUDED, MAILS_B, SAMPLE, Scene, until};
use crate::browser::between;

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
    let scene = Scene::open().await;
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
    let asked = mails
        .iter()
        .filter(|(subject, _)| *subject == format!("【あおば建設株式会社】「{CONCLUDED}」への署名のお願い"));
    assert_eq!(asked.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn t10_the_mail_that_was_looked_at_is_the_mail_that_goes_out() {
    let scene = Scene::open().await;
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

#[tokio::test(flavor = "multi_thread")]
async fn t10_a_downloaded_file_has_one_extension() {
    let scene = Scene::open().await;
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
