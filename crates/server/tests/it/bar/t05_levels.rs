//! T5: foreign verdicts after every further signer: pyHanko's long-term validation and pdfsig say valid, EU DSS names the level and finds
//! nothing; `/M` and no `signing-time`.

use std::path::{Path, PathBuf};

use super::scene::Scene;

fn judged(file: &Path, root: &Path, signers: usize) {
    let name = file.file_name().unwrap().to_str().unwrap();
    let said = testkit::python_tool("pyhanko")
        .args(["sign", "adesverify", "--trust-replace", "--trust"])
        .arg(root)
        .arg(file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
    let verdicts: Vec<&str> = said.lines().filter(|line| line.contains(":INTACT:")).collect();
    assert_eq!(verdicts.len(), signers, "pyHanko on {name}: {said}");
    for verdict in verdicts {
        assert!(verdict.contains(":INTACT:TRUSTED"), "pyHanko on {name}: {said}");
    }
    let said = testkit::tool("pdfsig").arg("-nocert").arg(file).output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    // Of a document time-stamp poppler says that it does not check those.
    assert_eq!(said.matches("Signature is Valid.").count(), signers, "pdfsig on {name}: {said}");
    assert!(!said.contains("Invalid"), "pdfsig on {name}: {said}");

    // /M stands in the signature, signing-time in none of its signed attributes (EN 319 142-1, 6.3).
    let bytes = std::fs::read(file).unwrap();
    let document = pdf::Document::open(&bytes).unwrap();
    let signatures = document.signatures().unwrap();
    let of_people: Vec<_> = signatures.iter().filter(|signature| !signature.is_document_timestamp()).collect();
    assert_eq!(of_people.len(), signers, "{name}");
    for signature in of_people {
        let content = cms::SignedData::parse(&signature.contents).unwrap();
        let signer = content.signer().unwrap();
        assert!(signer.message_digest().unwrap().is_some(), "these are the signed attributes");
        assert_eq!(
            signer.signing_time().unwrap(),
            None,
            "{name} claims a time in its signed attributes"
        );
        assert!(signature.dict.get("M").is_some(), "{name} has no /M");
        assert!(
            !signer.time_stamps().is_empty(),
            "{name}: each signature has a time-stamp of its own"
        );
    }
}

/// EU DSS, in one process, about files each with the levels of its signatures and the time-stamps in it: it passes everything, names the
/// level, and has neither an error nor a warning nor a change that it does not know.
fn levels(root: &Path, wanted: &[(PathBuf, &[&'static str], &[&'static str])]) {
    let files: Vec<&Path> = wanted.iter().map(|(file, ..)| file.as_path()).collect();
    let said = testkit::dss(root, &files);
    for (file, signatures, stamps) in wanted {
        let of_kind = |kind: &str| {
            let lines = said.iter().filter(|line| line[0] == kind && Path::new(&line[1]) == file);
            lines.map(|line| [line[2].as_str(), &line[3], &line[5]]).collect::<Vec<_>>()
        };
        let passed = |what: &[&'static str], verdict| what.iter().map(|one| [*one, verdict, ""]).collect::<Vec<_>>();
        assert_eq!(of_kind("signature"), passed(signatures, "TOTAL_PASSED"), "{said:#?}");
        assert_eq!(of_kind("time-stamp"), passed(stamps, "PASSED"), "{said:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t5_foreign_validators_say_valid_and_dss_names_the_level_after_every_further_signer() {
    let scene = Scene::shared().await;
    let root = reqwest::get(format!("{}/g1/root.cer", scene.served.status_url)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("root.der");
    std::fs::write(&trusted, root.bytes().await.unwrap()).unwrap();
    let id = scene.sent("LEVEL-1").await;
    let file = async |stage: &str, signers: usize| {
        let path = folder.path().join(format!("{stage}.pdf"));
        std::fs::write(&path, scene.yamamoto.get(&format!("/cases/{id}/file/{stage}")).await.bytes).unwrap();
        judged(&path, &trusted, signers);
        path
    };
    let of_a = file("1-signed-a", 1).await;
    scene.sign_b(&id).await;
    let of_both = file("2-returned-b", 2).await;
    scene.return_b(&id).await;
    scene.kept(&id).await;
    let concluded = file("3-concluded", 2).await;
    let paper = folder.path().join("originality.pdf");
    let at = format!("/cases/{id}/originality");
    std::fs::write(&paper, scene.yamamoto.get(&at).await.bytes).unwrap();

    let (lt, lta) = ("PAdES-BASELINE-LT", "PAdES-BASELINE-LTA");
    let (of_signature, of_document) = ("SIGNATURE_TIMESTAMP", "DOCUMENT_TIMESTAMP");
    levels(
        &trusted,
        &[
            (of_a, &[lt], &[of_signature]),
            (of_both, &[lt, lt], &[of_signature, of_signature]),
            (concluded, &[lta, lta], &[of_signature, of_signature, of_document]),
            (paper, &[lta], &[of_signature, of_document]),
        ],
    );
}
