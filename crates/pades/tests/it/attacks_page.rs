//! Shadow, overlay and annotation attacks: the page shows something else after it was signed.

use super::attacks::{good, replaced, report, update};
use super::attacks_history::revision;
use super::files;
use super::world::world;
use pades::{Changes, FieldSpec, Indication, Plan, Verdict};
use pdf::{Delta, Dict, Document, Name, Obj, Ref, Str, Stream};
use pki::KeyType;

/// A contract with a field for text on its page: 金額, shown as 9,000.
fn with_text_field() -> Vec<u8> {
    let base = files::plain();
    let start = Document::open(&base).unwrap().newest().startxref;
    let field = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Price) /V (9000) /F 4 /P 3 0 R /Rect [50 700 200 720] /AP << /N 7 0 R >> >>";
    let shown = "<< /Type /XObject /Subtype /Form /BBox [0 0 150 20] /Length 16 >>\nstream\n0 0 m 9 9 l S q \nendstream";
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 5 0 R /Annots [6 0 R] >>";
    let catalog = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /DR << >> >> >>";
    let objects = [(1, catalog), (3, page), (6, field), (7, shown)].map(|(number, text)| (number, text.to_owned()));
    files::laid(&revision(&base, &objects, start, "/Size 8"))
}

fn signed(pdf: &[u8]) -> Vec<u8> {
    let world = world();
    let signed = world.signed(pdf, "SignatureA", world.signer(KeyType::P256), world.time(), true);
    assert_eq!(report(&signed).unwrap().verdict(), Verdict::Valid);
    signed
}

fn overlay(delta: &mut Delta<'_>) -> Ref {
    delta.add(Stream {
        dict: Dict::new()
            .with("Type", Name::new("XObject"))
            .with("Subtype", Name::new("Form"))
            .with("BBox", vec![Obj::Int(0), Obj::Int(0), Obj::Int(200), Obj::Int(60)]),
        data: b"1 g 0 0 200 60 re f".to_vec().into(),
    })
}

fn filled(pdf: &[u8]) -> Vec<u8> {
    update(pdf, |delta| {
        let field = delta.base().field("Price").unwrap().unwrap();
        let shown = overlay(delta);
        let mut dict = field.dict;
        dict.set("V", Str::text("1"));
        dict.set("AP", Dict::new().with("N", shown));
        delta.put(field.object, dict);
    })
}

fn widget(delta: &mut Delta<'_>, name: &str, rect: [i64; 4], more: impl FnOnce(&mut Delta<'_>, &mut Dict<'static>)) -> Ref {
    let page = delta.base().pages().unwrap()[0].object;
    let root = delta.base().root().unwrap();
    let mut dict = Dict::new()
        .with("Type", Name::new("Annot"))
        .with("Subtype", Name::new("Widget"))
        .with("FT", Name::new("Sig"))
        .with("T", Str::text(name))
        .with("F", 132)
        .with("P", page)
        .with("Rect", rect.map(Obj::Int).to_vec());
    more(delta, &mut dict);
    let field = delta.add(dict);
    delta.push(page, &["Annots"], field).unwrap();
    delta.push(root, &["AcroForm", "Fields"], field).unwrap();
    field
}

fn verdict(pdf: &[u8]) -> Verdict {
    let report = report(pdf).unwrap();
    println!("{:?}", report.signatures.iter().map(|s| &s.reasons).collect::<Vec<_>>());
    report.verdict()
}

#[test]
fn a_price_filled_in_after_the_last_signature_is_an_alteration() {
    let pdf = signed(&with_text_field());
    let changed = filled(&pdf);
    assert_eq!(verdict(&changed), Verdict::Altered);
    // A document time-stamp is nobody's consent.
    let world = world();
    assert_eq!(verdict(&world.with_document_stamp(&changed, world.time())), Verdict::Altered);
}

#[test]
fn what_the_next_signer_saw_and_signed_is_told_as_a_filled_form() {
    let world = world();
    let changed = filled(&signed(&with_text_field()));
    let both = world.signed(&changed, "SignatureB", world.signer(KeyType::P384), world.time(), true);
    let report = report(&both).unwrap();
    assert_eq!(report.verdict(), Verdict::Valid, "{report:#?}");
    assert_eq!(report.signatures[0].changes, Changes::Form);
}

#[test]
fn viewers_told_to_draw_the_form_anew_show_something_else() {
    let pdf = signed(&with_text_field());
    let redrawn = update(&pdf, |delta| {
        let root = delta.base().root().unwrap();
        delta.set(root, &["AcroForm", "NeedAppearances"], true).unwrap();
    });
    assert_eq!(verdict(&redrawn), Verdict::Altered);
}

#[test]
fn an_unsigned_field_laid_over_the_page_is_an_alteration() {
    let sneaky = update(&good(), |delta| {
        widget(delta, "x", [50, 600, 250, 660], |delta, dict| {
            let shown = overlay(delta);
            dict.set("AP", Dict::new().with("N", shown));
        });
    });
    assert_eq!(verdict(&sneaky), Verdict::Altered);
    let switched = update(&good(), |delta| {
        let shown = overlay(delta);
        let field = delta.base().field("SignatureB").unwrap().unwrap();
        let mut dict = field.dict;
        dict.set("AP", Dict::new().with("N", shown));
        delta.put(field.object, dict);
    });
    assert_eq!(verdict(&switched), Verdict::Altered, "the mark of an empty field");
}

#[test]
fn a_visible_document_time_stamp_is_an_alteration() {
    let world = world();
    let pdf = good();
    // As our own side makes it, then its invisible rectangle made visible before the stamp is there.
    let prepared = pades::prepare_stamp(&pdf, 6000).unwrap();
    let mut delta = prepared.delta.clone();
    let at = delta.windows(15).position(|window| window == b"/Rect [0 0 0 0]");
    let at = at.expect("the field of a stamp is invisible");
    delta[at..at + 15].copy_from_slice(b"/Rect [9 9 99 9");
    // One byte short: make room by the space before `]`.
    delta[at..at + 15].copy_from_slice(b"/Rect [0 0 9 9]");
    let whole = [&pdf[..], &delta].concat();
    let [_, first, second, _] = prepared.byte_range.map(|value| usize::try_from(value).unwrap());
    let imprint = pki::DigestAlgorithm::Sha256.digest_pieces([&whole[..first], &whole[second..]]);
    let token = world.stamp(&imprint, world.time());
    let mut forged = whole;
    pdf::fill(&token, &mut forged[first..second]).unwrap();
    let report = report(&forged).unwrap();
    assert_eq!(report.timestamps.last().unwrap().indication, Indication::TotalPassed, "{report:#?}");
    assert_eq!(report.verdict(), Verdict::Altered, "{report:#?}");
}

#[test]
fn a_signature_that_covers_the_page_is_refused_whoever_made_it() {
    let world = world();
    let pdf = good();
    let holder = world.signer(KeyType::P384);
    let plan = |rect| Plan {
        new_field: Some(FieldSpec {
            name: "Third".to_owned(),
            page: 0,
            rect,
        }),
        ..world.plan("Third", holder)
    };
    let sign = |rect| {
        let prepared = pades::prepare(&pdf, &plan(rect)).unwrap();
        let delta = pades::complete(&prepared, &pdf, &holder.sign(&prepared.to_sign), None).unwrap();
        [pdf.clone(), delta].concat()
    };
    assert_eq!(verdict(&sign([0.0, 0.0, 595.0, 842.0])), Verdict::Altered);
    assert_eq!(verdict(&sign([300.0, 300.0, 450.0, 360.0])), Verdict::Valid);
}

/// `good` with a DocMDP reference of permission `p` in its signature, written as `text`.
fn certified(p: &str) -> Vec<u8> {
    let world = world();
    let base = files::laid(&files::plain());
    let holder = world.signer(KeyType::P256);
    let plan = Plan {
        // Room for the reference.
        name: Some("x".repeat(160)),
        ..world.plan("SignatureA", holder)
    };
    let prepared = pades::prepare(&base, &plan).unwrap();
    let whole = [&base[..], &prepared.delta].concat();
    let name = format!("/Name ({})", "x".repeat(160));
    let reference =
        format!("/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P {p} >> >>]");
    let whole = replaced(
        &whole,
        name.as_bytes(),
        format!("{reference:<width$}", width = name.len()).as_bytes(),
    );
    let [_, first, second, _] = prepared.byte_range.map(|value| usize::try_from(value).unwrap());
    let digest = pki::DigestAlgorithm::Sha256.digest_pieces([&whole[..first], &whole[second..]]);
    let certificate = holder.parsed();
    let to_sign = cms::SignedAttributes {
        content_type: cms::ID_DATA,
        message_digest: &digest,
        certificate: &certificate,
        signing_time: None,
    }
    .to_sign();
    let cms = cms::Assembly {
        content_type: cms::ID_DATA,
        content: None,
        digest: pki::DigestAlgorithm::Sha256,
        algorithm: pki::SignatureAlgorithm::ECDSA_SHA256,
        signed_attributes: &to_sign,
        certificate: &certificate,
        certificates: &[&holder.certificate, &world.issuing.certificate],
        signature: &holder.sign(&to_sign),
        time_stamp: None,
    }
    .der();
    let mut out = whole;
    pdf::fill(&cms, &mut out[first..second]).unwrap();
    assert_eq!(report(&out).unwrap().verdict(), Verdict::Valid);
    out
}

#[test]
fn a_certified_file_keeps_to_its_permission() {
    let world = world();
    let sign_b = |pdf: &[u8]| world.signed(pdf, "SignatureB", world.signer(KeyType::P384), world.time(), false);
    assert_eq!(verdict(&sign_b(&certified("1"))), Verdict::Altered);
    assert_eq!(verdict(&sign_b(&certified("2"))), Verdict::Valid);
    let comment = |pdf: &[u8], kind: &'static str| {
        update(pdf, |delta| {
            let page = delta.base().pages().unwrap()[0].object;
            let shown = overlay(delta);
            let note = delta.add(
                Dict::new()
                    .with("Type", Name::new("Annot"))
                    .with("Subtype", Name::new(kind))
                    .with("Rect", vec![Obj::Int(50), Obj::Int(600), Obj::Int(250), Obj::Int(660)])
                    .with("AP", Dict::new().with("N", shown)),
            );
            delta.push(page, &["Annots"], note).unwrap();
        })
    };
    for kind in ["FreeText", "Stamp", "Redact", "Line", "Square"] {
        assert_eq!(verdict(&comment(&certified("3"), kind)), Verdict::Altered, "{kind}");
    }
    // Comments are what the signer allowed; with a picture of their own they can still cover the page: people must look.
    for kind in ["Highlight", "Ink", "Text"] {
        assert_eq!(verdict(&comment(&certified("3"), kind)), Verdict::Undecidable, "{kind}");
        assert_eq!(verdict(&comment(&certified("2"), kind)), Verdict::Altered, "{kind}");
    }
    // Sneaky signature attack: a visible new field after a certification.
    let sneaky = update(&certified("2"), |delta| {
        widget(delta, "x", [50, 600, 250, 660], |delta, dict| {
            let shown = overlay(delta);
            dict.set("AP", Dict::new().with("N", shown));
        });
    });
    assert_eq!(verdict(&sneaky), Verdict::Altered);
}

#[test]
fn fonts_layers_and_resources_of_a_signed_page_cannot_be_switched() {
    let pdf = good();
    let page = |pdf: &[u8]| Document::open(pdf).unwrap().last().pages().unwrap()[0].object;
    let font = update(&pdf, |delta| {
        let font = delta.add(Dict::new().with("Type", Name::new("Font")).with("Subtype", Name::new("Type3")));
        let resources = Dict::new().with("Font", Dict::new().with("F1", font));
        delta.set(page(&pdf), &["Resources"], resources).unwrap();
    });
    assert_eq!(verdict(&font), Verdict::Altered);
    let inherited = update(&pdf, |delta| {
        let tree = delta.base().catalog().unwrap().get("Pages").unwrap().reference().unwrap();
        delta.set(tree, &["Resources"], Dict::new()).unwrap();
    });
    assert_eq!(verdict(&inherited), Verdict::Altered);
    for key in [
        "OCProperties",
        "Names",
        "OpenAction",
        "PageLabels",
        "Perms",
        "Outlines",
        "Collection",
        "ViewerPreferences",
    ] {
        let changed = update(&pdf, |delta| {
            let root = delta.base().root().unwrap();
            delta.set(root, &[key], Dict::new()).unwrap();
        });
        assert_eq!(verdict(&changed), Verdict::Altered, "{key}");
    }
    for key in ["Rotate", "UserUnit", "CropBox"] {
        let changed = update(&pdf, |delta| {
            let value: Obj<'_> = if key == "CropBox" {
                vec![Obj::Int(0), Obj::Int(0), Obj::Int(9), Obj::Int(9)].into()
            } else {
                90.into()
            };
            delta.set(page(&pdf), &[key], value).unwrap();
        });
        assert_eq!(verdict(&changed), Verdict::Altered, "{key}");
    }
    // Hide and replace: an object nobody used in the signed state takes the place of the page's content.
    let content = Document::open(&pdf)
        .unwrap()
        .last()
        .dict(page(&pdf))
        .unwrap()
        .get("Contents")
        .unwrap()
        .reference()
        .unwrap();
    let prepared = files::laid(&super::attacks::update(&files::plain(), |delta| {
        delta.add(Stream {
            dict: Dict::new(),
            data: b"0 0 m 300 300 l S".to_vec().into(),
        });
    }));
    let signed = signed(&prepared);
    let document = Document::open(&signed).unwrap();
    let hidden = document.at(0).next_number();
    let offset = document.revisions()[1].entries().find(|(number, _)| *number == hidden);
    let Some((_, pdf::Entry::InUse { offset, .. })) = offset else {
        panic!("the hidden object stands there")
    };
    // The later table calls the hidden bytes by the number of the content; the header does not fit, or the content is another one.
    let at = signed.len() + 1;
    let table = format!(
        "\nxref\n{} 1\n{offset:010} 00000 n \ntrailer\n<< /Size {} /Root 1 0 R /Prev {} >>\nstartxref\n{at}\n%%EOF\n",
        content.number,
        document.last().next_number(),
        document.newest().startxref
    );
    let switched = [&signed[..], table.as_bytes()].concat();
    assert_ne!(report(&switched).map(|report| report.verdict()), Some(Verdict::Valid));
}
