use papers::{MARK_HEIGHT_MM, MARK_WIDTH_MM, Mark, NotPrinted, Printer};

use crate::tools::{PRESS, look, run, text};

fn marks() -> Vec<(&'static str, Mark)> {
    vec![
        ("mark-two", Mark::person("あおば建設株式会社", "田中 一郎", true)),
        ("mark-three", Mark::person("株式会社みどり工務店", "長谷川 健太郎", true)),
        ("mark-four", Mark::person("株式会社さくら", "長宗我部 元親", false)),
        (
            "mark-one",
            Mark::person(
                "特定建設工事共同企業体あおば・みどり・さくら・ひかり建設株式会社東日本支社",
                "𠮷 花",
                true,
            ),
        ),
        ("mark-operator", Mark::operator("CECTRUST運営株式会社", "電子", true)),
    ]
}

#[test]
fn a_name_with_a_letter_that_no_font_has_is_named_and_not_printed_as_an_empty_box() {
    let name = "\u{12000} 楔形";
    assert_eq!(
        PRESS.mark(&Mark::person("株式会社みどり工務店", name, false)),
        Err(NotPrinted::NoGlyph('\u{12000}'))
    );
    assert_eq!(
        PRESS.mark(&Mark::person("\u{12000}建設", "楔 形", false)),
        Err(NotPrinted::NoGlyph('\u{12000}'))
    );
}

/// What the mark adds to a contract.
fn growth(mark: &[u8]) -> usize {
    let contract = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/chumon.pdf")).unwrap();
    let document = pdf::Document::open(&contract).unwrap();
    let mut delta = pdf::Delta::on(&document).unwrap();
    pdf::import_page(&mut delta, mark, None, 0).unwrap();
    delta.finish(&foundation::SeededRandom::new(1)).unwrap().bytes.len()
}

#[test]
fn a_mark_is_62_by_22_mm_small_and_its_words_are_found() {
    for (name, mark) in marks() {
        let pdf = PRESS.mark(&mark).unwrap_or_else(|why| panic!("{name}: {why}"));
        look(name, &pdf);
        let grown = growth(&pdf);
        println!("{name}: {} bytes, {grown} in a contract", pdf.len());
        // Of a long name in rare letters more; never more than fifteen thousand.
        assert!(grown <= if name == "mark-one" { 15_000 } else { 9_500 }, "{name}: {grown} bytes");
        run("qpdf", &["--check"], &pdf);
        let info = run("pdfinfo", &[], &pdf);
        assert!(info.contains("Pages:           1"), "{name}: {info}");
        let size = info.lines().find(|line| line.starts_with("Page size")).unwrap().to_owned();
        let numbers: Vec<f64> = size.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        assert!(
            (numbers[0] - MARK_WIDTH_MM / 25.4 * 72.0).abs() < 0.1 && (numbers[1] - MARK_HEIGHT_MM / 25.4 * 72.0).abs() < 0.1,
            "{size}"
        );
        let said = text(&pdf);
        for words in [&mark.company, &mark.name, &mark.caption] {
            let words: String = words.split_whitespace().collect();
            assert!(said.contains(&words), "{name}: {words} is not found in {said}");
        }
        assert_eq!(said.contains("デモ環境"), mark.demo, "{name}");
        // CJK radicals look like the letters they are not, and are not found by search.
        assert!(
            !said.chars().any(|sign| ('\u{2E80}'..='\u{2FDF}').contains(&sign)),
            "{name}: {said}"
        );
        assert!(!said.contains("202"), "no time is claimed: {said}");
    }
}
