//! Attacks on the history of a file: signatures taken out of its newest state, revisions skipped, second tables for other readers.

use super::attacks::{good, report, update};
use super::world::world;
use pades::{Indication, Verdict};
use pdf::{Dict, Document, Name, Obj, Stream};
use pki::KeyType;
use std::fmt::Write as _;

/// A revision written by hand: `objects`, a table that lists them, and a trailer with `entries` that goes on at `prev`.
pub(super) fn revision(pdf: &[u8], objects: &[(u32, String)], prev: usize, entries: &str) -> Vec<u8> {
    let mut out = pdf.to_vec();
    out.push(b'\n');
    let mut table = "xref\n".to_owned();
    for (number, text) in objects {
        writeln!(table, "{number} 1\n{:010} 00000 n ", out.len()).unwrap();
        out.extend(format!("{number} 0 obj\n{text}\nendobj\n").as_bytes());
    }
    if objects.is_empty() {
        table.push_str("0 1\n0000000000 65535 f \n");
    }
    let start = out.len();
    out.extend(format!("{table}trailer\n<< /Root 1 0 R /Prev {prev} {entries} >>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

fn size(pdf: &[u8]) -> u32 {
    Document::open(pdf).unwrap().last().next_number()
}

fn startxref(pdf: &[u8]) -> usize {
    Document::open(pdf).unwrap().newest().startxref
}

fn altered(what: &str, pdf: &[u8]) {
    let report = report(pdf).unwrap_or_else(|| panic!("{what}: unreadable"));
    println!("{what}: {:?}", report.signatures.iter().map(|s| &s.reasons).collect::<Vec<_>>());
    assert_eq!(report.verdict(), Verdict::Altered, "{what}");
}

/// Signed by A, then by B.
fn both() -> Vec<u8> {
    let world = world();
    let pdf = world.signed(&good(), "SignatureB", world.signer(KeyType::P384), world.time(), true);
    assert_eq!(report(&pdf).unwrap().verdict(), Verdict::Valid);
    pdf
}

#[test]
fn a_signature_taken_out_of_the_form_is_told() {
    let pdf = good();
    let without_form = update(&pdf, |delta| {
        let root = delta.base().root().unwrap();
        let mut catalog = delta.base().catalog().unwrap();
        catalog.remove("AcroForm");
        delta.put(root, catalog);
    });
    altered("the form is gone", &without_form);
    let emptied = update(&pdf, |delta| {
        let field = delta.base().field("SignatureA").unwrap().unwrap();
        let mut dict = field.dict;
        dict.remove("V");
        delta.put(field.object, dict);
    });
    altered("the value is gone", &emptied);
    let other_kind = update(&pdf, |delta| {
        let field = delta.base().field("SignatureA").unwrap().unwrap();
        let mut dict = field.dict;
        dict.set("FT", Name::new("Btn"));
        delta.put(field.object, dict);
    });
    altered("the field is no signature field any more", &other_kind);
    let stamped = world().with_document_stamp(&without_form, world().time());
    altered("a document time-stamp afterwards helps nothing", &stamped);
}

#[test]
fn a_field_below_a_signed_field_does_not_hide_it() {
    let pdf = both();
    let hidden = update(&pdf, |delta| {
        let above = delta.base().field("SignatureA").unwrap().unwrap();
        let below = delta.add(
            Dict::new()
                .with("FT", Name::new("Sig"))
                .with("T", pdf::Str::text("x"))
                .with("Parent", above.object),
        );
        let mut dict = above.dict;
        dict.set("Kids", vec![Obj::Ref(below)]);
        delta.put(above.object, dict);
    });
    altered("a kid under a signed field", &hidden);
}

#[test]
fn the_second_signer_cannot_be_taken_out() {
    let two = both();
    // Goes on at A's revision, as if B's had never been.
    let first = Document::open(&two).unwrap().revisions()[2].startxref;
    let skipped = revision(&two, &[], first, &format!("/Size {}", size(&two)));
    assert_eq!(
        Document::open(&skipped).unwrap().signatures().unwrap().len(),
        1,
        "B's is not listed"
    );
    altered("B's revision is skipped", &skipped);
    // B's field as it was before B signed.
    let document = Document::open(&two).unwrap();
    let field = document.last().field("SignatureB").unwrap().unwrap().object;
    let before = document.at(2).locate(field).unwrap().unwrap().span.unwrap();
    let text = std::str::from_utf8(&two[before]).unwrap();
    let text = text.split_once("obj").unwrap().1.trim_end_matches("endobj").to_owned();
    let reverted = revision(&two, &[(field.number, text)], startxref(&two), &format!("/Size {}", size(&two)));
    altered("B's field is put back", &reverted);
}

#[test]
fn a_signature_cleared_before_another_signed_is_a_warning() {
    let world = world();
    let cleared = update(&good(), |delta| {
        let field = delta.base().field("SignatureA").unwrap().unwrap();
        let mut dict = field.dict;
        dict.remove("V");
        delta.put(field.object, dict);
    });
    let signed = world.signed(&cleared, "SignatureB", world.signer(KeyType::P384), world.time(), true);
    let report = report(&signed).unwrap();
    assert_eq!(report.verdict(), Verdict::Valid, "{report:#?}");
    assert!(
        report.warnings.iter().any(|warning| warning.contains("取り除")),
        "{:?}",
        report.warnings
    );
}

#[test]
fn a_second_table_for_other_readers_is_an_alteration() {
    let pdf = good();
    let number = size(&pdf);
    // The stream says that object 5, the page's content, is another one; readers of tables alone do not look into it.
    let evil = "<< /Length 12 >>\nstream\n0 0 m 9 9 l\n\nendstream";
    let at = pdf.len() + 1;
    let body = format!("{} 0 obj\n{evil}\nendobj\n", 5);
    let stream_at = at + body.len();
    let mut row = vec![1u8];
    row.extend(u32::try_from(at).unwrap().to_be_bytes());
    row.push(0);
    let mut out = [&pdf[..], b"\n", body.as_bytes()].concat();
    out.extend(
        format!(
            "{number} 0 obj\n<< /Type /XRef /Size {} /W [1 4 1] /Index [5 1] /Length 6 /Root 1 0 R >>\nstream\n",
            number + 1
        )
        .as_bytes(),
    );
    out.extend(&row);
    out.extend(b"\nendstream\nendobj\n");
    let start = out.len();
    out.extend(
        format!(
            "xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size {} /Root 1 0 R /Prev {} /XRefStm {stream_at} >>\nstartxref\n{start}\n%%EOF\n",
            number + 1,
            startxref(&pdf)
        )
        .as_bytes(),
    );
    altered("hybrid", &out);
}

#[test]
fn a_smaller_size_hides_objects() {
    let pdf = good();
    altered("/Size 5", &revision(&pdf, &[], startxref(&pdf), "/Size 5"));
    // The same size is no change.
    let same = revision(&pdf, &[], startxref(&pdf), &format!("/Size {}", size(&pdf)));
    assert_eq!(report(&same).unwrap().verdict(), Verdict::Valid);
}

#[test]
fn one_signature_in_two_fields_is_refused() {
    let pdf = good();
    let twice = update(&pdf, |delta| {
        let value = delta.base().field("SignatureA").unwrap().unwrap().dict.get("V").unwrap().clone();
        let field = delta.base().field("SignatureB").unwrap().unwrap();
        let mut dict = field.dict;
        dict.set("V", value);
        delta.put(field.object, dict);
    });
    altered("A's signature in B's field", &twice);
    // A copy of the signature's object under another number.
    let document = Document::open(&pdf).unwrap();
    let signature = &document.signatures().unwrap()[0];
    let text = String::from_utf8(pdf[signature.span.clone().unwrap()].to_vec()).unwrap();
    let text = text
        .split_once("obj\n")
        .map_or(text.as_str(), |(_, rest)| rest)
        .replace("endobj", "");
    let field = document.last().field("SignatureB").unwrap().unwrap();
    let number = size(&pdf);
    let rect = field.dict.get("Rect").unwrap().array().unwrap();
    let rect: Vec<f64> = rect.iter().map(|number| number.number().unwrap()).collect();
    let dict = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (SignatureB) /F 132 /P 3 0 R /Rect [{} {} {} {}] /V {number} 0 R >>",
        rect[0], rect[1], rect[2], rect[3]
    );
    let copied = revision(
        &pdf,
        &[(field.object.number, dict), (number, text)],
        startxref(&pdf),
        &format!("/Size {}", number + 1),
    );
    altered("A's signature copied", &copied);
}

/// A revision with an object stream that holds `objects`, listed by a cross-reference stream under their place in it.
fn compressed(pdf: &[u8], objects: &[(u32, &str)], listed: &[(u32, u8)]) -> Vec<u8> {
    let number = size(pdf);
    let (mut index, mut texts) = (String::new(), String::new());
    for (object, text) in objects {
        write!(index, "{object} {} ", texts.len()).unwrap();
        write!(texts, "{text} ").unwrap();
    }
    let data = format!("{index}{texts}");
    let at = pdf.len() + 1;
    let mut out = [pdf, b"\n"].concat();
    out.extend(
        format!(
            "{number} 0 obj\n<< /Type /ObjStm /N {} /First {} /Length {} >>\nstream\n{data}\nendstream\nendobj\n",
            objects.len(),
            index.len(),
            data.len()
        )
        .as_bytes(),
    );
    let start = out.len();
    let (mut runs, mut rows) = (String::new(), Vec::new());
    for (object, place) in listed {
        write!(runs, "{object} 1 ").unwrap();
        rows.push(2);
        rows.extend(number.to_be_bytes());
        rows.push(*place);
    }
    for place in [at, start] {
        rows.push(1);
        rows.extend(u32::try_from(place).unwrap().to_be_bytes());
        rows.push(0);
    }
    out.extend(
        format!(
            "{} 0 obj\n<< /Type /XRef /Size {} /W [1 4 1] /Index [{runs}{number} 2] /Length {} /Root 1 0 R /Prev {} >>\nstream\n",
            number + 1,
            number + 2,
            rows.len(),
            startxref(pdf)
        )
        .as_bytes(),
    );
    out.extend(&rows);
    out.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

#[test]
fn objects_in_streams_are_no_way_around() {
    let pdf = good();
    let document = Document::open(&pdf).unwrap();
    let page = document.last().pages().unwrap()[0].object;
    let span = document.last().locate(page).unwrap().unwrap().span.unwrap();
    let text = std::str::from_utf8(&pdf[span]).unwrap();
    let same = text.split_once("obj").unwrap().1.trim_end_matches("endobj").trim();
    let evil = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>";
    let number = page.number;
    let repeated = compressed(&pdf, &[(number, same)], &[(number, 0)]);
    assert_eq!(report(&repeated).unwrap().verdict(), Verdict::Valid, "the same page, compressed");
    altered("another page in a stream", &compressed(&pdf, &[(number, evil)], &[(number, 0)]));
    // Readers that look for the number find another one than readers that count.
    altered(
        "a number twice",
        &compressed(&pdf, &[(number, same), (number, evil)], &[(number, 0)]),
    );
    altered("a wrong place", &compressed(&pdf, &[(number, same), (99, evil)], &[(number, 1)]));
    let unlisted = compressed(&pdf, &[(number, evil)], &[]);
    assert_eq!(
        report(&unlisted).unwrap().verdict(),
        Verdict::Valid,
        "what no table lists does not exist"
    );
}

#[test]
fn tables_that_lead_in_circles_or_back_are_refused() {
    let pdf = good();
    let own = pdf.len() + 1;
    for (what, prev) in [("itself", own), ("past the end", 9_999_999), ("no table", 20)] {
        let looped = revision(&pdf, &[], prev, &format!("/Size {}", size(&pdf)));
        assert!(Document::open(&looped).is_err(), "{what}");
        assert!(report(&looped).is_none(), "{what}");
    }
    let stream = update(&pdf, |delta| {
        delta.add(Stream {
            dict: Dict::new(),
            data: b"q Q".as_slice().into(),
        });
    });
    assert_eq!(
        report(&stream).unwrap().signatures[0].indication,
        Indication::TotalPassed,
        "an unused object is harmless"
    );
}

#[test]
fn another_root_or_a_late_encryption_is_an_alteration() {
    let pdf = good();
    let number = size(&pdf);
    let mut catalog = String::from("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [");
    for field in Document::open(&pdf).unwrap().last().fields().unwrap() {
        write!(catalog, "{} 0 R ", field.object.number).unwrap();
    }
    catalog.push_str("] /SigFlags 3 >> >>");
    let out = revision(&pdf, &[(number, catalog)], startxref(&pdf), &format!("/Size {}", number + 1));
    let at = out.windows(11).rposition(|window| window == b"/Root 1 0 R").unwrap();
    let root = format!("/Root {number} 0 R");
    let out = [&out[..at], root.as_bytes(), &out[at + 11..]].concat();
    altered("another root", &out);
    let encrypted = revision(
        &pdf,
        &[],
        startxref(&pdf),
        &format!("/Size {number} /Encrypt << /Filter /Standard /V 1 /R 2 >>"),
    );
    assert!(report(&encrypted).is_none_or(|report| report.verdict() == Verdict::Altered));
}
