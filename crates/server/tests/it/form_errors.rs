//! A form that is not accepted comes back with what was typed, the sentence at its head and beside its field, without a script.

use reqwest::StatusCode;

use crate::{
    browser::{Browser, Page, between, plain},
    harness::Served,
};

/// The sentence stands at the head and leads to the field, which says it too; nobody is sent back.
fn beside(page: &Page, field: &str) {
    assert!(
        page.status == StatusCode::UNPROCESSABLE_ENTITY || page.status == StatusCode::CONFLICT,
        "{field}: {}",
        page.status
    );
    plain(&page.text, field);
    let head = between(&page.text, "id=\"failed\"", "</div></div>").unwrap_or_else(|| panic!("{field}: no head in {}", page.text));
    assert!(
        page.text.contains("role=\"alert\" tabindex=\"-1\" autofocus id=\"failed\""),
        "{field}: the head has the focus"
    );
    assert!(head.contains(&format!("href=\"#{field}\"")), "{field}: {head}");
    assert!(page.text.contains(&format!("id=\"{field}\"")), "{field}: there is such a field");
    let told = format!("aria-invalid=\"true\" aria-describedby=\"{field}-err");
    assert!(page.text.contains(&told), "{field}: {}", page.text);
    let error = between(&page.text, &format!("id=\"{field}-err\""), "</p>").expect("the sentence beside");
    let sentence = between(error, "<span>", "</span>").unwrap();
    assert!(!sentence.is_ascii() && head.contains(sentence), "{field}: {sentence}");
    assert!(!page.text.contains("前のページに戻り"), "{field}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_stays_and_the_error_stands_beside_its_field() {
    let served = Served::start().await;
    let sato = Browser::of(&served, "sato").await;
    let asked = sato.post("/partners", &[("to", ""), ("kind", "token")]).await;
    beside(&asked, "to");
    let last = asked.text.rsplit("action=\"/partners\"").next().unwrap();
    assert!(
        last.contains("value=\"token\" checked") && !last.contains("value=\"server\" checked"),
        "the boxes stay as they were"
    );
    let tanaka = between(last, "name=\"signer\" value=\"", "\"")
        .expect("somebody who signs")
        .to_owned();
    let asked = sato.post("/partners", &[("to", "U100002"), ("signer", &tanaka)]).await;
    beside(&asked, "kind");
    assert!(asked.text.contains("value=\"U100002\"") && asked.text.contains(&format!("value=\"{tanaka}\" checked")));
    let asked = sato.post("/partners", &[("to", "U100002"), ("kind", "server")]).await;
    beside(&asked, "signer");
    assert_eq!(asked.text.matches("id=\"signer\"").count(), 1, "in the form that was sent alone");
    let typed = [
        ("title", "改修工事"),
        ("number", "FORM-1"),
        ("date", "2026-11-24"),
        ("amount", "たくさん"),
    ];
    let written = sato.post("/cases", &typed).await;
    beside(&written, "amount");
    for (_, value) in typed {
        assert!(written.text.contains(&format!("value=\"{value}\"")), "{value} is gone");
    }
    let said = |id| between(&written.text, &format!("id=\"{id}-said\" "), "</p>").unwrap_or_else(|| panic!("{id}"));
    assert!(
        said("date").ends_with(">2026年11月24日(火)"),
        "whatever language the browser speaks"
    );
    assert!(
        said("from").ends_with('>') && said("to").ends_with('>'),
        "nothing beside an empty field"
    );
    beside(
        &sato
            .post("/cases", &[("title", "改修工事"), ("none", "1"), ("date", "きのう")])
            .await,
        "date",
    );

    let nakamura = Browser::of(&served, "nakamura").await;
    let proposed = nakamura
        .post("/operator/subjects/new", &[("romaji", "TANAKA Ichiro"), ("address", "東京都")])
        .await;
    beside(&proposed, "person");
    assert!(proposed.text.contains("value=\"TANAKA Ichiro\"") && proposed.text.contains("value=\"東京都\""));
    for (field, value) in [("host", "a b"), ("port", "99999"), ("security", "none"), ("sender", "nobody")] {
        let mut entry = vec![
            ("host", "mail.example.jp"),
            ("port", "587"),
            ("security", "starttls"),
            ("sender", "no-reply@example.jp"),
        ];
        entry.retain(|(name, _)| *name != field);
        entry.push((field, value));
        let page = nakamura.post("/operator/mail", &entry).await;
        beside(&page, field);
        assert!(field == "security" || page.text.contains(&format!("value=\"{value}\"")), "{field}");
    }
    let set = [
        ("host", "mail.example.jp"),
        ("port", "587"),
        ("security", "starttls"),
        ("sender", "no-reply@example.jp"),
    ];
    assert_eq!(nakamura.post("/operator/mail", &set).await.status, StatusCode::SEE_OTHER);
    let tried = nakamura.post("/operator/mail/test", &[("to", "nobody")]).await;
    assert!(tried.text.contains("value=\"nobody\""), "{}", tried.text);
    beside(&tried, "to");
    let kimura = Browser::of(&served, "kimura").await;
    beside(&kimura.upload("/deposits/new", &[], ("file", "", b"")).await, "file");
}
