use foundation::SeededRandom;
use pdf::{Delta, Document, Obj, import_page};

use crate::build::{check, contract, pdf, variants};

/// A page that inherits its resources and splits its content.
fn split_page() -> Vec<u8> {
    pdf(
        &[
            "<</Type /Catalog /Pages 2 0 R>>",
            "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 100 50] /Resources <</Font <</F1 5 0 R>> /P <</Length 6 0 R>>>>>>",
            "<</Type /Page /Parent 2 0 R /Contents [4 0 R 6 0 R]>>",
            "<</Length 21>>\nstream\nBT /F1 24 Tf 10 10 Td\nendstream",
            "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
            "<</Length 12>>\nstream\n(Mark 1) Tj \nendstream",
        ],
        "",
    )
}

#[test]
fn a_page_becomes_a_form_with_all_it_needs_and_nothing_else() {
    for (name, base) in variants(&contract()) {
        for mark in [contract(), split_page()] {
            let document = Document::open(&base).unwrap();
            let mut delta = Delta::on(&document).unwrap();
            let before = delta.reserve().number;
            let imported = import_page(&mut delta, &mark, None, 0).unwrap();
            delta.put(pdf::Ref::new(before), 1);
            let mut file = base.clone();
            file.extend(delta.finish(&SeededRandom::new(1)).unwrap().bytes);
            check(&file);
            let document = Document::open(&file).unwrap();
            let Obj::Stream(form) = document.last().object(imported.form).unwrap() else {
                panic!("{name}: no form")
            };
            let text = String::from_utf8(document.last().decode(&form).unwrap()).unwrap();
            assert!(text.contains("(Contract 1) Tj") || text.contains("(Mark 1) Tj"), "{name}: {text}");
            let resources = form.dict.get("Resources").unwrap().dict().unwrap();
            let font = resources
                .get("Font")
                .unwrap()
                .dict()
                .unwrap()
                .get("F1")
                .unwrap()
                .reference()
                .unwrap();
            assert!(font.number > before, "{name}");
            assert!(document.last().dict(font).unwrap().is("BaseFont", "Helvetica"), "{name}");
            assert!(form.dict.get("Parent").is_none(), "{name}");
        }
    }
}

#[test]
fn the_box_takes_the_proportion_of_its_place() {
    let base = contract();
    let document = Document::open(&base).unwrap();
    let mut delta = Delta::on(&document).unwrap();
    let imported = import_page(&mut delta, &split_page(), Some([300.0, 100.0]), 0).unwrap();
    assert_eq!(imported.bbox, [-25.0, 0.0, 125.0, 50.0]);
    let imported = import_page(&mut delta, &split_page(), Some([100.0, 100.0]), 0).unwrap();
    assert_eq!(imported.bbox, [0.0, -25.0, 100.0, 75.0]);
}

#[test]
fn what_is_no_page_is_refused() {
    let base = contract();
    let document = Document::open(&base).unwrap();
    let mut delta = Delta::on(&document).unwrap();
    assert!(import_page(&mut delta, b"no PDF", None, 0).is_err());
}
