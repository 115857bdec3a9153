use pictures::{Fact, Finding, Found, Weight};

use crate::files::{HELVETICA, SAMPLES, book, grey, page, poppler, sample, stream, with_bytes};

fn facts(bytes: Vec<u8>) -> Vec<Fact> {
    book(bytes).findings(0..1).into_iter().map(|finding| finding.fact).collect()
}

#[test]
fn the_samples_have_nothing_to_say() {
    for name in SAMPLES {
        let book = sample(name);
        assert_eq!(book.findings(0..book.pages()), [], "{name}");
        let book = with_fonts(std::fs::read(crate::files::sample_path(name)).unwrap());
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
    assert!(missing.sentence().contains("「MS-Mincho」が埋め込まれていません"));

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

/// What poppler reads and what it draws of the first page: text, and whether the picture is white all over.
fn as_poppler_sees(file: &[u8]) -> (String, bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, file).unwrap();
    let text = poppler("pdftotext", &[path.to_str().unwrap(), "-"]);
    let picture = poppler("pdftoppm", &["-r", "72", "-png", path.to_str().unwrap()]);
    let (_, _, values) = grey(&picture);
    (String::from_utf8(text).unwrap(), values.iter().all(|value| *value > 250))
}

#[test]
fn text_that_leaves_no_trace_in_the_picture_is_said() {
    let font = ("/Font <</F1 5 0 R>>", [HELVETICA.to_owned()]);
    for (what, content) in [
        ("white on white", "1 1 1 rg BT /F1 24 Tf 72 720 Td (and 900000 more) Tj ET"),
        (
            "under a white sheet",
            "BT /F1 24 Tf 72 720 Td (and 900000 more) Tj ET 1 1 1 rg 0 600 595 200 re f",
        ),
        (
            "cut off by a clip",
            "q 0 0 10 10 re W n BT /F1 24 Tf 72 720 Td (and 900000 more) Tj ET Q",
        ),
    ] {
        let file = page(595, 842, content, font.0, &font.1);
        let (text, is_white) = as_poppler_sees(&file);
        assert!(text.contains("900000") && is_white, "{what}: the file lies to poppler too: {text}");
        assert!(facts(file).contains(&Fact::UnseenText), "{what}");
    }
    let honest = [
        "BT /F1 24 Tf 72 720 Td (and 900000 more) Tj ET",
        "0.1 0.2 0.5 rg 0 600 595 200 re f 1 1 1 rg BT /F1 24 Tf 72 720 Td (and 900000 more) Tj ET",
        "BT /F1 5 Tf 72 720 Td (small print, i.e. what nobody reads: . , - l) Tj ET",
    ];
    for content in honest {
        let found = facts(page(595, 842, content, font.0, &font.1));
        assert!(!found.contains(&Fact::UnseenText), "{content}: {found:?}");
    }
}

#[test]
fn a_figure_that_is_drawn_as_another_one_is_said() {
    let map = "/CIDInit /ProcSet findresource begin begincmap /CMapName /F def 1 begincodespacerange <00> <FF> endcodespacerange \
               1 beginbfchar <33> <0038> endbfchar 1 beginbfrange <34> <39> <0034> endbfrange endcmap end";
    let font = HELVETICA.replace(">>", " /ToUnicode 6 0 R>>");
    let content = "BT /F1 24 Tf 72 720 Td (3456) Tj ET";
    let file = page(595, 842, content, "/Font <</F1 5 0 R>>", &[font, stream("", map)]);
    assert!(as_poppler_sees(&file).0.contains("8456"), "poppler reads the lie");
    assert!(facts(file).contains(&Fact::FalseFigures));
}

/// 甲乙東京 in a font that the file brings along; it calls the signs what `map` says.
fn called(map: &str) -> Vec<u8> {
    let path = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf";
    let font = std::fs::read(path).unwrap_or_else(|why| panic!("{path}: {why}: run `cargo xtask test`"));
    let map = format!(
        "/CIDInit /ProcSet findresource begin begincmap /CMapName /F def 1 begincodespacerange <00> <FF> endcodespacerange \
         4 beginbfchar {map} endbfchar endcmap end"
    );
    let more = [
        "<</Type /Font /Subtype /TrueType /BaseFont /Own /FirstChar 65 /LastChar 68 /Widths [1000 1000 1000 1000] /FontDescriptor 6 0 R /ToUnicode 8 0 R \
         /Encoding <</Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [65 /uni7532 /uni4E59 /uni6771 /uni4EAC]>>>>"
            .to_owned(),
        "<</Type /FontDescriptor /FontName /Own /Flags 32 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 /FontFile2 7 0 R>>".to_owned(),
        with_bytes(&font),
        stream("", &map),
    ];
    let file = page(595, 842, "BT /F1 24 Tf 72 720 Td (ABCD) Tj ET", "/Font <</F1 5 0 R>>", &more);
    crate::files::fill(file, &font)
}

fn with_fonts(file: Vec<u8>) -> pictures::Book {
    let substitutes = pictures::Substitutes::from_fn(|serif| {
        let name = if serif {
            "bizud-mincho/BIZUDMincho-Regular.ttf"
        } else {
            "bizud-gothic/BIZUDGothic-Regular.ttf"
        };
        let path = format!("/usr/share/fonts/truetype/{name}");
        let face = std::fs::read(&path).unwrap_or_else(|why| panic!("{path}: {why}: run `cargo xtask test`"));
        Some((std::sync::Arc::new(face), 0))
    });
    pictures::Book::open(std::sync::Arc::new(file), &substitutes).unwrap()
}

#[test]
fn a_letter_that_is_drawn_as_another_one_is_said() {
    let facts = |book: &pictures::Book| book.findings(0..1).into_iter().map(|finding| finding.fact).collect::<Vec<_>>();
    let lie = called("<41> <4E59> <42> <7532> <43> <6771> <44> <4EAC>");
    assert!(as_poppler_sees(&lie).0.contains("乙甲東京"), "poppler reads the lie");
    let swapped = with_fonts(lie);
    assert_eq!(swapped.text(0).unwrap().plain(), "乙甲東京\n");
    assert!(facts(&swapped).contains(&Fact::FalseLetters), "{:?}", facts(&swapped));
    assert!(facts(&swapped).contains(&Fact::FalseLetters), "also when it is asked again");
    let plain = with_fonts(called("<41> <7532> <42> <4E59> <43> <6771> <44> <4EAC>"));
    assert_eq!(plain.text(0).unwrap().plain(), "甲乙東京\n");
    assert_eq!(facts(&plain), []);
}

#[test]
fn letters_of_other_fonts_are_taken_for_what_they_are() {
    // The samples are set in 明朝 and ゴシック of one house; here they are beside the fonts of another.
    let substitutes = pictures::Substitutes::from_fn(|serif| {
        let name = if serif {
            "truetype/ipamj/ipamjm.ttf"
        } else {
            "opentype/noto/NotoSansCJK-Regular.ttc"
        };
        let path = format!("/usr/share/fonts/{name}");
        let face = std::fs::read(&path).unwrap_or_else(|why| panic!("{path}: {why}: run `cargo xtask test`"));
        Some((std::sync::Arc::new(face), 0))
    });
    for name in SAMPLES {
        let bytes = std::fs::read(crate::files::sample_path(name)).unwrap();
        let book = pictures::Book::open(std::sync::Arc::new(bytes), &substitutes).unwrap();
        assert_eq!(book.findings(0..book.pages()), [], "{name}");
    }
}

#[test]
fn figures_of_other_fonts_are_taken_for_what_they_are() {
    let folder = "/usr/share/fonts/truetype";
    let names = [
        "bizud-mincho/BIZUDMincho-Regular.ttf",
        "bizud-gothic/BIZUDGothic-Regular.ttf",
        "bizud-gothic/BIZUDPGothic-Bold.ttf",
        "dejavu/DejaVuSans.ttf",
        "dejavu/DejaVuSerif-Bold.ttf",
        "liberation/LiberationMono-Regular.ttf",
    ];
    let mut looked = 0;
    for path in names.map(|name| format!("{folder}/{name}")) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        looked += 1;
        let widths = "600 ".repeat(10);
        let font = format!(
            "<</Type /Font /Subtype /TrueType /BaseFont /Own /Encoding /WinAnsiEncoding /FirstChar 48 /LastChar 57 /Widths [{widths}] /FontDescriptor 6 0 R>>"
        );
        let descriptor = "<</Type /FontDescriptor /FontName /Own /Flags 32 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 /FontFile2 7 0 R>>";
        let content = "BT /F1 24 Tf 72 720 Td (0123456789) Tj ET";
        let more = [font, descriptor.to_owned(), with_bytes(&bytes)];
        let file = crate::files::fill(page(595, 842, content, "/Font <</F1 5 0 R>>", &more), &bytes);
        let found = facts(file);
        assert_eq!(found, [], "{path}");
    }
    assert!(looked >= 2, "no fonts to look at: run `cargo xtask test`");
}

#[test]
fn groups_that_knock_out_are_said() {
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Group <</S /Transparency /K true>>",
        "0 0 50 50 re f",
    );
    let file = page(595, 842, "/A Do", "/XObject <</A 5 0 R>>", std::slice::from_ref(&form));
    assert_eq!(facts(file), [Fact::Knockout]);
    let plain = form.replace("/K true", "/I true");
    assert_eq!(facts(page(595, 842, "/A Do", "/XObject <</A 5 0 R>>", &[plain])), []);
}

#[test]
fn each_finding_is_a_japanese_sentence_with_its_pages() {
    let finding = |page, fact| Finding { page, fact };
    assert!(
        finding(2, Fact::HiddenText)
            .sentence()
            .starts_with("3ページ: この文書には、画面に見えない文字があります。")
    );
    let all = [
        finding(2, Fact::UnseenText),
        finding(0, Fact::UnknownLetters),
        finding(4, Fact::UnseenText),
        finding(3, Fact::UnseenText),
        finding(8, Fact::UnseenText),
        finding(8, Fact::ImageUnreadable),
    ];
    let sentences: Vec<String> = Found::of(&all).iter().map(Found::sentence).collect();
    assert!(
        sentences[0].starts_with("読み取れない画像があり、表示できません（9ページ）。"),
        "{sentences:?}"
    );
    assert!(
        sentences[1].starts_with("この文書には、画面に見えない文字があります（3〜5、9ページ）。"),
        "{sentences:?}"
    );
    assert_eq!(sentences.len(), 3);
}
