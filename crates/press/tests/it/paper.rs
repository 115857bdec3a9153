use papers::{NotPrinted, Printer};
use press::Press;

use crate::tools::{PIN, PRESS, SERIAL, all, deposit, letter, look, originality, run, text};

#[test]
fn every_paper_is_archivable_and_searchable() {
    for (name, paper) in all() {
        let pdf = PRESS.print(&paper).unwrap_or_else(|why| panic!("{name}: {why}"));
        look(name, &pdf);
        assert!(
            pdf.ends_with(b"%%EOF\n"),
            "{name}: what is appended must begin on a line of its own"
        );
        run("qpdf", &["--check"], &pdf);
        let fonts = run("pdffonts", &[], &pdf);
        for font in fonts.lines().skip(2) {
            // emb sub uni: embedded, a subset, with a map to Unicode.
            let columns: Vec<&str> = font.split_whitespace().collect();
            assert_eq!(
                columns[columns.len() - 5..columns.len() - 2],
                ["yes", "yes", "yes"],
                "{name}: {font}"
            );
        }
        let info = run("pdfinfo", &[], &pdf);
        assert!(info.contains("Tagged:          yes"), "{name}: {info}");
        let said = text(&pdf);
        let words: String = paper.kind.title().split_whitespace().collect();
        assert!(said.contains(&words), "{name}: {said}");
        assert_eq!(said.contains("デモ環境"), paper.demo, "{name}");
        for (label, value) in paper.items.iter().chain(paper.sections.iter().flat_map(|section| &section.items)) {
            for part in [label, value] {
                let part: String = part.split_whitespace().collect();
                assert!(said.contains(&part), "{name}: {part} is not found in {said}");
            }
        }
    }
}

/// Lines as a reader sees them.
fn lines(pdf: &[u8]) -> Vec<String> {
    let said = run("pdftotext", &["-layout", "FILE", "-"], pdf);
    said.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn names_and_numbers_of_certificates_stand_whole_in_one_line() {
    let grouped = |hex: &str| {
        hex.as_bytes()
            .chunks(4)
            .map(|group| std::str::from_utf8(group).unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (name, paper, whole) in [
        ("receipt", crate::tools::receipt(), vec![grouped(SERIAL), "髙﨑 德郎".to_owned()]),
        (
            "originality",
            originality(2),
            vec![
                grouped(SERIAL),
                grouped("7c4190ab12ff03"),
                "田中 一郎".to_owned(),
                "山本 健太".to_owned(),
            ],
        ),
        (
            "deposit",
            deposit(),
            vec!["あおば建設株式会社 御中".to_owned(), "DP-2026-000007".to_owned()],
        ),
        (
            "letter",
            letter("長谷川 健太郎"),
            vec!["長谷川 健太郎 様".to_owned(), PIN.to_owned()],
        ),
    ] {
        let lines = lines(&PRESS.print(&paper).unwrap());
        for words in whole {
            assert!(
                lines.iter().any(|line| line.contains(&words)),
                "{name}: {words} is not in one line of {lines:#?}"
            );
        }
    }
    // A value of many digits goes over lines at the blanks between its groups, and nowhere else.
    let sha = grouped(&"0123456789abcdef".repeat(8));
    let lines = lines(&PRESS.print(&originality(2)).unwrap());
    let rows: Vec<&str> = (0..4).map(|row| &sha[row * 40..row * 40 + 39]).collect();
    assert!(rows.iter().all(|row| lines.iter().any(|line| line.contains(row))), "{lines:#?}");
    assert!(lines.iter().filter(|line| line.contains(rows[0])).count() >= 4, "{lines:#?}");
}

#[test]
fn each_time_has_seconds_and_says_from_where_it_counts() {
    for (name, paper) in all() {
        let said = text(&PRESS.print(&paper).unwrap());
        let times = said.matches("秒").count();
        assert_eq!(times > 0, !name.starts_with("letter"), "{name}: {said}");
        // The lights stand side by side, each with its day above its time.
        assert_eq!(said.matches("秒日本時間(UTC+9)").count(), times, "{name}: {said}");
        assert_eq!(
            said.matches("時間以内").count() + said.matches("日本時間").count(),
            said.matches("時間").count(),
            "{name}: {said}"
        );
    }
}

#[test]
fn papers_are_valid_pdf_a_for_verapdf() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (name, paper) in all() {
        let path = folder.path().join(format!("{name}.pdf"));
        std::fs::write(&path, PRESS.print(&paper).unwrap()).unwrap();
        files.push(path);
    }
    crate::tools::verapdf("2u", &files);
}

#[test]
fn the_letter_is_one_page_and_hides_the_pin_from_the_window() {
    // Long names and addresses too.
    let mut long = letter("寿限無寿限無五劫の擦り切れ海砂利水魚の 水行末雲来末風来末食う寝る処に住む処");
    long.addressee[0] = "〒100-0001 東京都千代田区千代田一丁目1番1号 千代田中央オフィスタワービルディング本館東棟二十三階2301号室".into();
    long.addressee[1] = "特定建設工事共同企業体あおば・みどり・さくら・ひかり建設株式会社東日本支社第二営業本部".into();
    for (name, paper) in [("letter", letter("田中 一郎")), ("letter-long", long)] {
        let pdf = PRESS.print(&paper).unwrap();
        look(name, &pdf);
        assert!(run("pdfinfo", &[], &pdf).contains("Pages:           1"), "{name}");
        // Top third (99 mm = 281 pt), the PIN below it and above the second fold (198 mm = 561 pt).
        let top = run("pdftotext", &["-x", "0", "-y", "0", "-W", "595", "-H", "278", "FILE", "-"], &pdf);
        assert!(!top.contains(&PIN[..4]), "{name}: {top}");
        let middle = run("pdftotext", &["-x", "0", "-y", "281", "-W", "595", "-H", "280", "FILE", "-"], &pdf);
        assert!(middle.contains(PIN), "{name}: {middle}");
        // The window: 20 to 110 mm from the left, 12 to 57 mm from the top; the addressee and nothing else, all of it.
        let window = run("pdftotext", &["-x", "57", "-y", "30", "-W", "255", "-H", "132", "FILE", "-"], &pdf);
        let seen: String = window.split_whitespace().collect();
        let wanted: String = paper.addressee.concat().split_whitespace().collect();
        assert_eq!(seen, wanted, "{name}");
    }
}

#[test]
fn the_same_paper_is_the_same_bytes() {
    assert_eq!(PRESS.print(&originality(1)).unwrap(), PRESS.print(&originality(1)).unwrap());
}

#[test]
fn without_fonts_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let press = Press::new(vec![folder.path().to_path_buf()]);
    assert_eq!(press.print(&originality(1)), Err(NotPrinted::NoFonts));
    assert_eq!(press.ready(), Err(NotPrinted::NoFonts));
    let said = format!("{}{}", NotPrinted::NoFonts.sentence(), NotPrinted::NoFonts.next());
    assert!(
        said.starts_with("フォントがありません。") && said.contains("fonts-morisawa-bizud-mincho"),
        "{said}"
    );
}

#[test]
fn fonts_that_are_installed_later_are_found_without_a_restart_and_a_press_at_rest_prints_again() {
    let folder = tempfile::tempdir().unwrap();
    let press = Press::new(vec![folder.path().to_path_buf()]);
    assert_eq!(press.print(&deposit()), Err(NotPrinted::NoFonts));
    let font = press::reading_font(true, Some(&crate::tools::fonts_folder())).expect("fonts are missing: run `cargo xtask test`");
    std::fs::copy(&font, folder.path().join(font.file_name().unwrap())).unwrap();
    let first = press.print(&deposit()).unwrap();
    for _ in 0..3 {
        press.rest();
    }
    assert_eq!(press.print(&deposit()).unwrap(), first);
}

#[test]
fn rare_names_are_printed_and_what_no_font_has_is_named() {
    for name in ["𠮷野 家", "髙﨑 德邊", "葛󠄀城 辻󠄀", "ｱｲｳ 半角"] {
        let pdf = PRESS.print(&letter(name)).unwrap_or_else(|why| panic!("{name}: {why}"));
        run("qpdf", &["--check"], &pdf);
        let said = text(&pdf);
        let base: String = name
            .chars()
            .filter(|sign| !sign.is_whitespace() && !('\u{E0100}'..='\u{E01EF}').contains(sign))
            .collect();
        let said: String = said.chars().filter(|sign| !('\u{E0100}'..='\u{E01EF}').contains(sign)).collect();
        assert!(said.contains(&base), "{name}: {said}");
    }
    assert_eq!(PRESS.print(&letter("\u{12000} 楔形")), Err(NotPrinted::NoGlyph('\u{12000}')));
}

#[test]
fn words_in_a_paper_are_words_and_never_commands() {
    for name in [
        "#panic(\"x\")",
        "*太字* _斜体_ $x$",
        "\\u{41} @ref <label>",
        "\"引用\" // 注",
        "{{json}} ]]",
    ] {
        let said = text(&PRESS.print(&letter(name)).unwrap());
        let name: String = name.split_whitespace().collect();
        assert!(said.contains(&name), "{name}: {said}");
    }
}

#[test]
fn the_place_of_the_e_seal_is_free_whatever_the_length() {
    let [left, bottom, width, height] = papers::SEAL_PLACE_MM.map(|mm| mm / 25.4 * 72.0);
    for signatures in 0..6 {
        let pdf = PRESS.print(&originality(signatures)).unwrap();
        let info = run("pdfinfo", &[], &pdf);
        let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap().trim().to_owned();
        // Grey values of that place on the last page, 72 dots to the inch.
        let [x, y, w, h] = [left, 841.89 - bottom - height, width, height].map(|side| format!("{side:.0}"));
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("place");
        let args = [
            "-r",
            "72",
            "-gray",
            "-singlefile",
            "-f",
            &pages,
            "-l",
            &pages,
            "-x",
            &x,
            "-y",
            &y,
            "-W",
            &w,
            "-H",
            &h,
            "FILE",
        ];
        let args: Vec<&str> = args.into_iter().chain([out.to_str().unwrap()]).collect();
        run("pdftoppm", &args, &pdf);
        let picture = std::fs::read(out.with_extension("pgm")).unwrap();
        let values = &picture[picture.len() - 1000..];
        assert!(
            values.iter().all(|value| *value == 255),
            "{signatures} signatures: the place is not blank"
        );
        assert!(text(&pdf).contains("発行者CECTRUST運営株式会社"), "{signatures}");
    }
}
