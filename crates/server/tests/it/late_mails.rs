//! A mail that does not arrive: told on the case, in the lists and on the operator's page, with its cause and what to do; sent again by
//! whoever may.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::StatusCode;
use testkit::SmtpSink;

use crate::{
    bar::{Scene, until},
    browser::{Browser, between},
    deadline::in_days,
    harness::Served,
};

/// The first cases in a demo whose mails go to a mail server.
async fn with_mail_server() -> (tempfile::TempDir, Scene, SmtpSink) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut first = Served::start_again(&data, &[]).await;
    first.first_cases().await;
    first.end();
    let sink = SmtpSink::start().await;
    let served = Served::start_again(&data, &["--smtp", &format!("smtp://127.0.0.1:{}", sink.port)]).await;
    (folder, Scene::at(served).await, sink)
}

/// The text of a mail, as its parts in base64 say it.
fn said(mail: &[u8]) -> String {
    let raw = String::from_utf8_lossy(mail).replace("\r\n", "\n");
    let parts = raw.split("\n\n").filter_map(|part| {
        let part = part.split("\n--").next().unwrap_or_default();
        String::from_utf8(STANDARD.decode(part.replace('\n', "")).ok()?).ok()
    });
    parts.collect()
}

/// The notice of the case, once it is there.
async fn notice(who: &Browser, id: &str) -> String {
    until("the notice of a mail that did not arrive", async || {
        let page = who.get(&format!("/cases/{id}")).await.text;
        let notice = between(&page, "data-code=\"mail_undelivered\"", "案件そのものは")?;
        Some(notice.to_owned())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_is_told_with_cause_and_next_step_and_goes_again() {
    let (_folder, scene, sink) = with_mail_server().await;
    sink.answer_next(&["550 5.1.1 nobody here"]);
    let id = scene.sent("LATE-1").await;
    let page = format!("/cases/{id}");

    // A learns why and what he can do, not where it went.
    let told = notice(&scene.sato, &id).await;
    assert!(
        told.contains("data-cause=\"recipient\"") && told.contains("宛先のアドレスが受け付けられません"),
        "{told}"
    );
    assert!(
        told.contains("「署名のお願い」のメールが、取引先に届きませんでした") && told.contains("正しいものに直すよう"),
        "{told}"
    );
    assert!(!told.contains("midori"), "the other side's address: {told}");
    let list = scene.sato.get("/cases").await.text;
    assert!(list.contains("メールが届いていません（宛先が違うようです）"), "{list}");
    let office = Browser::of(&scene.served, "suzuki").await;
    assert!(
        office
            .get("/company")
            .await
            .text
            .contains("メールが届いていません（宛先が違うようです）")
    );
    // B is told which address of his own it is.
    let own = notice(&scene.yamamoto, &id).await;
    assert!(
        own.contains("@midori.example.jp") && own.contains("正しいアドレスに直すよう、ヘルプデスクに"),
        "{own}"
    );

    // Again: by a clerk of either side only, and only what was refused.
    let mail = between(&told, "name=\"mail\" value=\"", "\"").expect("the button").to_owned();
    let again = format!("{page}/mail-again");
    let entry = [("mail", mail.as_str())];
    assert!(
        !notice(&scene.tanaka, &id).await.contains("case.mail_again"),
        "who only signs has no button"
    );
    assert_eq!(scene.tanaka.post(&again, &entry).await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.post(&again, &entry).await.status, StatusCode::FORBIDDEN);
    let stranger = Browser::of(&scene.served, "takahashi").await;
    assert_eq!(stranger.post(&again, &entry).await.status, StatusCode::NOT_FOUND);
    assert!(sink.mails().is_empty(), "nobody of them sent anything");
    let other = scene.draft("LATE-2").await;
    let foreign = scene.sato.post(&format!("/cases/{other}/mail-again"), &entry).await;
    assert_eq!(foreign.status, StatusCode::CONFLICT, "a mail of another case");
    // What was written when it was sent is not what holds any more: the mail tells the deadline of today.
    let day = in_days(&scene, 20).await;
    let moved = scene.sato.post(&format!("{page}/deadline"), &[("reply_by", &day)]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text);
    let pressed = scene.sato.post(&again, &entry).await;
    assert_eq!((pressed.status, pressed.to), (StatusCode::SEE_OTHER, page.clone()));
    until("the mail", async || (!sink.mails().is_empty()).then_some(())).await;
    let text = said(&sink.mails()[0]);
    assert!(
        text.contains(&format!("返送の期限: {}", japan::day(day.parse().unwrap()))),
        "{text}"
    );
    until("the notice to go", async || {
        let page = scene.sato.get(&page).await.text;
        (!page.contains("mail_undelivered")).then_some(())
    })
    .await;
    let twice = scene.sato.post(&again, &entry).await;
    assert!(
        twice.status == StatusCode::CONFLICT && twice.text.contains("送り直す必要がありません"),
        "{}",
        twice.text
    );
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sees_each_cause_and_what_to_do_and_a_fault_of_the_server_ends_no_mail() {
    let (_folder, scene, sink) = with_mail_server().await;
    let nakamura = Browser::of(&scene.served, "nakamura").await;
    let row = async |cause: &str| {
        until(cause, async || {
            let page = nakamura.get("/operator/mail").await.text;
            let row = page.split("<tr ").find(|row| row.contains(&format!("data-cause=\"{cause}\"")))?;
            Some(row.to_owned())
        })
        .await
    };
    sink.answer_next(&["552 5.2.2 over quota"]);
    scene.sent("LATE-3").await;
    let full = row("mailbox_full").await;
    assert!(
        full.contains("data-state=\"refused\"") && full.contains("受信箱がいっぱい") && full.contains("data-act=\"mail.again\""),
        "{full}"
    );
    assert!(full.contains("over quota"), "what the server said is kept beside");
    // The sender is the operator's affair: the mail waits until it is mended.
    sink.answer("MAIL", &["553 5.1.8 not you"]);
    scene.sent("LATE-4").await;
    let sender = row("sender").await;
    assert!(
        sender.contains("data-state=\"waiting\"") && sender.contains("差出人を、") && sender.contains("自動で送り直します"),
        "{sender}"
    );
    scene.later("PT1H").await;
    until("the mail that waited", async || (!sink.mails().is_empty()).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mails_of_the_demo_tell_whose_desk_it_was_its_address_and_the_second() {
    let scene = Scene::shared().await;
    let page = scene.sato.get("/demo/mails").await.text;
    let main = between(&page, "<main", "</main>").expect("a page");
    let line = main
        .split("<summary>")
        .skip(1)
        .find(|line| line.contains("への署名のお願い") && line.contains("koji@midori.example.jp"))
        .expect("the mail that asks B");
    let line = line.split("</summary>").next().unwrap();
    assert!(line.contains("株式会社みどり工務店　工事部"), "{line}");
    let time = line.rsplit("class=\"nb\">").next().and_then(|rest| rest.split('<').next()).unwrap();
    let clock = time.rsplit(' ').next().unwrap();
    assert!(
        time.contains('年') && clock.len() == 8 && clock.bytes().filter(|byte| *byte == b':').count() == 2,
        "{time}"
    );
}
