//! Bent files never make anything panic, and are never valid.

use super::files;
use super::world::world;
use pades::Verdict;
use pki::KeyType;
use proptest::prelude::*;
use std::sync::OnceLock;

fn sealed() -> &'static [u8] {
    static SEALED: OnceLock<Vec<u8>> = OnceLock::new();
    SEALED.get_or_init(|| {
        let world = world();
        let pdf = world.signed(
            &files::laid(&files::plain()),
            "SignatureA",
            world.signer(KeyType::P256),
            world.time(),
            true,
        );
        world.with_document_stamp(&world.with_dss(&pdf), world.time())
    })
}

fn try_all(bytes: &[u8]) {
    let world = world();
    let trust = world.trust();
    if let Ok(report) = pades::validate(bytes, &trust, world.later(), None)
        && bytes != sealed()
    {
        assert_ne!(report.verdict(), Verdict::Valid);
    }
    let _ = pades::registration(bytes, &trust, world.later(), None);
    let _ = pades::continuation(
        &sealed()[..sealed().len() / 2],
        bytes,
        &pades::Expected {
            field: None,
            certificate: None,
        },
    );
    let _ = pades::dss_of(bytes);
    let _ = pades::prepare_stamp(bytes, 100);
    let _ = pades::add_dss(bytes, &world.material());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn a_piece_cut_out_doubled_or_overwritten(at in any::<prop::sample::Index>(), len in 1usize..400, how in 0..3, value in any::<u8>()) {
        let original = sealed();
        // Not inside the last hole, where the value itself may be bent to something that means the same.
        let document = pdf::Document::open(original).unwrap();
        let hole = document.signatures().unwrap().last().and_then(|last| last.hole.clone()).unwrap();
        let at = at.index(hole.start - 400);
        let end = (at + len).min(original.len());
        let bent = match how {
            0 => [&original[..at], &original[end..]].concat(),
            1 => [&original[..end], &original[at..]].concat(),
            _ => [&original[..at], vec![value; end - at].as_slice(), &original[end..]].concat(),
        };
        try_all(&bent);
    }

    #[test]
    fn a_file_cut_off(at in any::<prop::sample::Index>()) {
        let cut = &sealed()[..at.index(sealed().len())];
        let _ = pades::validate(cut, &world().trust(), world().later(), None);
        let _ = pades::registration(cut, &world().trust(), world().later(), None);
        let _ = pades::continuation(sealed(), cut, &pades::Expected { field: None, certificate: None });
    }
}

#[test]
fn a_file_that_is_all_signatures_and_revisions_is_refused_in_time() {
    use pdf::{Delta, Dict, Document, Name, Str};
    let mut file = super::files::plain();
    let page = Document::open(&file).unwrap().last().pages().unwrap()[0].object;
    for number in 0..300 {
        let document = Document::open(&file).unwrap();
        let mut delta = Delta::on(&document).unwrap();
        let value = delta.reserve();
        let dict = Dict::new()
            .with("Type", Name::new("Sig"))
            .with("Filter", Name::new("Adobe.PPKLite"))
            .with("SubFilter", Name::new("ETSI.CAdES.detached"));
        delta.put_signature(value, &dict, 8);
        let name = format!("S{number}");
        let field = delta.add(
            Dict::new()
                .with("FT", Name::new("Sig"))
                .with("T", Str::text(&name))
                .with("Subtype", Name::new("Widget"))
                .with("P", page)
                .with("Rect", vec![pdf::Obj::Int(0); 4])
                .with("V", value),
        );
        let root = delta.base().root().unwrap();
        delta.push(root, &["AcroForm", "Fields"], field).unwrap();
        let bytes = delta.finish(&foundation::SeededRandom::new(1)).unwrap().bytes;
        file.extend(bytes);
    }
    let world = world();
    let began = std::time::Instant::now();
    let refused = pades::validate(&file, &world.trust(), world.later(), None);
    let took = began.elapsed();
    assert!(refused.is_err(), "{refused:?}");
    assert!(took < std::time::Duration::from_secs(5), "{took:?}");
}
