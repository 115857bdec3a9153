//! T4: 「署名済」 and 「成立」 are reached only through a verified signature per signer, never through a request that has ended.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::scene::{AT_B, Scene, stage};
use crate::{browser::between, token};

#[tokio::test(flavor = "multi_thread")]
async fn t4_only_a_verified_signature_of_each_signer_forms_a_contract() {
    let scene = Scene::open().await;
    let b = &scene.yamamoto;
    let id = scene.case(AT_B).await;
    let unsigned = async |what: &str| {
        let case = scene.api("yamamoto").await.get(&format!("/api/cases/{id}")).await.body;
        assert_eq!(
            (&case["state"], &case["b_signed"], &case["formed"]),
            (&json!("waiting"), &Value::Null, &Value::Null),
            "{what}"
        );
        let page = b.get(&format!("/cases/{id}")).await.text;
        assert!(
            !page.contains("成立しました。") && !page.contains("data-act=\"case.return\""),
            "{what}"
        );
    };

    // Asking for it is not signing.
    assert_eq!(b.post(&format!("/cases/{id}/return"), &[]).await.status, StatusCode::CONFLICT);
    let read = b.get(&format!("/cases/{id}/read")).await.text;
    let sha = between(&read, "name=\"sha256\" value=\"", "\"").unwrap().to_owned();
    let wrong = [("sha256", sha.as_str()), ("words", "ちがう ことば です が ねえ")];
    assert_eq!(
        b.post(&format!("/cases/{id}/signature"), &wrong).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    unsigned("a wrong 合言葉").await;
    let api = scene.api("yamamoto").await;
    let prepared = api
        .json(Method::POST, &format!("/api/cases/{id}/signature/prepare"), &json!({}))
        .await;
    assert!(prepared.status.is_success(), "{}", prepared.body);
    unsigned("a signature that was begun").await;

    // What looks like a signature and is none of B's.
    let pdf = b.get(&format!("/cases/{id}/file/newest")).await.bytes;
    let back = format!("/cases/{id}/signed-file");
    let forged = token::forged(&pdf, "山本 健太", "SignatureB");
    let refused = b.upload(&back, &[], ("pdf", "契約書.pdf", &forged)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("事前合意した認証局のものではありません"), "{}", refused.text);
    unsigned("a certificate that somebody made for himself in B's name").await;
    let mut broken = forged.clone();
    let hole = broken
        .windows(10)
        .rposition(|window| window == b"/Contents ")
        .or_else(|| broken.windows(10).rposition(|window| window == b"/Contents<"));
    let at = hole.expect("the signature") + 400;
    broken[at] = if broken[at] == b'0' { b'1' } else { b'0' };
    assert!(b.upload(&back, &[], ("pdf", "契約書.pdf", &broken)).await.status.is_client_error());
    unsigned("a broken signature").await;
    let picture_of_a_seal = [pdf.as_slice(), b"\n% signed, really\n"].concat();
    assert!(
        b.upload(&back, &[], ("pdf", "契約書.pdf", &picture_of_a_seal))
            .await
            .status
            .is_client_error()
    );
    unsigned("bytes behind the file").await;

    // B signs: signed, and still not formed. A file that was changed in between is not returned.
    scene.sign_b(&id).await;
    let case = api.get(&format!("/api/cases/{id}")).await.body;
    assert!(case["b_signed"].is_string() && case["formed"].is_null(), "{case}");
    let object = scene.object(&format!(
        "cases/{id}/{}.pdf",
        stage(&case, "2-returned-b")["sha256"].as_str().unwrap()
    ));
    let signed = std::fs::read(&object).unwrap();
    let mut changed = signed.clone();
    changed[2_000] ^= 1;
    std::fs::write(&object, &changed).unwrap();
    let refused = b.post(&format!("/cases/{id}/return"), &[]).await;
    assert!(
        refused.status.is_server_error() && refused.text.contains("改ざん検知"),
        "{}",
        refused.status
    );
    assert!(
        api.get(&format!("/api/cases/{id}")).await.body["formed"].is_null(),
        "nothing was formed"
    );
    std::fs::write(&object, &signed).unwrap();

    // 成立 is the proven time of the last signature, and a foreign tool finds two valid signatures in the file.
    scene.return_b(&id).await;
    let case = scene.kept(&id).await;
    assert_eq!(case["formed"], case["b_signed"], "{case}");
    let concluded = b.get(&format!("/cases/{id}/file/3-concluded")).await.bytes;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("concluded.pdf");
    std::fs::write(&file, concluded).unwrap();
    let judged = testkit::tool("pdfsig").arg("-nocert").arg(&file).output().unwrap();
    let judged = String::from_utf8_lossy(&judged.stdout).into_owned();
    for name in ["田中 一郎", "山本 健太"] {
        assert!(judged.contains(name), "{judged}");
    }
    assert!(
        judged.matches("Signature is Valid.").count() >= 2 && !judged.contains("Invalid"),
        "{judged}"
    );
}
