//! Papers and marks as they come out of the running program.

use std::{path::Path, sync::Arc};

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    harness::{Answer, Served, cectrust, object},
};

/// The text of all pages without blanks.
fn words(pdf: &[u8]) -> String {
    assert!(pdf.starts_with(b"%PDF-"), "{}", String::from_utf8_lossy(pdf));
    let book = pictures::Book::open(Arc::new(pdf.to_vec()), &pictures::Substitutes::none()).expect("the paper opens");
    let texts = book.texts(0..book.pages()).expect("the paper has text");
    texts
        .iter()
        .map(pictures::Text::plain)
        .collect::<String>()
        .split_whitespace()
        .collect()
}

fn number(paper: &str) -> u32 {
    let from = paper.find("GC-20").expect("a number") + "GC-2026-".len();
    paper[from..from + 6].parse().expect("six digits")
}

fn paper(answer: &Answer) -> String {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    words(&answer.bytes)
}

/// What the revisions of signatures and time-stamps take; the others hold the document, its fields and validation data.
fn grown_by_signatures(file: &[u8]) -> usize {
    let document = pdf::Document::open(file).unwrap();
    let signatures = document.signatures().unwrap();
    assert_eq!(signatures.len(), 3);
    let of = |signature: &pdf::Signature<'_>| &document.revisions()[signature.revision];
    signatures.iter().map(|signature| of(signature).end - of(signature).start).sum()
}

/// `cectrust verify` with only `trust/` of the journey.
fn verified(file: &Path, trust: &Path) -> Value {
    let ended = cectrust()
        .args(["verify", "--json", "--trust"])
        .arg(trust)
        .arg(file)
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
    serde_json::from_slice(&ended.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_concluded_contract_shows_its_marks_and_both_sides_get_its_certificate_of_originality() {
    let served = Served::start().await;
    let out = tempfile::tempdir().unwrap();
    let journey = served.play("deposit", out.path());
    let at = |name: &str| out.path().join(name);

    // The mark comes in the revision of the signature it belongs to, and what it shows is covered.
    for (stage, marks) in [("0-registered", 0), ("1-signed-a", 1), ("2-returned-b", 2), ("3-concluded", 2)] {
        let text = words(&std::fs::read(at(&format!("case-1/{stage}.pdf"))).unwrap());
        assert_eq!(text.matches("CECSIGN電子署名デモ環境").count(), marks, "{stage}: {text}");
    }
    let grown = grown_by_signatures(&std::fs::read(at("case-1/3-concluded.pdf")).unwrap());
    assert!(grown < 40_000, "two marked signatures and the seal take {grown} bytes");
    let report = verified(&at("case-1/3-concluded.pdf"), &at("trust"));
    for signature in report["signatures"].as_array().unwrap() {
        assert_eq!(
            (&signature["intact"], &signature["level"]),
            (&json!(true), &json!("B-LTA")),
            "{signature}"
        );
        assert_ne!(
            signature["changes"],
            json!("annotations"),
            "a mark is part of what is signed: {signature}"
        );
    }

    // One paper a person and minute; numbers are never given twice.
    let case = object(&journey, "getCase");
    let path = format!("/api/cases/{case}/originality-certificate");
    let mut numbers = Vec::new();
    for who in ["sato", "yamamoto", "suzuki", "mori"] {
        let paper = paper(&served.person(who).await.get(&path).await);
        for fact in [
            "原本性証明書",
            "田中一郎",
            "山本健太",
            "記録簿には、外部の立会人はまだいません。",
            "CECSIGNeシール",
        ] {
            assert!(paper.contains(fact), "{who}: {fact} is not in {paper}");
        }
        numbers.push(number(&paper));
    }
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers.len() >= 3, "{numbers:?}");
    assert_eq!(served.person("ito").await.get(&path).await.problem(), "not_found");
    assert_eq!(served.nobody().get(&path).await.problem(), "not_signed_in");

    // The paper stands by itself: an e-seal of level B-LTA, judged with nothing but the root.
    let file = at("custody/originality.pdf");
    let report = verified(&file, &at("trust"));
    let signatures = report["signatures"].as_array().unwrap();
    assert_eq!((signatures.len(), &signatures[0]["level"]), (1, &json!("B-LTA")), "{report}");
    // With the e-seal it is as good for archives as before it, also in the eyes of veraPDF.
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../oracles/verapdf.py");
    let judged = testkit::python_tool("python").arg(script).arg("2u").arg(&file).output().unwrap();
    let judged = String::from_utf8_lossy(&judged.stdout).into_owned();
    assert!(judged.starts_with("PASS "), "{judged}");
    let original = std::fs::read(at("custody/original.pdf")).unwrap();
    assert!(words(&std::fs::read(&file).unwrap()).contains(&hex::encode(evidence::sha512(&original))));

    // By the page: one button, one PDF.
    let a = Browser::of(&served, "sato").await;
    let page = a.get(&format!("/cases/{case}")).await.text;
    assert!(page.contains("data-act=\"originality.download\""), "{page}");
    assert!(a.get(&format!("/cases/{case}/originality")).await.bytes.starts_with(b"%PDF-"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_deposits_a_document_has_his_receipt_at_once_and_a_certificate_when_it_is_kept() {
    let served = Served::start().await;
    let kimura = served.person("kimura").await;
    let taken = kimura
        .send(Method::POST, "/api/deposits?file_name=memo.txt", "text/plain", b"a memo".to_vec())
        .await;
    assert_eq!(taken.status.as_u16(), 201, "{}", taken.body);
    let id = taken.body["id"].as_str().unwrap().to_owned();
    let receipt = paper(&kimura.get(&format!("/api/deposits/{id}/receipt")).await);
    assert!(
        receipt.contains("預かり証") && receipt.contains(taken.body["sha256"].as_str().unwrap()),
        "{receipt}"
    );
    let path = format!("/api/deposits/{id}/originality-certificate");
    let mut answer = kimura.get(&path).await;
    for _ in 0..100 {
        if answer.status.as_u16() == 200 {
            break;
        }
        assert_eq!(answer.problem(), "evidence_not_yet");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        answer = kimura.get(&path).await;
    }
    let certificate = paper(&answer);
    assert!(certificate.contains(taken.body["sha512"].as_str().unwrap()), "{certificate}");
    assert!(!certificate.contains("電子署名1"), "a text has no signatures: {certificate}");
    assert_eq!(
        kimura.get(&path).await.bytes,
        answer.bytes,
        "a second click is not a second certificate"
    );
    let desk = Browser::of(&served, "kimura").await;
    let page = desk.get(&format!("/deposits/{id}")).await.text;
    for act in ["receipt.download", "originality.download"] {
        assert!(page.contains(&format!("data-act=\"{act}\"")), "{page}");
    }
    for (end, name) in [("receipt", "預かり証"), ("originality", "原本性証明書")] {
        let pdf = desk.get(&format!("/deposits/{id}/{end}")).await.bytes;
        assert!(words(&pdf).contains(name));
    }
}
