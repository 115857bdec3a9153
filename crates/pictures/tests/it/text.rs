use crate::files::{HELVETICA, SAMPLES, book, page, poppler, sample, sample_path};

/// All signs but blanks, sorted: readers may order lines differently, but must not lose or invent a sign.
fn signs(text: &str) -> Vec<char> {
    let mut signs: Vec<char> = text.chars().filter(|sign| !sign.is_whitespace() && !sign.is_control()).collect();
    signs.sort_unstable();
    signs
}

#[test]
fn the_text_is_what_pdftotext_reads() {
    for name in SAMPLES {
        let book = sample(name);
        for at in 0..book.pages() {
            let ours = book.text(at).unwrap().plain();
            let number = (at + 1).to_string();
            let path = sample_path(name);
            let theirs = poppler("pdftotext", &["-f", &number, "-l", &number, path.to_str().unwrap(), "-"]);
            assert_eq!(
                signs(&ours),
                signs(&String::from_utf8(theirs).unwrap()),
                "{name}, page {number}:\n{ours}"
            );
        }
    }
}

#[test]
fn sentences_read_in_their_order() {
    let text = sample("koji-ukeoi.pdf").text(0).unwrap().plain();
    let places: Vec<usize> = ["工事請負契約書", "あおば建設株式会社", "第1条"]
        .iter()
        .filter_map(|words| text.find(words))
        .collect();
    assert!(places.len() >= 2 && places.is_sorted(), "{text}");
}

#[test]
fn words_are_found_whatever_their_blanks_width_and_case() {
    let book = sample("chumon.pdf");
    for words in ["あおば建設株式会社", "あおば　建設 株式会社", "あおば建設"] {
        let hits = book.search(words, 10).unwrap();
        assert!(!hits.is_empty(), "{words}");
        let size = book.size(0).unwrap();
        for place in hits.iter().flat_map(|hit| &hit.places) {
            assert!(
                place.left >= 0.0 && place.left + place.width <= size.width && place.width > 10.0,
                "{place:?}"
            );
            assert!(
                place.top >= 0.0 && place.top + place.height <= size.height && place.height < 40.0,
                "{place:?}"
            );
        }
    }
    assert!(book.search("見つからない言葉", 10).unwrap().is_empty());
    assert!(book.search(" 　", 10).unwrap().is_empty());
    let latin = "BT /F1 24 Tf 72 720 Td (Contract No. ABC) Tj 0 -30 Td (DEF-1) Tj ET";
    let latin = crate::files::book(page(595, 842, latin, "/Font <</F1 5 0 R>>", &[HELVETICA.to_owned()]));
    let hits = latin.search("ＡＢＣdef-１", 10).unwrap();
    assert_eq!(hits.len(), 1, "over the end of a line, wide and small");
    assert_eq!(hits[0].places.len(), 2);
    assert_eq!(hits[0].line, "Contract No. ABC");
}

#[test]
fn a_hit_stands_where_it_is_drawn() {
    let content = "BT /F1 20 Tf 100 700 Td (Seal) Tj ET";
    let book = book(page(595, 842, content, "/Font <</F1 5 0 R>>", &[HELVETICA.to_owned()]));
    let place = book.search("seal", 1).unwrap()[0].places[0];
    assert!((place.left - 100.0).abs() < 1.0, "{place:?}");
    assert!(place.top < 842.0 - 700.0 && place.top + place.height > 842.0 - 700.0, "{place:?}");
    assert!((30.0..50.0).contains(&place.width), "{place:?}");
}

#[test]
fn turned_pages_and_turned_text_keep_their_places() {
    // A page turned by 90 degrees, and text that runs upwards on it.
    let bodies = [
        "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
        "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 400] /Rotate 90>>".to_owned(),
        "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>".to_owned(),
        crate::files::stream("", "BT /F1 20 Tf 0 1 -1 0 100 50 Tm (Upwards) Tj ET"),
        HELVETICA.to_owned(),
    ];
    let book = book(crate::files::pdf(&bodies));
    let size = book.size(0).unwrap();
    assert_eq!((size.width, size.height), (400.0, 200.0));
    let text = book.text(0).unwrap();
    assert_eq!(text.plain(), "Upwards\n");
    let place = text.lines[0].place;
    assert!(
        place.left > 40.0 && place.width > 60.0 && place.height < 30.0,
        "it reads from left to right as shown: {place:?}"
    );
}
