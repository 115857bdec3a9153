//! What a signature shows on the page. The marks in `tests/data` were printed by room `press` (its tests leave them where `CECTRUST_LOOK` says).

use super::oracle;
use super::world::{World, run, world};
use std::path::Path;
use std::process::Command;

const MARKS: [&[u8]; 2] = [include_bytes!("../data/mark-a.pdf"), include_bytes!("../data/mark-b.pdf")];
const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/chumon.pdf");

/// The sample contract with fields where its two boxes are.
fn laid() -> Vec<u8> {
    let pdf = std::fs::read(CONTRACT).unwrap();
    let places: serde_json::Value =
        serde_json::from_slice(&std::fs::read(Path::new(CONTRACT).with_file_name("fields.json")).unwrap()).unwrap();
    let fields: Vec<pades::FieldSpec> = places["chumon.pdf"]
        .as_array()
        .unwrap()
        .iter()
        .zip(["SignatureA", "SignatureB"])
        .map(|(place, name)| pades::FieldSpec {
            name: name.to_owned(),
            page: usize::try_from(place["page"].as_u64().unwrap()).unwrap(),
            rect: [0, 1, 2, 3].map(|at| place["rect"][at].as_f64().unwrap()),
        })
        .collect();
    let delta = pades::lay_fields(&pdf, &fields).unwrap();
    [pdf, delta].concat()
}

fn signed(world: &World, pdf: &[u8], field: &str, mark: &[u8]) -> Vec<u8> {
    let holder = world.signer(pki::KeyType::P256);
    let plan = pades::Plan {
        field: field.to_owned(),
        new_field: None,
        certificate: holder.certificate.clone(),
        chain: vec![world.issuing.certificate.clone()],
        claimed_at: world.time(),
        name: None,
        reason: None,
        timestamp_reserve: world.room(),
    };
    let prepared = pades::prepare_with_mark(pdf, &plan, Some(mark)).unwrap();
    let signature = holder.sign(&prepared.to_sign);
    let token = world.stamp(&pades::timestamp_imprint(&signature), world.time());
    [pdf, &pades::complete(&prepared, pdf, &signature, Some(&token)).unwrap()].concat()
}

fn text(path: &Path) -> String {
    run(Command::new("pdftotext").arg(path).arg("-")).split_whitespace().collect()
}

#[test]
fn marks_show_who_signed_and_every_signature_stays_valid() {
    let world = world();
    let laid = laid();
    let once = signed(world, &laid, "SignatureA", MARKS[0]);
    let twice = signed(world, &once, "SignatureB", MARKS[1]);
    let first = oracle::write(world, "mark-once.pdf", &once);
    let second = oracle::write(world, "mark-twice.pdf", &twice);
    assert!(
        text(&first).contains("田中一郎") && !text(&first).contains("長谷川健太郎"),
        "nobody shows before he signed"
    );
    for words in ["田中一郎", "長谷川健太郎", "株式会社みどり工務店", "CECSIGN電子署名", "デモ環境"] {
        assert!(text(&second).contains(words), "{words}");
    }
    oracle::qpdf(&second);
    let fonts = run(Command::new("pdffonts").arg(&second));
    assert!(fonts.lines().skip(2).all(|font| font.contains("yes yes yes")), "{fonts}");

    // Our own rules of what the next party may add, pyHanko's, and pdfsig.
    let expected = pades::Expected {
        field: Some("SignatureB".to_owned()),
        certificate: None,
    };
    let continuation = pades::continuation(&once, &twice, &expected).unwrap();
    assert_eq!(continuation.field, "SignatureB");
    let validated = world.with_dss(&twice);
    let sealed = world.with_document_stamp(&validated, world.time());
    // A contract grows little, and for ever: marks, signatures, their time-stamps and the seal's, apart from validation data.
    let grown = sealed.len() - laid.len() - (validated.len() - twice.len());
    assert!(grown < 38_000, "two signatures with marks and the seal take {grown} bytes");
    let path = oracle::write(world, "mark-sealed.pdf", &sealed);
    let found = oracle::pyhanko(world, &path, &[]);
    assert_eq!(found.len(), 3);
    for signature in &found {
        assert_eq!(signature["bottom"], true, "{signature}");
    }
    let said = run(Command::new("pdfsig").args(["-nocert"]).arg(&path));
    assert_eq!(said.matches("Signature is Valid").count(), 2, "{said}");
}

#[test]
fn a_contract_with_marks_is_still_archivable() {
    let world = world();
    let laid = laid();
    let twice = signed(world, &signed(world, &laid, "SignatureA", MARKS[0]), "SignatureB", MARKS[1]);
    let sealed = world.with_document_stamp(&world.with_dss(&twice), world.time());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../oracles/verapdf.py");
    let mut command = Command::new(oracle::tool("python"));
    command.arg(script).arg("2u");
    for (name, pdf) in [
        ("archive-laid.pdf", &laid),
        ("archive-signed.pdf", &twice),
        ("archive-sealed.pdf", &sealed),
    ] {
        command.arg(oracle::write(world, name, pdf));
    }
    let said = run(&mut command);
    assert_eq!(said.matches("PASS ").count(), 3, "{said}");
}

#[test]
fn a_mark_that_is_no_pdf_is_refused_and_an_invisible_field_shows_none() {
    let world = world();
    let holder = world.signer(pki::KeyType::P256);
    let mut plan = pades::Plan {
        field: "SignatureA".to_owned(),
        new_field: None,
        certificate: holder.certificate.clone(),
        chain: Vec::new(),
        claimed_at: world.time(),
        name: None,
        reason: None,
        timestamp_reserve: 0,
    };
    assert!(matches!(
        pades::prepare_with_mark(&laid(), &plan, Some(b"no PDF")),
        Err(pades::Error::Pdf(_))
    ));
    plan.field = "Unseen".to_owned();
    plan.new_field = Some(pades::FieldSpec {
        name: "Unseen".to_owned(),
        page: 0,
        rect: [0.0; 4],
    });
    let pdf = laid();
    let shown = pades::prepare_with_mark(&pdf, &plan, Some(MARKS[0])).unwrap();
    assert_eq!(shown, pades::prepare(&pdf, &plan).unwrap());
}
