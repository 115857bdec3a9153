//! `/begin`: a code of an invitation is good, lapsed, used, replaced or unknown; each is told apart, names whom to ask, and tells nothing else.

use reqwest::StatusCode;

use crate::{
    browser::{Browser, Page, between},
    harness::{Served, cectrust},
};

const PASSWORD: &str = "a long new password 2026";

/// The operator invites on the machine; the code is shown once.
fn invite(data: &std::path::Path, sign_in: &str) -> String {
    let ended = cectrust()
        .args(["operator", "invite", "--sign-in", sign_in, "--data"])
        .arg(data)
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8(ended.stdout)
        .unwrap()
        .trim()
        .rsplit(' ')
        .next()
        .unwrap()
        .to_owned()
}

async fn begin(who: &Browser, code: &str, passwords: [&str; 2]) -> Page {
    who.post("/begin", &[("code", code), ("password", passwords[0]), ("again", passwords[1])])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_every_other_one_says_why_and_whom_to_ask() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Served::start_in(&data, "sqlite").await.end();
    let (replaced, good, lapsing) = (invite(&data, "tanaka"), invite(&data, "tanaka"), invite(&data, "mori"));
    let served = Served::start_in(&data, "sqlite").await;
    let nobody = Browser::nobody(&served);
    assert!(nobody.get("/begin").await.text.contains("招待の符号"));

    let mut told = Vec::new();
    let mut wrong = async |code: &str, says: &str| {
        let page = begin(&nobody, code, [PASSWORD; 2]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        let failed = between(&page.text, "id=\"failed\"", "</div></div>")
            .expect("the sentence")
            .to_owned();
        assert!(failed.contains(says), "{says}: {failed}");
        assert!(failed.contains("企業IDの担当者または運営者"), "whom to ask: {failed}");
        assert!(
            page.text.contains("id=\"code\"") && page.text.contains("aria-describedby=\"code-err code-help\""),
            "{says}"
        );
        for secret in ["田中", "tanaka", "森", "あおば", "みどり", PASSWORD] {
            // The bar of the demo names its people on every page.
            let main = between(&page.text, "<main", "</main>").expect("a page");
            assert!(!main.contains(secret), "{says}: {secret} leaks");
        }
        assert!(!told.contains(&failed), "two causes in the same words: {failed}");
        told.push(failed);
    };
    wrong("no-such-code", "見当たりません").await;
    wrong(&replaced, "新しい招待に替わっています").await;

    // What is wrong with the password is said there; the code stays good, and stays in its field.
    let weak = begin(&nobody, &good, ["short", "short"]).await;
    assert!(
        weak.text.contains("id=\"password-err\"") && weak.text.contains(&format!("value=\"{good}\"")),
        "{}",
        weak.text
    );
    let two = begin(&nobody, &good, [PASSWORD, "another long password"]).await;
    assert!(
        two.text.contains("id=\"again-err\"") && two.text.contains("二つのパスワードが違います"),
        "{}",
        two.text
    );
    assert!(!two.text.contains(PASSWORD), "a password comes back");

    let done = begin(&nobody, &good, [PASSWORD; 2]).await;
    assert!(
        done.status.is_success() && done.text.contains("パスワードを決めました"),
        "{}",
        done.text
    );
    Browser::signed_in(&served, "tanaka", PASSWORD).await;
    wrong(&good, "使用済み").await;
    let moved = served
        .nobody()
        .json(reqwest::Method::POST, "/demo/clock", &serde_json::json!({ "advance": "PT25H" }))
        .await;
    assert!(moved.status.is_success(), "{}", moved.body);
    wrong(&lapsing, "期限（24時間）").await;
}
