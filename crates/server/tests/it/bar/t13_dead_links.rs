//! T13: an address or a code that leads nowhere any more says whether it is lapsed, withdrawn, done or unknown; it leaks nothing and names
//! whom to ask.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::scene::{AT_B, CONCLUDED, Scene};
use crate::{browser::Browser, token::Token};

#[tokio::test(flavor = "multi_thread")]
async fn t13_the_address_of_a_case_says_what_became_of_it_and_whom_to_ask() {
    let scene = Scene::open().await;
    let (a, b) = (&scene.sato, &scene.yamamoto);
    let withdrawn = scene.sent("LINK-1").await;
    a.post(&format!("/cases/{withdrawn}/withdrawal"), &[("reason", "取りやめます")])
        .await;
    let refused = scene.sent("LINK-2").await;
    b.post(&format!("/cases/{refused}/refusal"), &[("reason", "合いません")]).await;
    let back = scene.sent("LINK-3").await;
    b.post(&format!("/cases/{back}/send-back"), &[("reason", "直してください")]).await;
    let (waiting, done) = (scene.case(AT_B).await, scene.case(CONCLUDED).await);

    // Opened by whom it was sent to: what became of it, and the other side by name.
    let mut told = Vec::new();
    for (id, word) in [
        (&withdrawn, "取下げ"),
        (&refused, "謝絶"),
        (&back, "差戻し"),
        (&done, "成立しました"),
        (&waiting, "署名待ち"),
    ] {
        let page = b.get(&format!("/cases/{id}")).await;
        assert!(page.status.is_success() && page.text.contains(word), "{word}");
        assert!(page.text.contains("あおば建設"), "{word}: the other side is named");
        let now = crate::browser::between(&page.text, "<dt>いま</dt><dd>", "</dd>")
            .unwrap_or(word)
            .to_owned();
        assert!(!told.contains(&now), "two ends in the same words: {now}");
        told.push(now);
    }
    assert!(
        b.get(&format!("/cases/{withdrawn}"))
            .await
            .text
            .contains("お尋ねは あおば建設 田中 一郎様 へ")
    );
    // An act that is too late says why, and leads back to the case.
    let api = scene.api("yamamoto").await;
    for id in [&withdrawn, &refused, &back, &done] {
        let case = api.get(&format!("/api/cases/{id}")).await.body;
        let sentence = case["sentence"].as_str().unwrap();
        for act in ["send-back", "refusal"] {
            let page = b.get(&format!("/cases/{id}/{act}")).await;
            assert_eq!(page.status, StatusCode::CONFLICT);
            let leads_back = page.text.contains(&format!("href=\"/cases/{id}\""));
            assert!(page.text.contains(sentence) && leads_back, "{sentence}: {}", page.text);
        }
    }

    // Unknown, another's, not yet sent: one and the same page, which says whom to ask and names nothing.
    let draft = scene.draft("LINK-4").await;
    let absent = "00000000-0000-7000-8000-000000000000".to_owned();
    let stranger = Browser::of(&scene.served, "takahashi").await;
    let page_of = async |who: &Browser, id: &str| {
        let page = who.get(&format!("/cases/{id}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        page.text.replace(id, "")
    };
    let unknown = page_of(&stranger, &absent).await;
    assert!(
        unknown.contains("見つかりません") && unknown.contains("お知らせを送った会社"),
        "{unknown}"
    );
    for id in [&waiting, &done, &draft] {
        assert_eq!(page_of(&stranger, id).await, unknown, "a stranger learns that the case exists");
    }
    assert_eq!(
        page_of(b, &draft).await,
        page_of(b, &absent).await,
        "B learns of a case that was not sent"
    );
    // Nobody is led to the sign-in, in the same way for all, and from there on to where he wanted.
    for id in [&waiting, &absent] {
        let page = Browser::nobody(&scene.served).get(&format!("/cases/{id}")).await;
        assert_eq!(
            (page.status, page.to),
            (StatusCode::SEE_OTHER, format!("/sign-in?next=/cases/{id}"))
        );
        assert!(page.text.is_empty());
    }
    // A session that has lapsed is told as that.
    scene.later("PT13H").await;
    let lapsed = b.get(&format!("/cases/{waiting}")).await;
    assert_eq!(lapsed.status, StatusCode::SEE_OTHER);
    let page = b.get(&lapsed.to).await.text;
    assert!(page.contains("閉じました") && page.contains("サインイン"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn t13_a_code_is_unknown_used_or_lapsed() {
    let scene = Scene::open().await;
    let (_token, [_, used, _]) = Token::enrolled(&scene.served, &scene.yamamoto, "yamamoto", "YAMAMOTO Kenta").await;
    let nobody = scene.served.nobody();
    let hello = async |code: &str| {
        let answer = nobody.json(Method::POST, "/api/agent/hello", &json!({ "code": code })).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(
            answer.body["next"].as_str().unwrap().contains("ご本人"),
            "whom to ask: {}",
            answer.body
        );
        assert!(!answer.body.to_string().contains("山本"), "nothing leaks: {}", answer.body);
        answer.problem().to_owned()
    };
    assert_eq!(hello("7K3M-Q0WD-V5TA-6").await, "agent_code_unknown");
    assert_eq!(hello(&used).await, "agent_code_used");
    scene.agree_on_tokens().await;
    let id = scene.sent("CODE-1").await;
    let read = scene.yamamoto.get(&format!("/cases/{id}/read")).await.text;
    let sha = crate::browser::between(&read, "name=\"sha256\" value=\"", "\"").unwrap().to_owned();
    let shown = scene.yamamoto.post(&format!("/cases/{id}/agent"), &[("sha256", &sha)]).await.text;
    let code = crate::browser::between(&shown, "id=\"code\">", "<").unwrap().to_owned();
    scene.later("PT11M").await;
    assert_eq!(hello(&code).await, "agent_code_lapsed");
    let invitation = json!({ "code": "unknown", "password": "a long new password 2026" });
    let answer = nobody.json(Method::POST, "/api/invitations/accept", &invitation).await;
    assert_eq!(answer.problem(), "invitation_unknown");
    assert!(answer.body["next"].as_str().unwrap().contains("企業IDの担当者"));
}
