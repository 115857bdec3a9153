//! T1: any byte of a stored original or sealed file is flipped: detail page, verify page and download show 改ざん検知, and an alarm is
//! written. The best open product notices nothing.

use std::path::Path;

use reqwest::StatusCode;

use super::scene::{CONCLUDED, Scene, stage, until};
use crate::browser::{Browser, Page, case_of};

const FOUND: &str = "改ざん検知";

/// Flips one bit of the byte at a place of 0 to 1000 thousandths.
fn flip(file: &Path, thousandths: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    let at = (bytes.len() - 1) * thousandths / 1000;
    bytes[at] ^= 1;
    std::fs::remove_file(file).unwrap();
    std::fs::write(file, bytes).unwrap();
}

fn refused(page: &Page, what: &str) {
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{what}");
    assert!(
        page.text.contains(FOUND) && page.text.contains("一致しません") && page.text.contains("運営者"),
        "{what}: {}",
        page.text
    );
    assert!(!page.bytes.starts_with(b"%PDF") && !page.bytes.starts_with(b"PK"), "{what}");
}

/// The first sentence of the verify page.
fn sentence(page: &str) -> String {
    let rest = page.split("id=\"first\"").nth(1).unwrap_or_default();
    rest.split(['>', '<']).nth(1).unwrap_or_default().to_owned()
}

/// The alarm about an object stands in the journal, in the log and on the page of health.
async fn alarmed(scene: &Scene, operator: &Browser, object: &str) {
    until(&format!("an alarm about {object}"), async || {
        let journal = scene.served.journal();
        let mut entries = journal.lines().filter(|line| line.contains("\"fixity.alarm\""));
        entries.any(|line| line.contains(object)).then_some(())
    })
    .await;
    let health = operator.get("/operator/health").await.text;
    assert!(
        health.contains(FOUND) && health.contains(object),
        "the page of health says nothing of {object}"
    );
    let log = scene.served.log();
    let mut lines = log.lines().filter(|line| line.contains("a kept file is not what was stored"));
    assert!(lines.any(|line| line.contains(object)), "the log says nothing of {object}");
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_a_flipped_byte_of_a_kept_file_is_told_everywhere_and_raises_an_alarm() {
    let scene = Scene::open().await;
    let id = scene.case(CONCLUDED).await;
    let api = scene.api("sato").await;
    let operator = Browser::of(&scene.served, "kobayashi").await;
    let case = api.get(&format!("/api/cases/{id}")).await.body;
    // The sealed file is the deposited original: one object.
    let sha = stage(&case, "3-concluded")["sha256"].as_str().unwrap();
    let original = format!("{}/{sha}", case["deposit"].as_str().unwrap());
    let detail = format!("/cases/{id}");
    let whole = async |scene: &Scene| {
        let page = scene.sato.get(&detail).await;
        assert!(page.status.is_success() && !page.text.contains(FOUND), "{}", page.text);
    };
    whole(&scene).await;
    let bytes = std::fs::read(scene.object(&original)).unwrap();

    // Wherever the byte lies, both sides are told, and nobody gets it.
    for thousandths in [0, 333, 1000] {
        flip(&scene.object(&original), thousandths);
        for side in [&scene.sato, &scene.yamamoto] {
            let page = side.get(&detail).await;
            assert!(page.text.contains(FOUND) && page.text.contains("このファイルは渡しません"));
            assert!(
                !page.text.contains("data-act=\"original.download\""),
                "nothing to download is offered"
            );
            refused(&side.get(&format!("{detail}/file/3-concluded")).await, "download");
            refused(&side.get(&format!("{detail}/bundle")).await, "bundle");
        }
        let answer = api.get(&format!("/api/cases/{id}/document?stage=3-concluded")).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (500, "original_damaged"));
        let answer = api.get(&format!("/api/cases/{id}/evidence-bundle")).await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (500, "original_damaged"));
        if thousandths == 0 {
            alarmed(&scene, &operator, &original).await;
        }
        std::fs::write(scene.object(&original), &bytes).unwrap();
    }

    // A copy with any byte flipped, dropped on the verify page: altered, or so broken that nobody can read it; never anything better.
    let nobody = Browser::nobody(&scene.served);
    let mut unreadable = 0;
    for nth in 1..=40 {
        let mut copy = bytes.clone();
        let at = copy.len() * nth / 41;
        copy[at] ^= 1;
        let verdict = nobody.upload("/verify", &[], ("file", "契約書.pdf", &copy)).await.text;
        let first = sentence(&verdict);
        assert!(
            verdict.contains(FOUND) || first.contains("壊れているため"),
            "byte {at} of {}: {first}",
            bytes.len()
        );
        unreadable += usize::from(!verdict.contains(FOUND));
    }
    assert!(unreadable <= 8, "{unreadable} of 40 copies could not even be read");

    // Put back from the backup: looked at again, the alarm ends by itself, and everything is given again.
    scene.later("PT10M").await;
    let operator = Browser::of(&scene.served, "kobayashi").await;
    until("the alarm to end", async || {
        let health = operator.get("/operator/health").await.text;
        (!health.contains(&original)).then_some(())
    })
    .await;
    // An entry is exported once it is chained, a moment after its act.
    until("the restoration in the journal", async || {
        scene.served.journal().contains("\"fixity.restored\"").then_some(())
    })
    .await;
    whole(&scene).await;
    assert_eq!(scene.sato.get(&format!("{detail}/file/3-concluded")).await.bytes, bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_what_nobody_opens_is_read_again_by_itself() {
    let scene = Scene::open().await;
    let keeper = Browser::of(&scene.served, "kimura").await;
    let put = keeper
        .upload("/deposits/new", &[], ("file", "議事録.txt", b"minutes of a meeting\r\n"))
        .await;
    let deposit = put.to.rsplit('/').next().unwrap().to_owned();
    let name = std::fs::read_dir(scene.object(&deposit))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .file_name();
    let object = format!("{deposit}/{}", name.to_str().unwrap());
    flip(&scene.object(&object), 500);
    scene.later("P2D").await;
    // Sessions do not last so long.
    let operator = Browser::of(&scene.served, "kobayashi").await;
    let keeper = Browser::of(&scene.served, "kimura").await;
    let sato = Browser::of(&scene.served, "sato").await;
    alarmed(&scene, &operator, &object).await;
    let page = keeper.get(&put.to).await;
    assert!(page.text.contains(FOUND) && page.text.contains("このファイルは渡しません"));
    refused(&keeper.get(&format!("{}/original", put.to)).await, "original");
    // Gone altogether is an alarm as well.
    let id = case_of(&sato.get("/cases").await.text, CONCLUDED);
    let case = scene.api("sato").await.get(&format!("/api/cases/{id}")).await.body;
    let first = format!("cases/{id}/{}.pdf", stage(&case, "1-signed-a")["sha256"].as_str().unwrap());
    std::fs::remove_file(scene.object(&first)).unwrap();
    refused(&sato.get(&format!("/cases/{id}/file/1-signed-a")).await, "a stage that is gone");
    alarmed(&scene, &operator, &first).await;
    let told = sato.get(&format!("/cases/{id}")).await.text;
    assert!(told.contains("改ざん検知：途中の版") && told.contains("data-act=\"original.download\""));
}
