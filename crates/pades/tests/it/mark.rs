//! What a signature shows on the page. The marks in `tests/data` were printed by room `press` (its tests leave them where `CECTRUST_LOOK` says).

use super::oracle;
use super::world::{World, run, world};
use std::path::Path;
use std::process::Command;

pub const MARKS: [&[u8]; 2] = [include_bytes!("../data/mark-a.pdf"), include_bytes!("../data/mark-b.pdf")];
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

pub fn signed(world: &World, pdf: &[u8], field: &str, mark: &[u8]) -> Vec<u8> {
    signed_in(world, pdf, field, None, mark)
}

/// Signs in a field that is there, or in one that comes with the signature.
pub fn signed_in(world: &World, pdf: &[u8], field: &str, new_field: Option<pades::FieldSpec>, mark: &[u8]) -> Vec<u8> {
    let holder = world.signer(pki::KeyType::P256);
    let plan = pades::Plan {
        new_field,
        timestamp_reserve: world.room(),
        ..world.plan(field, holder)
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
    let mut plan = world.plan("SignatureA", holder);
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

/// A blank page that is shown turned clockwise.
pub fn turned(degrees: i64) -> Vec<u8> {
    let bodies = [
        "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
        "<</Type /Pages /Kids [3 0 R] /Count 1>>".to_owned(),
        format!("<</Type /Page /Parent 2 0 R /MediaBox [10 20 605 862] /Rotate {degrees} /Resources <<>>>>"),
    ];
    let (mut file, mut offsets) = ("%PDF-1.7\n".to_owned(), String::new());
    for (at, body) in bodies.iter().enumerate() {
        offsets.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{} 0 obj\n{body}\nendobj\n", at + 1));
    }
    let start = file.len();
    file.push_str(&format!(
        "xref\n0 4\n0000000000 65535 f \n{offsets}trailer\n<</Size 4 /Root 1 0 R /ID [<01><01>]>>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

/// Grey values of a part of the first page as poppler shows it, 144 dots to the inch: width and rows from the top.
fn poppler(path: &Path, [left, top, width, height]: [f64; 4]) -> (usize, Vec<u8>) {
    let number = |value: f64| (value * 2.0).round().to_string();
    let picture = Command::new("pdftoppm")
        .args(["-r", "144", "-gray", "-singlefile", "-f", "1", "-l", "1"])
        .args(["-x", &number(left), "-y", &number(top), "-W", &number(width), "-H", &number(height)])
        .arg(path)
        .output()
        .unwrap_or_else(|why| panic!("pdftoppm does not run ({why}): run `cargo xtask test`"));
    let across = (width * 2.0).round() as usize;
    let rows = (height * 2.0).round() as usize;
    (across, picture.stdout[picture.stdout.len() - across * rows..].to_vec())
}

/// How two pictures of the same size differ: mean of the shades.
fn difference(one: &[u8], other: &[u8]) -> f64 {
    assert_eq!(one.len(), other.len());
    let sum: u64 = one.iter().zip(other).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    sum as f64 / one.len() as f64
}

#[test]
fn on_a_page_that_lies_on_its_side_the_mark_stands_upright_as_the_page_is_read() {
    let world = world();
    let mut upright = Vec::new();
    for degrees in [0, 90, 180, 270] {
        let pdf = turned(degrees);
        let plane = pades::Plane::all(&pdf).unwrap()[0];
        // In a field laid before, and in one that comes with the signature.
        let field = plane.field("SignatureA", 0, [60.0, 20.0]);
        let [left, bottom, right, top] = field.rect;
        let is_tall = right - left < top - bottom;
        assert_eq!(
            is_tall,
            degrees % 180 == 90,
            "{degrees}: the field is as wide as the mark as it is read"
        );
        let laid = [pdf.as_slice(), &pades::lay_fields(&pdf, std::slice::from_ref(&field)).unwrap()].concat();
        let in_laid = signed(world, &laid, "SignatureA", MARKS[0]);
        let in_new = signed_in(world, &pdf, "SignatureA", Some(field.clone()), MARKS[0]);
        for (how, file) in [("laid", &in_laid), ("new", &in_new)] {
            let path = oracle::write(world, &format!("turned-{how}-{degrees}.pdf"), file);
            oracle::qpdf(&path);
            let found = oracle::pyhanko(world, &path, &[]);
            assert_eq!(
                (found.len(), &found[0]["bottom"]),
                (1, &serde_json::json!(true)),
                "{how} {degrees}: {found:?}"
            );
            let said = run(Command::new("pdfsig").arg("-nocert").arg(&path));
            assert!(
                said.contains("Signature is Valid") && said.contains("Total document signed"),
                "{how} {degrees}: {said}"
            );
            let shown = poppler(&path, plane.shown(field.rect));
            assert!(
                shown.1.iter().filter(|value| **value < 150).count() > 500,
                "{how} {degrees}: a mark is drawn"
            );
            upright.push(shown);
            let ((wanted, values), (across, seen)) = (&upright[0], &upright[upright.len() - 1]);
            let upside_down: Vec<u8> = seen.iter().rev().copied().collect();
            assert_eq!(wanted, across);
            let apart = difference(values, seen);
            assert!(
                apart < 4.0 && apart < difference(values, &upside_down) / 4.0,
                "{how} {degrees}: {apart:.1}"
            );
        }
    }
}
