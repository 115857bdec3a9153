//! T7: an upload that is refused says the real cause: no PDF, damaged and where, a password, too large; on the page and at the API.

use reqwest::{Method, StatusCode};

use super::scene::{SAMPLE, Scene};

/// With a password (qpdf).
fn locked() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("a.pdf"), folder.path().join("b.pdf"));
    std::fs::write(&from, SAMPLE).unwrap();
    let done = testkit::tool("qpdf")
        .args(["--encrypt", "geheim", "geheim", "256", "--"])
        .args([&from, &to])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::read(to).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn t7_a_refused_upload_says_the_real_cause_on_the_page_and_at_the_api() {
    let scene = Scene::shared().await;
    let api = scene.api("sato").await;
    let id = scene.draft("UPLOAD-1").await;
    let mut damaged = SAMPLE.to_vec();
    let at = damaged.windows(9).rposition(|window| window == b"startxref").unwrap();
    let digit = damaged[at + 10];
    damaged[at + 10] = if digit == b'9' { b'8' } else { digit + 1 };
    let half = SAMPLE[..SAMPLE.len() / 2].to_vec();
    let mut large = SAMPLE.to_vec();
    large.resize(51 * 1024 * 1024, b' ');
    for (what, pdf, status, said) in [
        ("empty", Vec::new(), 422, ["空", "もう一度"]),
        (
            "no PDF",
            b"\xd0\xcf\x11\xe0 a letter of an office program".to_vec(),
            422,
            ["PDFファイルではありません", "保存"],
        ),
        ("cut off", half, 422, ["途中で切れています", "アップロード"]),
        ("damaged", damaged, 422, ["壊れています", "保存"]),
        ("a password", locked(), 422, ["パスワード", "外し"]),
        ("too large", large, 413, ["50MB", "分ける"]),
    ] {
        let page = scene
            .sato
            .upload(&format!("/cases/{id}/document"), &[], ("pdf", "契約書.pdf", &pdf))
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        let answer = api
            .send(Method::PUT, &format!("/api/cases/{id}/document"), "application/pdf", pdf)
            .await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.body);
        answer.problem();
        let word = |name: &str| answer.body[name].as_str().unwrap().to_owned();
        let (told, next) = (word("detail"), word("next"));
        assert!(told.contains(said[0]) && page.text.contains(said[0]), "{what}: {told}");
        assert!(next.contains(said[1]) && page.text.contains(said[1]), "{what}: {next}");
        assert!(what != "damaged" || told.contains("バイト目"), "where it is damaged: {told}");
        for other in ["PDFファイルではありません", "途中で切れています", "壊れています", "50MBまで"] {
            assert!(
                said.iter().any(|word| other.contains(word)) || !told.contains(other),
                "{what}: another cause is told: {told}"
            );
        }
    }
    // Larger than any form may be: a page with a sentence, too, not a torn connection.
    let page = scene
        .sato
        .upload(
            &format!("/cases/{id}/document"),
            &[],
            ("pdf", "図面.pdf", &vec![b' '; 53 * 1024 * 1024]),
        )
        .await;
    assert!(
        page.status.is_client_error() && page.text.contains("大きすぎます"),
        "{} {}",
        page.status,
        page.text
    );
    // Nothing was lost: the draft is there, and the right file is taken.
    scene.put(&id, SAMPLE).await;
}
