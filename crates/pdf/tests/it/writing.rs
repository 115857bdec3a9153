use foundation::SeededRandom;
use pdf::{Coverage, Delta, Dict, Document, Error, Name, Ref, Str};

use crate::build::{check, contract, variants, with_fields};

fn grown(base: &[u8], make: impl FnOnce(&mut Delta<'_>)) -> Vec<u8> {
    let document = Document::open(base).unwrap();
    let mut delta = Delta::on(&document).unwrap();
    make(&mut delta);
    let mut file = base.to_vec();
    file.extend(delta.finish(&SeededRandom::new(1)).unwrap().bytes);
    file
}

#[test]
fn an_update_is_clean_for_qpdf_in_every_variant() {
    for (name, base) in variants(&contract()) {
        let file = grown(&base, |delta| {
            let view = delta.base();
            let page = view.pages().unwrap()[0].object;
            let root = view.root().unwrap();
            let field = delta.reserve();
            let widget = Dict::new()
                .with("Type", Name::new("Annot"))
                .with("Subtype", Name::new("Widget"))
                .with("FT", Name::new("Sig"))
                .with("T", Str::text("甲の署名"))
                .with("Rect", vec![0.into(), 0.into(), 0.into(), 0.into()])
                .with("F", 132)
                .with("P", page);
            delta.put(field, widget);
            delta.push(page, &["Annots"], field).unwrap();
            delta.push(root, &["AcroForm", "Fields"], field).unwrap();
            delta.set(root, &["AcroForm", "SigFlags"], 3).unwrap();
        });
        check(&file);
        let document = Document::open(&file).unwrap();
        assert_eq!(document.revisions().len(), 2, "{name}");
        assert_eq!(document.revisions()[0].end, base.len(), "{name}");
        assert_eq!(document.revisions()[0].kind, document.revisions()[1].kind, "{name}");
        assert_eq!(document.last().fields().unwrap()[0].name, "甲の署名", "{name}");
        assert!(document.at(0).fields().unwrap().is_empty(), "{name}");
        let old = document.revisions()[0].trailer.get("ID").unwrap().array().unwrap()[0].clone();
        let new = document.newest().trailer.get("ID").unwrap().array().unwrap();
        assert_eq!(new[0], old, "{name}");
        assert_ne!(new[1], old, "{name}");
    }
}

#[test]
fn a_base_without_final_line_end_gets_one() {
    let mut base = contract();
    base.pop();
    let file = grown(&base, |delta| {
        delta.add(Dict::new());
    });
    assert_eq!(file[base.len()], b'\n');
    check(&file);
    let document = Document::open(&file).unwrap();
    assert_eq!(document.revisions()[0].marker_end, base.len());
    assert_eq!(document.revisions()[0].end, base.len() + 1);
}

#[test]
fn a_signature_knows_its_hole_and_range() {
    for (name, base) in variants(&with_fields()) {
        let document = Document::open(&base).unwrap();
        let mut delta = Delta::on(&document).unwrap();
        let field = delta.base().field("A").unwrap().unwrap();
        let value = delta.reserve();
        let dict = Dict::new()
            .with("Type", Name::new("Sig"))
            .with("Filter", Name::new("Adobe.PPKLite"))
            .with("SubFilter", Name::new("ETSI.CAdES.detached"))
            .with("M", Str::literal(b"D:20261124000000Z"));
        delta.put_signature(value, &dict, 100);
        delta.set(field.object, &["V"], value).unwrap();
        let appended = delta.finish(&SeededRandom::new(2)).unwrap();
        let hole = appended.hole.clone().unwrap();
        let mut file = base.clone();
        file.extend(&appended.bytes);
        pdf::fill(&[0xAB; 60], &mut file[hole.clone()]).unwrap();
        assert_eq!(pdf::fill(&[0; 101], &mut file[hole.clone()]), None);
        check(&file);
        let document = Document::open(&file).unwrap();
        let signatures = document.signatures().unwrap();
        let signature = &signatures[0];
        assert_eq!((signature.field.as_str(), signature.revision), ("A", 1), "{name}");
        assert_eq!(signature.hole.clone().unwrap(), hole);
        assert_eq!(signature.byte_range, appended.byte_range);
        assert_eq!(signature.contents[..60], [0xAB; 60]);
        assert_eq!(signature.coverage(&document), Coverage::File, "{name}");
        let more = grown(&file, |delta| {
            delta.add(Dict::new());
        });
        let document = Document::open(&more).unwrap();
        let signature = &document.signatures().unwrap()[0];
        assert_eq!(signature.coverage(&document), Coverage::Revision(1), "{name}");
        assert!(document.at(0).field("A").unwrap().unwrap().is_empty_signature());
    }
}

#[test]
fn indirect_arrays_are_continued_where_they_are() {
    let base = crate::build::pdf(
        &[
            "<</Type /Catalog /Pages 2 0 R /AcroForm 4 0 R>>",
            "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 9 9]>>",
            "<</Type /Page /Parent 2 0 R /Annots 5 0 R>>",
            "<</Fields 6 0 R>>",
            "[]",
            "[]",
        ],
        "",
    );
    let file = grown(&base, |delta| {
        delta.push(Ref::new(3), &["Annots"], Ref::new(1)).unwrap();
        delta.push(Ref::new(1), &["AcroForm", "Fields"], Ref::new(1)).unwrap();
        delta.set(Ref::new(1), &["AcroForm", "SigFlags"], 3).unwrap();
    });
    let document = Document::open(&file).unwrap();
    let written: Vec<u32> = document.newest().written().map(|reference| reference.number).collect();
    assert_eq!(written, [4, 5, 6]);
}

#[test]
fn a_value_of_the_wrong_type_on_the_way_is_an_error() {
    let base = contract();
    let document = Document::open(&base).unwrap();
    let mut delta = Delta::on(&document).unwrap();
    assert!(matches!(delta.set(Ref::new(1), &["Type", "X"], 1), Err(Error::WrongType { .. })));
}

#[test]
fn the_sample_contracts_can_be_signed_in_every_variant() {
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    for name in ["koji-ukeoi", "chumon", "henko-oboegaki"] {
        let sample = std::fs::read(samples.join(name).with_extension("pdf")).unwrap();
        for (variant, base) in variants(&sample) {
            let laid = grown(&base, |delta| {
                let page = delta.base().pages().unwrap()[0].object;
                let root = delta.base().root().unwrap();
                for party in ["甲", "乙"] {
                    let widget = Dict::new()
                        .with("Type", Name::new("Annot"))
                        .with("Subtype", Name::new("Widget"))
                        .with("FT", Name::new("Sig"))
                        .with("T", Str::text(party))
                        .with("Rect", vec![10.into(), 10.into(), 100.into(), 50.into()])
                        .with("F", 132)
                        .with("P", page);
                    let field = delta.add(widget);
                    delta.push(page, &["Annots"], field).unwrap();
                    delta.push(root, &["AcroForm", "Fields"], field).unwrap();
                }
                delta.set(root, &["AcroForm", "SigFlags"], 3).unwrap();
            });
            check(&laid);
            let document = Document::open(&laid).unwrap();
            let mut delta = Delta::on(&document).unwrap();
            let value = delta.reserve();
            delta.put_signature(
                value,
                &Dict::new()
                    .with("Type", Name::new("Sig"))
                    .with("Filter", Name::new("Adobe.PPKLite")),
                50,
            );
            let field = delta.base().field("甲").unwrap().unwrap().object;
            delta.set(field, &["V"], value).unwrap();
            let mut signed = laid.clone();
            signed.extend(delta.finish(&SeededRandom::new(3)).unwrap().bytes);
            check(&signed);
            let document = Document::open(&signed).unwrap();
            assert_eq!(
                document.signatures().unwrap()[0].coverage(&document),
                Coverage::File,
                "{name} {variant}"
            );
            let changes = pdf::changes::since(&document, 1).unwrap();
            assert_eq!(changes.level, pdf::changes::Level::FormFilling, "{name} {variant}: {changes:#?}");
            let features = document.features().unwrap();
            assert!(
                !features.javascript && !features.open_action && !features.embedded_files && !features.launch,
                "{name}: {features:?}"
            );
        }
    }
}
