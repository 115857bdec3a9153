use foundation::SeededRandom;
use pdf::changes::{Changes, Deed, Level, Role, Rule, between, since};
use pdf::{Delta, Dict, Document, Name, Obj, Ref, Str, Stream};

use crate::build::{check, pdf, variants, with_fields};

fn grown(base: &[u8], make: impl FnOnce(&mut Delta<'_>)) -> Vec<u8> {
    let document = Document::open(base).unwrap();
    let mut delta = Delta::on(&document).unwrap();
    make(&mut delta);
    let mut file = base.to_vec();
    file.extend(delta.finish(&SeededRandom::new(1)).unwrap().bytes);
    check(&file);
    file
}

fn signature() -> Dict<'static> {
    Dict::new()
        .with("Type", Name::new("Sig"))
        .with("Filter", Name::new("Adobe.PPKLite"))
        .with("SubFilter", Name::new("ETSI.CAdES.detached"))
}

fn sign(base: &[u8], field: &str) -> Vec<u8> {
    grown(base, |delta| {
        let field = delta.base().field(field).unwrap().unwrap().object;
        let value = delta.reserve();
        delta.put_signature(value, &signature(), 64);
        let appearance = delta.add(Stream {
            dict: Dict::new().with("Subtype", Name::new("Form")),
            data: b"q Q".as_slice().into(),
        });
        delta.set(field, &["AP"], Dict::new().with("N", appearance)).unwrap();
        delta.set(field, &["V"], value).unwrap();
    })
}

fn new_field(delta: &mut Delta<'_>, name: &str, rectangle: [i32; 4], value: Option<Ref>) -> Ref {
    let page = delta.base().pages().unwrap()[0].object;
    let root = delta.base().root().unwrap();
    let mut widget = Dict::new()
        .with("Type", Name::new("Annot"))
        .with("Subtype", Name::new("Widget"))
        .with("FT", Name::new("Sig"))
        .with("T", Str::text(name))
        .with("Rect", rectangle.map(Obj::from).to_vec())
        .with("F", 132)
        .with("P", page);
    if let Some(value) = value {
        widget.set("V", value);
    }
    let field = delta.add(widget);
    delta.push(page, &["Annots"], field).unwrap();
    delta.push(root, &["AcroForm", "Fields"], field).unwrap();
    field
}

fn stamp(base: &[u8]) -> Vec<u8> {
    grown(base, |delta| {
        let value = delta.reserve();
        let dict = Dict::new()
            .with("Type", Name::new("DocTimeStamp"))
            .with("Filter", Name::new("Adobe.PPKLite"))
            .with("SubFilter", Name::new("ETSI.RFC3161"));
        delta.put_signature(value, &dict, 64);
        new_field(delta, "T1", [0, 0, 0, 0], Some(value));
    })
}

fn dss(base: &[u8], keep: bool) -> Vec<u8> {
    grown(base, |delta| {
        let root = delta.base().root().unwrap();
        let certificate = delta.add(Stream {
            dict: Dict::new(),
            data: b"certificate".as_slice().into(),
        });
        let reply = delta.add(Stream {
            dict: Dict::new(),
            data: b"reply".as_slice().into(),
        });
        if keep {
            delta.push(root, &["DSS", "Certs"], certificate).unwrap();
            delta.push(root, &["DSS", "OCSPs"], reply).unwrap();
        } else {
            let dict = Dict::new()
                .with("Certs", vec![certificate.into()])
                .with("OCSPs", vec![reply.into()]);
            let dict = delta.add(dict);
            delta.set(root, &["DSS"], dict).unwrap();
        }
    })
}

fn after(file: &[u8], signed: usize) -> Changes {
    since(&Document::open(file).unwrap(), signed).unwrap()
}

fn vetoed(changes: &Changes, rule: Rule) -> bool {
    changes.level == Level::Other
        && changes
            .findings
            .iter()
            .any(|finding| finding.level == Level::Other && finding.rule == rule)
}

#[test]
fn the_ruled_order_of_a_contract_is_form_filling_and_archive_only() {
    for (name, base) in variants(&with_fields()) {
        let signed = sign(&base, "A");
        let changes = after(&signed, 1);
        assert_eq!((changes.level, changes.touched.len()), (Level::None, 0), "{name}");
        let validated = dss(&signed, false);
        assert_eq!(after(&validated, 1).level, Level::LtaUpdates, "{name}: {:?}", after(&validated, 1));
        let both = sign(&validated, "B");
        let changes = after(&both, 1);
        assert_eq!(changes.level, Level::FormFilling, "{name}: {changes:#?}");
        assert_eq!(changes.fields, ["B"], "{name}");
        let sealed = stamp(&dss(&both, true));
        let changes = after(&sealed, 1);
        assert_eq!(changes.level, Level::FormFilling, "{name}: {changes:#?}");
        assert_eq!(changes.fields, ["B", "T1"], "{name}");
        let of_b = after(&sealed, 3);
        assert_eq!(of_b.level, Level::LtaUpdates, "{name}: {of_b:#?}");
        assert!(
            of_b.touched
                .iter()
                .any(|touched| touched.role == Role::SignatureValue { field: "T1".into() } && touched.deed == Deed::Added)
        );
        assert!(
            of_b.touched
                .iter()
                .all(|touched| touched.role != Role::Unused && touched.role != Role::Unexplained),
            "{name}: {of_b:#?}"
        );
    }
}

#[test]
fn layout_of_fields_is_a_visible_new_field_each() {
    let base = crate::build::contract();
    let laid = grown(&base, |delta| {
        new_field(delta, "甲", [50, 50, 200, 100], None);
        new_field(delta, "乙", [300, 50, 450, 100], None);
        let root = delta.base().root().unwrap();
        delta.set(root, &["AcroForm", "SigFlags"], 3).unwrap();
    });
    let changes = after(&laid, 0);
    assert_eq!(changes.level, Level::FormFilling, "{changes:#?}");
    assert!(
        changes
            .touched
            .iter()
            .any(|touched| touched.role == Role::NewField { name: "甲".into() })
    );
    assert!(changes.touched.iter().any(|touched| touched.role == Role::PageAnnots { page: 0 }));
}

#[test]
fn new_page_content_is_refused_with_its_object() {
    let signed = sign(&with_fields(), "A");
    let file = grown(&signed, |delta| {
        delta.put(
            Ref::new(4),
            Stream {
                dict: Dict::new(),
                data: b"BT (Contract 2) Tj ET".as_slice().into(),
            },
        );
    });
    let changes = after(&file, 1);
    assert!(vetoed(&changes, Rule::Unexplained), "{changes:#?}");
    assert_eq!(
        changes
            .findings
            .iter()
            .find(|finding| finding.level == Level::Other)
            .unwrap()
            .object,
        Some(Ref::new(4))
    );
}

#[test]
fn a_change_taken_back_later_is_still_found() {
    let signed = sign(&with_fields(), "A");
    let changed = grown(&signed, |delta| delta.set(Ref::new(3), &["Rotate"], 90).unwrap());
    let back = grown(&changed, |delta| {
        let Obj::Dict(mut page) = delta.get(Ref::new(3)).unwrap() else {
            panic!()
        };
        page.remove("Rotate");
        delta.put(Ref::new(3), page);
    });
    let document = Document::open(&back).unwrap();
    assert_eq!(between(&document, 1, 3).unwrap().level, Level::None);
    let changes = since(&document, 1).unwrap();
    assert!(vetoed(&changes, Rule::Page), "{changes:#?}");
}

#[test]
fn objects_written_again_the_same_are_no_change() {
    let signed = sign(&with_fields(), "A");
    let file = grown(&signed, |delta| {
        for number in [1, 3, 4] {
            let value = delta.get(Ref::new(number)).unwrap();
            delta.put(Ref::new(number), value);
        }
    });
    let changes = after(&file, 1);
    assert_eq!(changes.level, Level::None, "{changes:#?}");
    assert!(changes.touched.iter().all(|touched| touched.deed == Deed::Repeated));
}

#[test]
fn comments_are_annotations_and_stamps_are_not() {
    let signed = sign(&with_fields(), "A");
    let with = |kind: &'static str| {
        let file = grown(&signed, |delta| {
            let annotation = Dict::new()
                .with("Type", Name::new("Annot"))
                .with("Subtype", Name::new(kind))
                .with("Rect", vec![0.into(); 4]);
            let annotation = delta.add(annotation);
            delta.push(Ref::new(3), &["Annots"], annotation).unwrap();
        });
        after(&file, 1)
    };
    assert_eq!(with("Highlight").level, Level::Annotations);
    assert!(vetoed(&with("FreeText"), Rule::Annotation));
    assert!(vetoed(&with("Widget"), Rule::Annotation));
}

#[test]
fn a_signature_may_not_be_written_again_or_taken_out() {
    let signed = sign(&with_fields(), "A");
    let document = Document::open(&signed).unwrap();
    let value = document.signatures().unwrap()[0].object.unwrap();
    let other = grown(&signed, |delta| {
        delta.put_signature(value, &signature().with("Reason", Str::text("x")), 64)
    });
    assert!(vetoed(&after(&other, 1), Rule::Unexplained));
    let emptied = grown(&signed, |delta| {
        let Obj::Dict(mut field) = delta.get(Ref::new(7)).unwrap() else {
            panic!()
        };
        field.remove("V");
        delta.put(Ref::new(7), field);
    });
    assert!(vetoed(&after(&emptied, 1), Rule::Sign), "{:#?}", after(&emptied, 1));
    let gone = grown(&signed, |delta| {
        delta.set(Ref::new(1), &["AcroForm", "Fields"], vec![Ref::new(7).into()]).unwrap()
    });
    assert!(vetoed(&after(&gone, 1), Rule::Form));
}

#[test]
fn a_moved_or_scripted_field_is_refused() {
    let signed = sign(&with_fields(), "A");
    let moved = grown(&signed, |delta| {
        delta
            .set(Ref::new(8), &["Rect"], vec![0.into(), 0.into(), 500.into(), 800.into()])
            .unwrap()
    });
    assert!(vetoed(&after(&moved, 1), Rule::Sign), "{:#?}", after(&moved, 1));
    let scripted = grown(&signed, |delta| {
        let field = new_field(delta, "C", [0, 0, 9, 9], None);
        let action = Dict::new().with("S", Name::new("JavaScript")).with("JS", Str::text("app.alert(1)"));
        delta.set(field, &["AA"], Dict::new().with("E", action)).unwrap();
    });
    assert!(vetoed(&after(&scripted, 1), Rule::NewField));
}

#[test]
fn an_appearance_may_not_borrow_an_old_stream() {
    let signed = sign(&with_fields(), "A");
    let file = grown(&signed, |delta| {
        let value = delta.reserve();
        delta.put_signature(value, &signature(), 64);
        delta.set(Ref::new(8), &["V"], value).unwrap();
        delta.set(Ref::new(8), &["AP"], Dict::new().with("N", Ref::new(4))).unwrap();
    });
    assert!(vetoed(&after(&file, 1), Rule::Sign));
}

#[test]
fn what_was_dangling_may_not_be_filled() {
    let base = pdf(
        &[
            "<</Type /Catalog /Pages 2 0 R>>",
            "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842]>>",
            "<</Type /Page /Parent 2 0 R /Contents [4 0 R 5 0 R]>>",
            "<</Length 3>>\nstream\nq Q\nendstream",
        ],
        "",
    );
    let file = grown(&base, |delta| {
        let added = delta.add(Stream {
            dict: Dict::new(),
            data: b"BT ET".as_slice().into(),
        });
        assert_eq!(added, Ref::new(5));
    });
    assert!(vetoed(&after(&file, 0), Rule::Unexplained), "{:#?}", after(&file, 0));
}

#[test]
fn a_field_that_is_something_else_too_may_not_change() {
    let base = pdf(
        &[
            "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [4 0 R] /SigFlags 3>>>>",
            "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842]>>",
            "<</Type /Page /Parent 2 0 R /Annots [4 0 R] /Resources 4 0 R>>",
            "<</Subtype /Widget /FT /Sig /T (A) /Rect [0 0 9 9]>>",
        ],
        "",
    );
    let file = sign(&base, "A");
    assert!(vetoed(&after(&file, 0), Rule::Unexplained), "{:#?}", after(&file, 0));
}

#[test]
fn validation_data_may_grow_not_shrink() {
    let signed = dss(&sign(&with_fields(), "A"), false);
    let extended = dss(&signed, true);
    assert_eq!(after(&extended, 2).level, Level::LtaUpdates, "{:#?}", after(&extended, 2));
    let replaced = dss(&signed, false);
    assert!(vetoed(&after(&replaced, 2), Rule::Dss), "{:#?}", after(&replaced, 2));
    let strange = grown(&signed, |delta| delta.set(Ref::new(1), &["DSS", "JS"], 1).unwrap());
    assert!(vetoed(&after(&strange, 2), Rule::Dss));
}

#[test]
fn information_and_metadata_may_be_renewed() {
    let signed = sign(&with_fields(), "A");
    let file = grown(&signed, |delta| {
        delta.set(Ref::new(6), &["ModDate"], Str::literal(b"D:20261124")).unwrap()
    });
    let changes = after(&file, 1);
    assert_eq!(changes.level, Level::LtaUpdates, "{changes:#?}");
    let metadata = |text: &'static str| {
        let file = grown(&signed, |delta| {
            let stream = delta.add(Stream {
                dict: Dict::new().with("Subtype", Name::new("XML")),
                data: text.as_bytes().into(),
            });
            delta.set(Ref::new(1), &["Metadata"], stream).unwrap();
        });
        after(&file, 1)
    };
    assert_eq!(metadata("<x:xmpmeta/>").level, Level::LtaUpdates);
    assert!(vetoed(&metadata("<!DOCTYPE a [<!ENTITY b 'c'>]><x:xmpmeta/>"), Rule::Metadata));
}

#[test]
fn unused_objects_are_named_as_such() {
    let signed = sign(&with_fields(), "A");
    let file = grown(&signed, |delta| {
        delta.add(Dict::new().with("Hidden", true));
    });
    let changes = after(&file, 1);
    assert_eq!(changes.level, Level::LtaUpdates);
    assert_eq!(changes.touched[0].role, Role::Unused);
}

#[test]
fn freed_objects_are_refused() {
    let signed = sign(&with_fields(), "A");
    let startxref = Document::open(&signed).unwrap().newest().startxref;
    let mut file = signed.clone();
    let at = file.len();
    file.extend(
        format!(
            "xref\n5 1\n0000000000 00001 f \ntrailer\n<</Size 11 /Root 1 0 R /Info 6 0 R /Prev {startxref} \
             /ID [<00112233445566778899AABBCCDDEEFF> <00>]>>\nstartxref\n{at}\n%%EOF\n"
        )
        .as_bytes(),
    );
    let changes = after(&file, 1);
    assert!(vetoed(&changes, Rule::Freed), "{changes:#?}");
}

#[test]
fn a_rewritten_object_stream_is_refused() {
    let base = crate::build::qpdf(&with_fields(), &["--object-streams=generate"]);
    let signed = sign(&base, "A");
    let document = Document::open(&signed).unwrap();
    let container = document.revisions()[0]
        .entries()
        .find_map(|(_, entry)| {
            if let pdf::Entry::InStream { container, .. } = entry {
                Some(container)
            } else {
                None
            }
        })
        .unwrap();
    let file = grown(&signed, |delta| {
        let Obj::Stream(mut stream) = delta.get(Ref::new(container)).unwrap() else {
            panic!()
        };
        let text = delta.base().decode(&stream).unwrap();
        let text = String::from_utf8(text).unwrap().replace("595", "395");
        stream.dict.remove("Filter");
        stream.data = text.into_bytes().into();
        delta.put(Ref::new(container), stream);
    });
    let changes = after(&file, 1);
    assert!(vetoed(&changes, Rule::Containers), "{changes:#?}");
}
