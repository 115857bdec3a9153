use pictures::{Fact, Finding, Weight};

use crate::files::{HELVETICA, SAMPLES, book, page, sample, stream};

fn facts(bytes: Vec<u8>) -> Vec<Fact> {
    book(bytes).findings(0..1).into_iter().map(|finding| finding.fact).collect()
}

#[test]
fn the_samples_have_nothing_to_say() {
    for name in SAMPLES {
        let book = sample(name);
        assert_eq!(book.findings(0..book.pages()), [], "{name}");
    }
}

#[test]
fn a_font_that_is_not_embedded_is_named() {
    let content = "BT /F1 24 Tf 72 720 Td (Text) Tj ET";
    let found = facts(page(595, 842, content, "/Font <</F1 5 0 R>>", &[HELVETICA.to_owned()]));
    assert_eq!(
        found,
        [Fact::FontNotEmbedded {
            name: "Helvetica".into(),
            substituted: true
        }]
    );
    let japanese = [
        "<</Type /Font /Subtype /Type0 /BaseFont /MS-Mincho /Encoding /90ms-RKSJ-H /DescendantFonts [6 0 R]>>".to_owned(),
        "<</Type /Font /Subtype /CIDFontType2 /BaseFont /MS-Mincho /CIDSystemInfo <</Registry (Adobe) /Ordering (Japan1) /Supplement 2>> /FontDescriptor 7 0 R>>".to_owned(),
        "<</Type /FontDescriptor /FontName /MS-Mincho /Flags 6 /FontBBox [0 -137 1000 859] /ItalicAngle 0 /Ascent 859 /Descent -137 /CapHeight 769 /StemV 80>>".to_owned(),
    ];
    // 契約 in Shift_JIS.
    let content = "BT /F1 24 Tf 72 720 Td <8C5F96F1> Tj ET";
    let file = page(595, 842, content, "/Font <</F1 5 0 R>>", &japanese);
    let found = facts(file.clone());
    let missing = Fact::FontNotEmbedded {
        name: "MS-Mincho".into(),
        substituted: false,
    };
    assert!(found.contains(&missing), "{found:?}");
    assert_eq!(missing.weight(), Weight::Missing);
    assert!(missing.sentence().contains("「MS-Mincho」が埋め込まれていない"));

    // With a font of this machine in its place it is drawn, found, and said all the same.
    let substitutes = pictures::Substitutes::from_fn(|_| {
        let path = "/usr/share/fonts/truetype/bizud-mincho/BIZUDMincho-Regular.ttf";
        let face = std::fs::read(path).unwrap_or_else(|why| panic!("{path}: {why}: run `cargo xtask test`"));
        Some((std::sync::Arc::new(face), 0))
    });
    let with = pictures::Book::open(std::sync::Arc::new(file), &substitutes).unwrap();
    let found = with.findings(0..1);
    assert!(
        found.iter().all(|finding| finding.fact.weight() < Weight::Missing) && !found.is_empty(),
        "{found:?}"
    );
    assert_eq!(with.text(0).unwrap().plain(), "契約\n");
    let (_, _, values) = crate::files::grey(&with.draw_at(0, 72.0).unwrap().png);
    assert!(values.iter().any(|value| *value < 100), "it is drawn");
}

#[test]
fn text_nobody_sees_is_said() {
    let content = "BT 3 Tr /F1 24 Tf 72 720 Td (hidden) Tj 0 Tr 3000 0 Td (far away) Tj ET";
    let found = facts(page(595, 842, content, "/Font <</F1 5 0 R>>", &[HELVETICA.to_owned()]));
    assert!(found.contains(&Fact::HiddenText) && found.contains(&Fact::TextOutside), "{found:?}");
}

#[test]
fn blending_colour_keys_and_broken_images_are_said() {
    let more = [
        "<</BM /Difference>>".to_owned(),
        stream(
            "/Type /XObject /Subtype /Image /Width 2 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Mask [0 10]",
            "ab",
        ),
        stream(
            "/Type /XObject /Subtype /Image /Width 90000 /Height 90000 /ColorSpace /DeviceGray /BitsPerComponent 1",
            "a",
        ),
    ];
    let resources = "/ExtGState <</G 5 0 R>> /XObject <</A 6 0 R /B 7 0 R>>";
    let found = facts(page(595, 842, "q /G gs 0 0 100 100 re f Q /A Do", resources, &more));
    assert_eq!(found, [Fact::Blending, Fact::ColourKey]);
    let file = page(595, 842, "/B Do", resources, &more);
    assert_eq!(facts(file.clone()), [Fact::ImageTooLarge]);
    assert_eq!(book(file).draw(0, 100), Err(pictures::NotDrawn::TooMuch));
}

#[test]
fn each_finding_is_a_japanese_sentence_with_its_page() {
    let finding = Finding {
        page: 2,
        fact: Fact::HiddenText,
    };
    assert!(finding.sentence().starts_with("3ページ: 目に見えない文字"));
}
