use foundation::SeededRandom;
use pdf::{Delta, Dict, Document, Limits, Ref, Stream, changes};
use proptest::prelude::*;

use crate::build::{qpdf, with_fields};

/// Everything a reader can be asked; nothing may panic or run away.
fn read_all(file: &[u8]) {
    let limits = Limits {
        objects: 10_000,
        depth: 40,
        values: 100_000,
        inflated: 1 << 20,
        ratio: 1_000,
        revisions: 20,
    };
    let Ok(document) = Document::open_within(file, limits) else {
        return;
    };
    for revision in 0..document.revisions().len() {
        let view = document.at(revision);
        let _ = view.pages();
        let _ = view.fields();
        for reference in view.references().into_iter().take(200) {
            if let Ok(pdf::Obj::Stream(stream)) = view.object(reference) {
                let _ = view.decode(&stream);
            }
        }
        let _ = changes::since(&document, revision);
    }
    let _ = document.features();
    for signature in document.signatures().unwrap_or_default() {
        let _ = signature.coverage(&document);
        let _ = signature.permissions(&document.last());
    }
    if let Ok(mut delta) = Delta::on(&document) {
        delta.add(Dict::new());
        let _ = delta.set(Ref::new(1), &["AcroForm", "SigFlags"], 3);
        let _ = delta.finish(&SeededRandom::new(1));
    }
}

fn seeds() -> &'static [Vec<u8>] {
    static SEEDS: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    SEEDS.get_or_init(|| {
        let mut seeds = Vec::new();
        for base in [
            with_fields(),
            qpdf(&with_fields(), &["--object-streams=generate", "--stream-data=uncompress"]),
            qpdf(&with_fields(), &["--linearize"]),
        ] {
            let document = Document::open(&base).unwrap();
            let mut delta = Delta::on(&document).unwrap();
            let value = delta.reserve();
            delta.put_signature(value, &Dict::new().with("Type", pdf::Name::new("Sig")), 20);
            let field = delta.base().field("A").unwrap().unwrap().object;
            delta.set(field, &["V"], value).unwrap();
            let appended = delta.finish(&SeededRandom::new(1)).unwrap();
            let mut signed = base.clone();
            signed.extend(appended.bytes);
            seeds.push(base);
            seeds.push(signed);
        }
        seeds
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cut_files_never_panic(seed in 0usize..6, cut in 0.0f64..1.0) {
        let file = &seeds()[seed];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a small file")]
        let cut = (file.len() as f64 * cut) as usize;
        read_all(&file[..cut]);
    }

    #[test]
    fn flipped_bytes_never_panic(seed in 0usize..6, places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut file = seeds()[seed].clone();
        for (place, value) in places {
            let at = place.index(file.len());
            file[at] = value;
        }
        read_all(&file);
    }

    #[test]
    fn swapped_digits_never_panic(seed in 0usize..6, places in prop::collection::vec((any::<prop::sample::Index>(), 0u8..10), 1..8)) {
        let mut file = seeds()[seed].clone();
        let digits: Vec<usize> = file.iter().enumerate().filter(|(_, byte)| byte.is_ascii_digit()).map(|(at, _)| at).collect();
        for (place, value) in places {
            file[digits[place.index(digits.len())]] = b'0' + value;
        }
        read_all(&file);
    }

    #[test]
    fn noise_never_panics(noise in prop::collection::vec(any::<u8>(), 0..2000)) {
        let mut file = b"%PDF-1.7\n".to_vec();
        file.extend(&noise);
        file.extend(b"\nstartxref\n9\n%%EOF\n");
        read_all(&file);
        read_all(&noise);
    }
}

#[test]
fn deep_nesting_is_stopped() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let file = crate::build::pdf(&["<</Type /Catalog /Pages 2 0 R>>", &deep], "");
    assert!(Document::open(&file).unwrap().last().object(Ref::new(2)).is_err());
}

#[test]
fn fifty_megabytes_are_not_copied() {
    let picture = vec![0x55u8; 50 << 20];
    let base = with_fields();
    let document = Document::open(&base).unwrap();
    let mut delta = Delta::on(&document).unwrap();
    delta.add(Stream {
        dict: Dict::new(),
        data: picture.as_slice().into(),
    });
    let mut file = base.clone();
    file.extend(delta.finish(&SeededRandom::new(1)).unwrap().bytes);
    drop(picture);
    let begun = std::time::Instant::now();
    let document = Document::open(&file).unwrap();
    document.features().unwrap();
    let mut delta = Delta::on(&document).unwrap();
    delta.set(Ref::new(8), &["M"], pdf::Str::literal(b"D:2026")).unwrap();
    let appended = delta.finish(&SeededRandom::new(1)).unwrap();
    assert!(appended.bytes.len() < 1_000);
    // Copying or scanning 50 MB byte by byte takes far longer.
    assert!(begun.elapsed() < std::time::Duration::from_millis(200), "{:?}", begun.elapsed());
}

#[test]
fn a_small_file_of_many_small_values_takes_no_memory() {
    for (open, one, close) in [("[", "0 ", "]"), ("<<", "", ">>"), ("[", "[]", "]"), ("[", "null ", "]")] {
        let many = 1_500_000;
        let body = if one.is_empty() {
            (0..many).map(|number| format!("/{number:x} 0")).collect()
        } else {
            one.repeat(many)
        };
        let whole = format!("{open}{body}{close}");
        let file = crate::build::pdf(
            &[
                "<</Type /Catalog /Pages 2 0 R>>",
                "<</Type /Pages /Kids [3 0 R] /Count 1>>",
                "<</Type /Page /Parent 2 0 R>>",
                &whole,
            ],
            "",
        );
        let document = Document::open(&file).unwrap();
        assert_eq!(
            document.last().object(pdf::Ref::new(4)).unwrap_err(),
            pdf::Error::TooMuch { of: "values" }
        );
        assert!(document.features().is_err(), "and is refused at registration");
    }
}
