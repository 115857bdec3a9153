use pdf::{Document, Error, FieldKind, Ref, XrefKind};

use crate::build::{contract, pdf, qpdf, variants, with_fields};

#[test]
fn every_variant_of_qpdf_reads_the_same() {
    for (name, file) in variants(&with_fields()) {
        let document = Document::open(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(document.revisions().len(), 1, "{name}");
        let view = document.last();
        let pages = view.pages().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(pages.len(), 1, "{name}");
        assert_eq!(pages[0].media_box, [0.0, 0.0, 595.0, 842.0]);
        let fields = view.fields().unwrap();
        assert_eq!(
            fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(),
            ["A", "B"],
            "{name}"
        );
        assert!(
            fields
                .iter()
                .all(|field| field.kind == FieldKind::Signature && field.is_empty_signature() && field.widgets.len() == 1)
        );
        let contents = pages[0].dict.get("Contents").unwrap();
        let stream = view.resolve(contents).unwrap();
        let text = view.decode(stream.stream().unwrap()).unwrap();
        assert!(text.windows(10).any(|part| part == b"Contract 1"), "{name}");
        for reference in view.references() {
            view.object(reference)
                .unwrap_or_else(|error| panic!("{name}: {reference}: {error}"));
        }
        let features = document.features().unwrap();
        assert_eq!(features.linearized, name.starts_with("linearised"), "{name}");
        assert!(!features.encrypted && !features.javascript && !features.open_action && !features.hybrid);
        let stream = name.contains("object streams") || name == "uncompressed";
        assert_eq!(
            document.newest().kind,
            if stream { XrefKind::Stream } else { XrefKind::Table },
            "{name}"
        );
    }
}

#[test]
fn encryption_is_seen_and_nothing_is_added_to_such_a_file() {
    let file = qpdf(&contract(), &["--encrypt", "", "owner", "256", "--"]);
    let document = Document::open(&file).unwrap();
    assert!(document.features().unwrap().encrypted);
    assert_eq!(pdf::Delta::on(&document).err(), Some(Error::Encrypted));
}

#[test]
fn what_is_no_pdf_says_so() {
    assert_eq!(Document::open(b"").unwrap_err(), Error::Empty);
    assert_eq!(Document::open(b"PK\x03\x04 a zip").unwrap_err(), Error::NotAPdf);
    let file = contract();
    assert_eq!(Document::open(&file[..file.len() - 40]).unwrap_err(), Error::Truncated);
    assert_eq!(Document::open(&file[..file.len() / 2]).unwrap_err(), Error::Truncated);
    let mut more = file.clone();
    more.extend(b"<html>");
    assert!(matches!(
        Document::open(&more).unwrap_err(),
        Error::Truncated | Error::TrailingBytes { .. }
    ));
    let mut shifted = b"junk\n".to_vec();
    shifted.extend(&file);
    assert_eq!(Document::open(&shifted).unwrap_err(), Error::JunkBeforeHeader { offset: 5 });
}

#[test]
fn a_broken_cross_reference_is_refused_with_its_place() {
    let text = String::from_utf8_lossy(&contract()).into_owned();
    let startxref = text.rfind("startxref").unwrap();
    let mut moved = contract();
    let number = startxref + 10 - (text.len() - contract().len());
    moved[number] = b'9';
    assert!(
        matches!(Document::open(&moved).unwrap_err(), Error::BrokenXref { .. }),
        "{:?}",
        Document::open(&moved)
    );
    let mut wrong = contract();
    let entry = wrong.windows(5).position(|part| part == b"00000").unwrap();
    let row = wrong[entry..].windows(2).position(|part| part == b" n").unwrap();
    wrong[entry + row - 8] ^= 1;
    let document = Document::open(&wrong).unwrap();
    assert!(
        document
            .last()
            .references()
            .iter()
            .any(|reference| document.last().object(*reference).is_err())
    );
}

#[test]
fn a_document_without_pages_is_refused() {
    let file = pdf(&["<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [] /Count 0>>"], "");
    assert_eq!(Document::open(&file).unwrap().last().pages().unwrap_err(), Error::NoPages);
}

#[test]
fn circles_end() {
    let file = pdf(&["<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [2 0 R] /Count 1>>"], "");
    assert_eq!(
        Document::open(&file).unwrap().last().pages().unwrap_err(),
        Error::Circle { object: Ref::new(2) }
    );
    let file = pdf(&["<</Type /Catalog /Pages 2 0 R>>", "3 0 R", "2 0 R"], "");
    assert!(Document::open(&file).unwrap().last().pages().is_err());
}

#[test]
fn scripts_and_actions_on_opening_are_seen() {
    let with = |catalog: &str| {
        let catalog = format!("<</Type /Catalog /Pages 2 0 R {catalog}>>");
        let bodies = [
            catalog.as_str(),
            "<</Type /Pages /Kids [3 0 R] /Count 1>>",
            "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>",
        ];
        Document::open(&pdf(&bodies, "")).unwrap().features().unwrap()
    };
    assert!(with("/OpenAction <</S /JavaScript /JS (app.alert)>>").javascript);
    assert!(with("/OpenAction <</S /URI /URI (x)>>").open_action);
    assert!(!with("/OpenAction [3 0 R /Fit]").open_action);
    assert!(with("/AcroForm <</Fields [] /XFA [(a) (b)]>>").xfa);
    assert!(with("/X [<</S /Launch>>]").launch);
}

#[test]
fn names_and_strings_come_back() {
    let file = pdf(
        &[
            "<</Type /Catalog /Pages 2 0 R /A#20B (a\\(b\\)\\101\\\n(c)) /Hex <48656C6C6F7> /T <FEFF7532> /R -1.50 /N null>>",
            "<</Type /Pages /Kids [3 0 R] /Count 1>>",
            "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>",
        ],
        "",
    );
    let document = Document::open(&file).unwrap();
    let catalog = document.last().catalog().unwrap();
    assert_eq!(&*catalog.get("A B").unwrap().str().unwrap().bytes(), b"a(b)A(c)");
    assert_eq!(&*catalog.get("Hex").unwrap().str().unwrap().bytes(), b"Hellop");
    assert_eq!(catalog.get("T").unwrap().str().unwrap().to_text(), "甲");
    assert_eq!(catalog.get("R").unwrap().number(), Some(-1.5));
    let mut out = Vec::new();
    pdf::write::write(&mut out, &catalog.clone().into());
    let text = String::from_utf8(out).unwrap();
    assert!(
        text.contains("/A#20B (a\\(b\\)\\101\\\n(c))") && text.contains("/R -1.50"),
        "{text}"
    );
}

#[test]
fn a_key_given_twice_is_refused() {
    let file = pdf(&["<</Type /Catalog /Pages 2 0 R /Pages 3 0 R>>", "null", "null"], "");
    assert!(matches!(
        Document::open(&file).unwrap().last().catalog().unwrap_err(),
        Error::DuplicateKey { .. }
    ));
}

#[test]
fn an_inflating_bomb_is_stopped() {
    let bomb = {
        use std::io::Write as _;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..200 {
            encoder.write_all(&vec![0; 1 << 20]).unwrap();
        }
        encoder.finish().unwrap()
    };
    let stream = pdf::Stream {
        dict: pdf::Dict::new().with("Filter", pdf::Name::new("FlateDecode")),
        data: bomb.into(),
    };
    let file = contract();
    let document = Document::open(&file).unwrap();
    assert_eq!(
        document.last().decode(&stream).unwrap_err(),
        Error::TooMuch { of: "inflated bytes" }
    );
}
