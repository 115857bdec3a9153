//! T9: the name in a mark is the signer's; names are found by text search (no Kangxi radicals); times have offset and seconds.

use super::scene::{CONCLUDED, Scene};

/// Text as a search finds it (poppler).
fn text(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file.pdf");
    std::fs::write(&file, pdf).unwrap();
    let said = testkit::tool("pdftotext").args(["-layout"]).arg(&file).arg("-").output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

/// Code points that look like letters and are not found by who types them.
fn unfindable(text: &str) -> Vec<char> {
    let is_radical = |sign: &char| matches!(u32::from(*sign), 0x2E80..=0x2FDF | 0xF900..=0xFAFF | 0xE000..=0xF8FF);
    text.chars().filter(is_radical).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn t9_names_in_marks_are_the_signers_and_are_found_by_search() {
    let scene = Scene::shared().await;
    let id = scene.case(CONCLUDED).await;
    let concluded = scene.sato.get(&format!("/cases/{id}/file/3-concluded")).await.bytes;
    let unsigned = scene.sato.get(&format!("/cases/{id}/file/0-registered")).await.bytes;
    let (before, after) = (text(&unsigned), text(&concluded));
    let added = |what: &str| after.matches(what).count() - before.matches(what).count();
    for (name, company) in [("田中 一郎", "あおば建設株式会社"), ("山本 健太", "株式会社みどり工務店")] {
        assert!(added(name) >= 1, "{name} does not stand in a mark: {after}");
        assert!(added(company) >= 1, "{company} does not stand in a mark: {after}");
    }
    assert_eq!(added("CECSIGN"), 2, "one mark each: {after}");
    for other in ["佐藤", "鈴木"] {
        assert_eq!(added(other), 0, "{other} did not sign");
    }
    assert_eq!(unfindable(&after), Vec::<char>::new(), "{after}");
    // No mark claims a time; where pages and answers tell one, it has offset and seconds.
    assert!(
        !added_lines(&before, &after)
            .iter()
            .any(|line| line.contains("2026") || line.contains(':')),
        "{after}"
    );
    let case = scene.seen_by_a(&id).await;
    for fact in ["formed", "sealed", "kept", "a_signed", "b_signed"] {
        let time = case[fact].as_str().unwrap_or_else(|| panic!("{fact}: {case}"));
        let (_, clock) = time.split_once('T').expect("a time");
        assert!(
            clock.len() >= 14 && clock.contains("+09:00") && clock.as_bytes()[5] == b':',
            "{fact}: {time}"
        );
    }
}

/// Times of a paper: each has its seconds and says from where it counts.
fn timed(paper: &str) -> usize {
    let paper: String = paper.split_whitespace().collect();
    let times = paper.matches("秒").count();
    assert_eq!(paper.matches("秒日本時間(UTC+9)").count(), times, "{paper}");
    times
}

#[tokio::test(flavor = "multi_thread")]
async fn t9_papers_tell_names_numbers_and_times_whole() {
    let scene = Scene::shared().await;
    let id = scene.case(CONCLUDED).await;
    let answer = scene.sato.get(&format!("/cases/{id}/originality")).await;
    assert!(answer.bytes.starts_with(b"%PDF-"), "{}", answer.text);
    let paper = text(&answer.bytes);
    // Three facts, two signatures, the round, the last look, and when it was issued.
    assert!(timed(&paper) >= 8, "{paper}");
    let concluded = scene.sato.get(&format!("/cases/{id}/file/3-concluded")).await.bytes;
    let document = pdf::Document::open(&concluded).unwrap();
    for signature in document
        .signatures()
        .unwrap()
        .iter()
        .filter(|signature| !signature.is_document_timestamp())
    {
        let content = cms::SignedData::parse(&signature.contents).unwrap();
        let signer = content.signer().unwrap();
        let cms::SignerId::IssuerAndSerial { serial, .. } = signer.id else {
            panic!("by issuer and serial number")
        };
        // The octet that only keeps an INTEGER positive is not shown.
        let serial = hex::encode(serial.strip_prefix(&[0]).unwrap_or(serial));
        let groups: Vec<&str> = (0..serial.len())
            .step_by(4)
            .map(|at| &serial[at..serial.len().min(at + 4)])
            .collect();
        assert!(paper.contains(&groups.join(" ")), "{serial} does not stand on one line of {paper}");
    }
    for name in ["田中 一郎", "山本 健太", "あおば建設株式会社", "株式会社みどり工務店"] {
        assert!(paper.contains(name), "{name}: {paper}");
    }
    assert_eq!(unfindable(&paper), Vec::<char>::new(), "{paper}");
}

fn added_lines<'a>(before: &str, after: &'a str) -> Vec<&'a str> {
    after
        .lines()
        .filter(|line| !before.contains(line.trim()) && line.contains("CECSIGN"))
        .collect()
}
