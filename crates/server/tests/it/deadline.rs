//! 返送の期限 over the pages and the API: asked for, told to both sides, moved, passed; it closes nothing.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    bar::{SAMPLE, Scene, WORDS_A, sign},
    browser::between,
};

/// Days from today in Japan, by the clock of the demo: `2026-11-30`.
pub async fn in_days(scene: &Scene, days: i64) -> String {
    let clock = scene.served.nobody().get("/demo/clock").await.body;
    let now = foundation::Instant::parse_rfc3339(clock["now"].as_str().unwrap()).unwrap();
    now.plus_days(days).date_in_japan().to_string()
}

fn date(text: &str) -> foundation::Date {
    text.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_tell_the_deadline_to_both_sides_and_a_moves_it_by_a_form() {
    let mut scene = Scene::open().await;
    let (a, b) = (&scene.sato, &scene.yamamoto);

    // The form proposes a day and says it in Japanese; it can be emptied.
    let form = a.get("/cases/new").await.text;
    let proposed = between(&form, "name=\"reply_by\" type=\"date\" value=\"", "\"")
        .expect("a field")
        .to_owned();
    let today = date(&in_days(&scene, 0).await);
    assert!(japan::is_business_day(date(&proposed)) && date(&proposed) > today);
    assert!(
        form.contains(&format!("{}　あと", japan::day(date(&proposed)))),
        "the day does not depend on the language of the browser"
    );

    let soon = in_days(&scene, 3).await;
    let id = scene.draft_until("PAGE-1", json!(soon)).await;
    scene.put(&id, SAMPLE).await;
    let said = contracts::deadline::said(date(&soon), today);
    let told = format!("{said}</span>　<b class=\"left\">あと3日</b>");
    for page in [format!("/cases/{id}/compose"), format!("/cases/{id}/read")] {
        assert!(a.get(&page).await.text.contains(&told), "{page}");
    }
    assert!(
        a.get(&format!("/cases/{id}/compose"))
            .await
            .text
            .contains(&format!("（期限 {said}）</strong>")),
        "the mail"
    );
    sign(&scene.tanaka, &id, WORDS_A).await;
    let unsent = a.get(&format!("/cases/{id}")).await.text;
    assert!(unsent.contains(&told) && unsent.contains(&format!("（期限 {said}）</strong>")));
    assert_eq!(a.post(&format!("/cases/{id}/send"), &[]).await.status, StatusCode::SEE_OTHER);

    // Both sides, the lists, the 企業ID.
    let suzuki = crate::browser::Browser::of(&scene.served, "suzuki").await;
    for (who, by) in [("A", a), ("B", b), ("企業ID", &suzuki)] {
        let page = by.get(&format!("/cases/{id}")).await.text;
        assert!(
            page.contains(&format!("<dt>期限</dt><dd data-left=\"days\"><span class=\"nb\">{told}")),
            "{who}"
        );
        assert_eq!(page.contains("data-act=\"case.move_deadline\""), who == "A", "{who}");
    }
    assert!(b.get(&format!("/cases/{id}/read")).await.text.contains(&told));
    for (by, list) in [(a, "/cases"), (b, "/cases"), (&suzuki, "/company")] {
        let list = by.get(list).await.text;
        assert!(list.contains(&said) && list.contains("あと3日"));
    }
    // 自分の番 of B: this one is nearer than the first cases of the demo, which were there before.
    let mine = b.get("/cases?show=mine").await.text;
    let first = between(&mine, "<ul class=\"mine\">", "</li>").expect("a first one");
    assert!(first.contains("試験 PAGE-1") && first.contains("あと3日") && mine.contains("期限の近い順です"));
    assert!(
        suzuki
            .get("/company")
            .await
            .text
            .contains(&format!("期限が近い：<a href=\"/cases/{id}\">"))
    );

    // Only A has the form; what is wrong is said beside it and nothing is lost.
    let address = format!("/cases/{id}/deadline");
    assert_eq!(b.get(&address).await.status, StatusCode::CONFLICT);
    assert_eq!(b.post(&address, &[("reply_by", &soon)]).await.status, StatusCode::FORBIDDEN);
    assert!(a.get(&address).await.text.contains(&format!("value=\"{soon}\"")));
    let past = in_days(&scene, -1).await;
    for (typed, why) in [
        (past.as_str(), "過ぎた日です"),
        ("あした", "日付を読めません"),
        ("2206-01-01", "1年より離れた日"),
    ] {
        let refused = a.post(&address, &[("reply_by", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(
            refused.text.contains(why) && refused.text.contains(&format!("value=\"{typed}\"")),
            "{typed}"
        );
    }
    let later = in_days(&scene, 5).await;
    assert_eq!(a.post(&address, &[("reply_by", &later)]).await.status, StatusCode::SEE_OTHER);
    let seen = b.get(&format!("/cases/{id}")).await.text;
    assert!(seen.contains("あと5日") && seen.contains("返送の期限を変更") && seen.contains(&japan::day(date(&later))));

    // It passes: both may go on, and each is told what he can do.
    scene.later("P7D").await;
    scene.sign_in_again().await;
    let (a, b) = (&scene.sato, &scene.yamamoto);
    let (at_a, at_b) = (a.get(&format!("/cases/{id}")).await.text, b.get(&format!("/cases/{id}")).await.text);
    for page in [&at_a, &at_b] {
        assert!(page.contains("data-code=\"deadline_over\"") && page.contains("返送の期限を2日過ぎています"));
    }
    assert!(at_a.contains("待つときは期限を変え") && at_a.contains("data-act=\"case.move_deadline\""));
    assert!(at_b.contains("署名と返送はできます") && at_b.contains("data-act=\"case.open\""));
    assert!(b.get("/cases").await.text.contains("期限を2日過ぎています"));
    assert!(
        a.get(&address).await.text.contains("期限を2日過ぎています"),
        "a day that has passed is not proposed again"
    );
    scene.sign_b(&id).await;
    assert!(b.get(&format!("/cases/{id}")).await.text.contains("data-act=\"case.return\""));
    // Emptied: none any more.
    assert_eq!(a.post(&address, &[("reply_by", "")]).await.status, StatusCode::SEE_OTHER);
    let without = a.get(&format!("/cases/{id}")).await.text;
    assert!(!without.contains("<dt>期限</dt>") && without.contains("期限を決める"));
    assert!(
        without.matches("返送の期限を変更").count() == 2 && without.contains(&japan::day(date(&later))) && without.contains("期限なし"),
        "each move stands in the story: {without}"
    );
    assert!(
        without.contains("data-state=\"waiting\""),
        "before 返送 B's signature is not shown to A"
    );
    scene.return_b(&id).await;
    assert_eq!(a.get(&address).await.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_sent_in_time_says_so_before_and_leads_to_the_deadline() {
    let mut scene = Scene::open().await;
    let tomorrow = in_days(&scene, 1).await;
    let id = scene.draft_until("PAGE-2", json!(tomorrow)).await;
    scene.put(&id, SAMPLE).await;
    let other = scene.draft_until("PAGE-3", json!(tomorrow)).await;
    scene.put(&other, SAMPLE).await;
    sign(&scene.tanaka, &id, WORDS_A).await;
    scene.later("P2D").await;
    scene.sign_in_again().await;
    let a = &scene.sato;
    // A draft: the check that stops, before anybody signs.
    let draft = a.get(&format!("/cases/{other}/compose")).await.text;
    let stop = between(&draft, "data-check=\"stop\"", "</li>").expect("a stop");
    assert!(stop.contains("返送の期限（") && stop.contains("が過ぎています") && stop.contains("href=\"#reply_by\""));
    // A signed one: said on its page; sending is refused with the way on.
    assert!(a.get(&format!("/cases/{id}")).await.text.contains("この期限のままでは送れません"));
    let refused = a.post(&format!("/cases/{id}/send"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.text.contains("が過ぎているため、送付していません。") && refused.text.contains(&format!("href=\"/cases/{id}/deadline\""))
    );
    let today = in_days(&scene, 0).await;
    let moved = a.post(&format!("/cases/{id}/deadline"), &[("reply_by", &today)]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "the day itself still counts");
    assert!(a.get(&format!("/cases/{id}")).await.text.contains("本日まで"));
    assert_eq!(a.post(&format!("/cases/{id}/send"), &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_set_read_and_move_the_deadline_and_need_none() {
    let scene = Scene::shared().await;
    let (sato, yamamoto) = (scene.api("sato").await, scene.api("yamamoto").await);
    let seen = async |id: &str| sato.get(&format!("/api/cases/{id}")).await.body["reply_by"].clone();
    let moves = async |who: &crate::harness::Person, id: &str, body: Value| {
        let answer = who.json(Method::PUT, &format!("/api/cases/{id}/deadline"), &body).await;
        (answer.status.as_u16(), answer.body)
    };

    // A call of before knows no deadline.
    let plain = scene.draft("API-1").await;
    assert_eq!(seen(&plain).await, Value::Null);
    let (soon, later) = (in_days(&scene, 2).await, in_days(&scene, 9).await);
    let id = scene.draft_until("API-2", json!(soon)).await;
    assert_eq!(seen(&id).await, json!(soon));
    let list = sato.get("/api/cases").await.body;
    let lines = list.as_array().unwrap();
    let place = |id: &str| lines.iter().position(|line| line["id"] == id).expect("a line");
    assert_eq!(lines[place(&id)]["reply_by"], json!(soon));
    // Ids tell the time at which they were made.
    let is_sorted = lines.is_sorted_by(|newer, older| newer["id"].as_str() > older["id"].as_str());
    assert!(is_sorted && place(&id) < place(&plain), "newest first, as ever: {list}");

    // While it is a draft, `editCase` sets it; afterwards `moveDeadline` does.
    let (status, problem) = moves(&sato, &id, json!({ "reply_by": later })).await;
    assert_eq!((status, &problem["code"]), (409, &json!("wrong_state")));
    scene.put(&id, SAMPLE).await;
    sign(&scene.tanaka, &id, WORDS_A).await;
    let sent = sato.post(&format!("/api/cases/{id}/send")).await;
    assert!(sent.status.is_success(), "{}", sent.body);

    for (body, status, code) in [
        (json!({}), 400, "request_not_understood"),
        (json!({ "reply_by": "30.11.2026" }), 400, "request_not_understood"),
        (json!({ "reply_by": in_days(&scene, -1).await }), 422, "bad_entry"),
        (json!({ "reply_by": "2206-01-01" }), 422, "bad_entry"),
    ] {
        let (got, problem) = moves(&sato, &id, body.clone()).await;
        assert_eq!((got, &problem["code"]), (status, &json!(code)), "{body}: {problem}");
    }
    let (status, problem) = moves(&yamamoto, &id, json!({ "reply_by": later })).await;
    assert_eq!((status, &problem["code"]), (403, &json!("not_your_side")));
    assert_eq!(seen(&id).await, json!(soon), "nothing of it has moved anything");

    let (status, moved) = moves(&sato, &id, json!({ "reply_by": later })).await;
    assert_eq!(
        (status, &moved["from"], &moved["state"]),
        (200, &json!("waiting"), &json!("waiting")),
        "{moved}"
    );
    assert_eq!(seen(&id).await, json!(later));
    scene.sign_b(&id).await;
    let (status, moved) = moves(&sato, &id, json!({ "reply_by": null })).await;
    assert_eq!(
        (status, &moved["from"], &moved["state"]),
        (200, &json!("waiting"), &json!("waiting")),
        "A learns nothing of B's signature"
    );
    assert_eq!(seen(&id).await, Value::Null);
    scene.return_b(&id).await;
    let (status, problem) = moves(&sato, &id, json!({ "reply_by": later })).await;
    assert_eq!((status, &problem["code"]), (409, &json!("contract_formed")));
}
