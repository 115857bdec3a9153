//! The pages of the members, driven by their own forms against the real program.

use std::time::{Duration, Instant};

use reqwest::{StatusCode, header, redirect};

use crate::{
    browser::{Browser, between, case_of},
    harness::Served,
};

const WORDS_B: &str = "くろいたけ ひくいおか あついゆ さむいかぜ ちいさいいし";

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_read_signed_returned_sealed_and_kept_by_forms_alone() {
    let served = Served::start_with_first_cases().await;
    let b = Browser::signed_in(&served, "yamamoto", "demo-yamamoto-midori-2026").await;
    let a = Browser::signed_in(&served, "sato", "demo-sato-aoba-2026").await;
    let list = b.get("/cases").await.text;
    assert!(list.contains("自分の番") && list.contains("data-turn=\"mine\""));
    let id = case_of(&list, "みなと第二倉庫改修工事のうち空調設備工事");
    let read = b.get(&format!("/cases/{id}/read")).await.text;
    assert!(read.contains("署名の前に、一文だけ") && read.contains("末尾 ") && read.contains("山本 健太"));
    let picture = between(&read, "<img src=\"", "\"").unwrap();
    let drawn = b.get(picture).await;
    assert!(drawn.bytes.starts_with(b"\x89PNG"), "{picture}");
    // Parts of a page and strips of small pages come from the same file; what a browser has already is not drawn again.
    let tiles = between(&read, "data-tiles=\"", "\"").unwrap().to_owned();
    let tile = b.get(&format!("{tiles}1/4/1/2")).await;
    assert!(tile.bytes.starts_with(b"\x89PNG") && tile.bytes.len() < 200_000);
    assert_eq!(b.get(&format!("{tiles}1/4/99/2")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(b.get(&format!("{tiles}1/9/0/0")).await.status, StatusCode::NOT_FOUND);
    let strip = between(&read, "<div class=\"strip\"><img src=\"", "\"").unwrap().to_owned();
    let first = b.http.get(format!("{}{strip}", b.url)).send().await.unwrap();
    let tag = first.headers()[header::ETAG].clone();
    assert!(first.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    let again = b.http.get(format!("{}{strip}", b.url)).header(header::IF_NONE_MATCH, tag);
    assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
    let nobody = crate::harness::client().redirect(redirect::Policy::none()).build().unwrap();
    let refused = nobody.get(format!("{}{strip}", served.url)).send().await.unwrap();
    assert_eq!(
        refused.status(),
        StatusCode::SEE_OTHER,
        "a picture is for those who may read the case"
    );
    assert!(read.contains("aria-label=\"署名欄 2/2　山本 健太 必須。署名へ進む\""));
    let text = b.get(&format!("/cases/{id}/read?view=text")).await.text;
    assert!(text.contains("署名の対象は、「ページのまま」に描かれたものです。"));
    let found = b.get(&format!("/cases/{id}/read?q=%E7%94%B2")).await.text;
    assert!(found.contains("か所にあります"));

    let sha = between(&read, "name=\"sha256\" value=\"", "\"").unwrap().to_owned();
    let wrong = b
        .post(
            &format!("/cases/{id}/signature"),
            &[("sha256", &sha), ("words", "ちがう こと ば です ね")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("あと4回"), "the tries that are left are said");
    let other = b
        .post(&format!("/cases/{id}/signature"), &[("sha256", "00"), ("words", WORDS_B)])
        .await;
    assert!(other.text.contains("署名はしていません"), "what was not seen is not signed");
    let signed = b
        .post(&format!("/cases/{id}/signature"), &[("sha256", &sha), ("words", WORDS_B)])
        .await;
    assert_eq!(
        (signed.status, signed.to.as_str()),
        (StatusCode::SEE_OTHER, format!("/cases/{id}").as_str())
    );

    // Before 返送 the sender neither sees the signature nor can act for the recipient (T2, T4).
    let waiting = a.get(&format!("/cases/{id}")).await.text;
    assert!(waiting.contains("data-state=\"waiting\"") && !waiting.contains("data-act=\"case.return\""));
    assert_eq!(a.post(&format!("/cases/{id}/return"), &[]).await.status, StatusCode::FORBIDDEN);
    let mine = b.get(&format!("/cases/{id}")).await.text;
    assert!(mine.contains("まだ返送していません。契約は成立していません。") && mine.contains("data-act=\"case.return\""));
    let returned = b.post(&format!("/cases/{id}/return"), &[]).await;
    assert_eq!(returned.status, StatusCode::SEE_OTHER, "{}", returned.text);

    let begun = Instant::now();
    let concluded = loop {
        let page = a.get(&format!("/cases/{id}")).await.text;
        assert!(page.contains("成立しました。"));
        if page.matches("data-lit=\"yes\"").count() == 3 {
            break page;
        }
        assert!(page.contains("契約は成立し"), "an unlit light says that the contract is formed");
        assert!(begun.elapsed() < Duration::from_secs(30), "the three lights do not come on");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert!(concluded.contains("原本（PDF）"));
    let original = a.get(&format!("/cases/{id}/file/3-concluded")).await;
    assert!(original.bytes.starts_with(b"%PDF"));
    let bundle = b.get(&format!("/cases/{id}/bundle")).await;
    assert!(bundle.bytes.starts_with(b"PK"));
    assert_eq!(a.get(&format!("/cases/{id}/withdrawal")).await.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_registered_checked_signed_sent_and_sent_back_by_forms_alone() {
    let served = Served::shared().await;
    let clerk = Browser::signed_in(&served, "sato", "demo-sato-aoba-2026").await;
    let signer = Browser::signed_in(&served, "tanaka", "demo-tanaka-aoba-2026").await;
    let b = Browser::signed_in(&served, "yamamoto", "demo-yamamoto-midori-2026").await;
    let form = clerk.get("/cases/new").await.text;
    let partner = between(
        between(&form, "<select id=\"partner\"", "</select>").unwrap(),
        "<option value=\"0",
        "\"",
    )
    .map(|rest| format!("0{rest}"));
    let partner = partner.expect("a partner to choose");
    let people = between(&form, "<select id=\"a_signer\"", "</select>").unwrap();
    let tanaka = people
        .split("<option value=\"")
        .find(|option| option.contains("田中"))
        .and_then(|option| option.get(..36))
        .unwrap()
        .to_owned();
    let fields = |number| {
        [
            ("title", "屋根防水工事"),
            ("number", number),
            ("date", "2026-11-25"),
            ("amount", "１，２３４，０００円"),
            ("partner", partner.as_str()),
            ("a_signer", tanaka.as_str()),
        ]
    };
    let bad = clerk.upload("/cases", &fields("P-0"), ("pdf", "契約書.pdf", b"hello")).await;
    assert!(
        bad.text.contains("PDFファイルではありません。") && bad.text.contains("屋根防水工事"),
        "nothing is lost"
    );
    let pdf = include_bytes!("../../../../samples/koji-ukeoi.pdf");
    let created = clerk.upload("/cases", &fields("P-1"), ("pdf", "契約書.pdf", pdf)).await;
    assert_eq!(created.status, StatusCode::SEE_OTHER, "{}", created.text);
    let id = created.to.split('/').nth(2).unwrap().to_owned();
    let draft = clerk.get(&created.to).await.text;
    assert!(draft.contains("送る前の点検") && draft.contains("取引先の承諾があります") && !draft.contains("data-check=\"stop\""));
    let same = clerk
        .post(
            &format!("/cases/{id}/places"),
            &[("page_a", "1"), ("at_a", "mc"), ("page_b", "1"), ("at_b", "mc")],
        )
        .await;
    assert!(same.text.contains("同じ場所です"));
    let outside = clerk
        .post(
            &format!("/cases/{id}/places"),
            &[
                ("page_a", "1"),
                ("at_a", "mm"),
                ("left_a", "180"),
                ("top_a", "10"),
                ("page_b", "1"),
                ("at_b", "br"),
            ],
        )
        .await;
    assert!(outside.text.contains("「左から」は、0 から 148 mm"), "{}", outside.text);
    let touching = clerk
        .post(
            &format!("/cases/{id}/places"),
            &[
                ("page_a", "1"),
                ("at_a", "mm"),
                ("left_a", "120"),
                ("top_a", "255"),
                ("page_b", "1"),
                ("at_b", "br"),
            ],
        )
        .await;
    assert!(touching.text.contains("重ならない場所"));
    // On the heading of the contract: taken, and said.
    let inked = [
        ("page_a", "1"),
        ("at_a", "mm"),
        ("left_a", "８０．０"),
        ("top_a", "30"),
        ("page_b", "1"),
        ("at_b", "none"),
    ];
    assert_eq!(
        clerk.post(&format!("/cases/{id}/places"), &inked).await.status,
        StatusCode::SEE_OTHER
    );
    let said = clerk.get(&format!("/cases/{id}/compose")).await.text;
    assert!(said.contains("甲の署名欄の下に、文字か線があります（1ページ）") && said.contains("印影なし"));
    assert!(said.contains("name=\"left_a\" inputmode=\"decimal\" value=\"80.0\""));
    let placed = clerk
        .post(
            &format!("/cases/{id}/places"),
            &[("page_a", "1"), ("at_a", "bl"), ("page_b", "1"), ("at_b", "br")],
        )
        .await;
    assert_eq!(placed.status, StatusCode::SEE_OTHER);
    assert!(
        clerk
            .get(&format!("/cases/{id}/compose"))
            .await
            .text
            .contains("署名欄が2か所あります")
    );

    let read = signer.get(&format!("/cases/{id}/read")).await.text;
    let sha = between(&read, "name=\"sha256\" value=\"", "\"").unwrap().to_owned();
    let words = "あおいまつ あかいうめ しろいとり ながいかわ たかいやま";
    let signed = signer
        .post(&format!("/cases/{id}/signature"), &[("sha256", &sha), ("words", words)])
        .await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
    assert_eq!(b.get(&format!("/cases/{id}")).await.status, StatusCode::NOT_FOUND, "not sent yet");
    assert_eq!(clerk.post(&format!("/cases/{id}/send"), &[]).await.status, StatusCode::SEE_OTHER);
    let empty = b.post(&format!("/cases/{id}/send-back"), &[("reason", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let back = b
        .post(&format!("/cases/{id}/send-back"), &[("reason", "工期を直してください")])
        .await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    let told = clerk.get(&format!("/cases/{id}")).await.text;
    assert!(told.contains("工期を直してください") && told.contains("直したPDFで登録する"));
    let again = clerk.get(&format!("/cases/new?like={id}")).await.text;
    assert!(again.contains("P-1-2") && again.contains("が差戻した理由") && again.contains("工期を直してください"));
    let refused = clerk.post("/cases", &[("like", &id), ("title", "改修工事")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("工期を直してください"),
        "why it is made again stays: {}",
        refused.text
    );
    assert!(!clerk.get("/cases/new").await.text.contains("差戻した理由"));
    let closed = clerk.get("/cases?show=closed").await.text;
    let moved = between(&closed, "data-label=\"動いた時\">", "</td>").expect("a closed case");
    assert!(
        moved.starts_with("きょう ") && !moved.contains("送付"),
        "when it was closed, not when it was sent: {moved}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_member_sees_his_own_pages_and_no_others() {
    let served = Served::shared().await;
    let company = Browser::signed_in(&served, "suzuki", "demo-suzuki-aoba-2026").await;
    let page = company.get("/company").await.text;
    assert!(page.contains("ここに契約のボタンがない理由") && page.contains("U100001") && !page.contains("data-act=\"case."));
    let id = case_of(&page, "みなと第二倉庫改修工事のうち空調設備工事");
    let seen = company.get(&format!("/cases/{id}")).await.text;
    assert!(
        !seen.contains("data-act=\"case.") && !seen.contains("method=\"post\" action=\"/cases"),
        "no contract button"
    );
    assert_eq!(
        company.post(&format!("/cases/{id}/return"), &[]).await.status,
        StatusCode::FORBIDDEN
    );
    assert!(company.get("/company/cases.csv").await.text.contains("みなと第二倉庫"));

    let stranger = Browser::signed_in(&served, "takahashi", "demo-takahashi-sora-2026").await;
    for path in [
        format!("/cases/{id}"),
        format!("/cases/{id}/read"),
        format!("/cases/{id}/file/newest"),
        "/company".to_owned(),
    ] {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(stranger.get("/cases").await.text.contains("いま、あなたがする案件はありません。"));

    let keeper = Browser::signed_in(&served, "kimura", "demo-kimura-aoba-2026").await;
    let put = keeper.upload("/deposits/new", &[], ("file", "議事録.txt", b"minutes\r\n")).await;
    assert_eq!(put.status, StatusCode::SEE_OTHER, "{}", put.text);
    for path in ["/deposits", put.to.as_str()] {
        let page = keeper.get(path).await.text;
        assert!(page.contains("議事録.txt") && !page.contains("取引先"), "{path}");
    }
    assert_eq!(keeper.get(&format!("{}/original", put.to)).await.bytes, b"minutes\r\n");

    let holder = Browser::signed_in(&served, "yamamoto", "demo-yamamoto-midori-2026").await;
    let certificate = holder.get("/certificate").await.text;
    assert!(certificate.contains("緊急停止") && certificate.contains("data-state=\"active\""));
    let partners = holder.get("/partners").await.text;
    assert!(partners.contains("承諾あり") && partners.contains("data-state=\"agreed\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_and_no_other_site_acts() {
    let served = Served::shared().await;
    let http = crate::harness::client().redirect(redirect::Policy::none()).build().unwrap();
    let answer = http.get(format!("{}/cases?show=mine", served.url)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[header::LOCATION], "/sign-in?next=/cases%3Fshow%3Dmine");
    let wrong = http
        .post(format!("{}/sign-in", served.url))
        .header(header::ORIGIN, &served.url)
        .form(&[("sign_in", "sato"), ("password", "wrong")])
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = wrong.text().await.unwrap();
    assert!(
        page.contains("サインインIDまたはパスワードが違います。") && page.contains("value=\"sato\"") && !page.contains("value=\"wrong\"")
    );
    let elsewhere = http
        .post(format!("{}/sign-in", served.url))
        .header(header::ORIGIN, "https://evil.example")
        .form(&[("sign_in", "sato"), ("password", "demo-sato-aoba-2026")])
        .send()
        .await
        .unwrap();
    assert_eq!(elsewhere.status(), StatusCode::FORBIDDEN);
    assert!(elsewhere.headers().get(header::SET_COOKIE).is_none());
}
