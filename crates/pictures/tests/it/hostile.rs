use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use foundation::{Random, SeededRandom};
use pictures::{Book, Limits, NotDrawn, NotOpened, Substitutes};

use crate::files::{HELVETICA, page, sample_path, stream};

fn open(bytes: Vec<u8>) -> Result<Book, NotOpened> {
    Book::open(Arc::new(bytes), &Substitutes::none())
}

#[test]
fn what_is_no_pdf_says_so() {
    assert!(matches!(open(Vec::new()), Err(NotOpened::Damaged(_))));
    assert!(matches!(open(b"hello".to_vec()), Err(NotOpened::Damaged(_))));
    let mut half = std::fs::read(sample_path("chumon.pdf")).unwrap();
    half.truncate(half.len() / 2);
    assert!(matches!(open(half), Err(NotOpened::Damaged(_))));
}

#[test]
fn damaged_bytes_never_panic_and_always_end() {
    let whole = std::fs::read(sample_path("chumon.pdf")).unwrap();
    let limits = Limits {
        time: Duration::from_secs(30),
        ..Limits::default()
    };
    for seed in 0..40 {
        let random = SeededRandom::new(seed);
        let mut bytes = whole.clone();
        for _ in 0..=seed % 8 {
            let mut place = [0; 9];
            random.fill(&mut place);
            let at = usize::try_from(u64::from_be_bytes(place[..8].try_into().unwrap()) % bytes.len() as u64).unwrap();
            bytes[at] ^= place[8] | 1;
        }
        if let Ok(book) = Book::open_within(Arc::new(bytes), &Substitutes::none(), limits) {
            let _ = book.text(0);
            let _ = book.thumbnail(0, 60);
            let _ = book.findings(0..3);
        }
    }
}

fn packed(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
    std::io::Write::write_all(&mut encoder, data).unwrap();
    encoder.finish().unwrap()
}

/// One page whose content is `data` as it is, with these filters.
fn with_content(filter: &str, data: &[u8]) -> Vec<u8> {
    let mark = "@".repeat(data.len());
    let bodies = [
        "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
        "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842]>>".to_owned(),
        "<</Type /Page /Parent 2 0 R /Contents 4 0 R>>".to_owned(),
        stream(&format!("/Filter {filter}"), &mark),
    ];
    let mut file = crate::files::pdf(&bodies);
    let at = file.windows(mark.len()).position(|window| window == mark.as_bytes()).unwrap();
    file[at..at + data.len()].copy_from_slice(data);
    file
}

#[test]
fn a_stream_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() {
    let limits = Limits {
        unpacked: 16 << 20,
        ..Limits::default()
    };
    let open = |bytes| Book::open_within(Arc::new(bytes), &Substitutes::none(), limits).map(|book| book.pages());
    let bomb = packed(&vec![b' '; 17 << 20]);
    assert_eq!(open(with_content("/FlateDecode", &bomb)), Err(NotOpened::TooMuch));
    // Packed twice, a bomb is a few hundred bytes.
    let twice = packed(&bomb);
    assert!(twice.len() < 2_000);
    assert_eq!(open(with_content("[/FlateDecode /FlateDecode]", &twice)), Err(NotOpened::TooMuch));
    let thrice = packed(&packed(&packed(b" ")));
    assert_eq!(
        open(with_content("[/FlateDecode /FlateDecode /FlateDecode]", &thrice)),
        Err(NotOpened::TooMuch)
    );
    assert_eq!(open(with_content("/FlateDecode", &packed(&vec![b' '; 15 << 20]))), Ok(1));
    assert_eq!(
        open(with_content("[/FlateDecode /FlateDecode]", &packed(&packed(b"0 0 9 9 re f")))),
        Ok(1)
    );
}

#[test]
fn a_page_that_draws_itself_without_end_is_stopped() {
    // Thirty forms, each drawn ten times by the one before: 10^30 rectangles.
    let forms: Vec<String> = (0..30)
        .map(|at| {
            let next = format!("/Resources <</XObject <</F {} 0 R>>>>", 6 + at);
            let content = if at == 29 { "0 0 1 1 re f".to_owned() } else { "/F Do ".repeat(10) };
            stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] {next}"), &content)
        })
        .collect();
    let limits = Limits {
        work: 100_000,
        time: Duration::from_secs(60),
        ..Limits::default()
    };
    let file = page(595, 842, "/F Do", "/XObject <</F 5 0 R>>", &forms);
    let book = Book::open_within(Arc::new(file), &Substitutes::none(), limits).unwrap();
    assert_eq!(book.draw(0, 100), Err(NotDrawn::TooMuch));
    assert_eq!(book.text(0), Err(NotDrawn::TooMuch));
    let findings = book.findings(0..1);
    assert_eq!(findings.len(), 1);
    assert!(findings[0].sentence().contains("複雑すぎる"), "{findings:?}");
}

#[test]
fn a_form_that_contains_itself_ends() {
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</F 5 0 R>>>>",
        "/F Do 0 0 1 1 re f",
    );
    let book = open(page(595, 842, "/F Do", "/XObject <</F 5 0 R>>", &[form])).unwrap();
    assert!(book.draw(0, 100).is_ok());
}

#[test]
fn encrypted_files_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("locked.pdf");
    let from = sample_path("chumon.pdf");
    let args = [
        "--encrypt",
        "secret",
        "owner",
        "256",
        "--",
        from.to_str().unwrap(),
        to.to_str().unwrap(),
    ];
    crate::files::poppler("qpdf", &args);
    assert_eq!(open(std::fs::read(to).unwrap()).unwrap_err(), NotOpened::Encrypted);
}

#[test]
fn a_page_of_absurd_size_is_drawn_small_or_not_at_all() {
    let content = "BT /F1 24 Tf 72 720 Td (Text) Tj ET";
    let book = open(page(2_000_000_000, 3, content, "/Font <</F1 5 0 R>>", &[HELVETICA.to_owned()])).unwrap();
    assert!(book.size(0).unwrap().width <= 15_000.0);
    assert_eq!(book.draw_at(0, 1200.0), Err(NotDrawn::TooLarge));
    assert!(book.thumbnail(0, 100).is_ok());
    assert_eq!(book.draw(0, 4_000_000), Err(NotDrawn::TooLarge));
}

/// Letters, patterns, masks that are drawn by drawing themselves: an overflowing stack would end the whole program.
#[test]
fn what_is_drawn_by_drawing_itself_ends() {
    let letter = "<</Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /CharProcs <</a 6 0 R>>
                  /Encoding <</Type /Encoding /Differences [97 /a]>> /FirstChar 97 /LastChar 97 /Widths [1000] /Resources <</Font <</F 5 0 R>>>>>>";
    let draws_itself = stream("", "1000 0 d0 BT /F 900 Tf (a) Tj ET");
    let pattern = stream(
        "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 50 50] /XStep 50 /YStep 50 /Resources <</Pattern <</P 5 0 R>>>>",
        "/Pattern cs /P scn 0 0 40 40 re f",
    );
    let mask = "<</Type /ExtGState /SMask <</Type /Mask /S /Luminosity /G 6 0 R>>>>";
    let group = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 500 500] /Group <</S /Transparency /CS /DeviceGray>> /Resources <</ExtGState <</G 5 0 R>>>>",
        "/G gs 0 0 400 400 re f",
    );
    let files = [
        page(
            595,
            842,
            "BT /F 500 Tf 50 50 Td (a) Tj ET",
            "/Font <</F 5 0 R>>",
            &[letter.to_owned(), draws_itself],
        ),
        page(595, 842, "/Pattern cs /P scn 0 0 400 400 re f", "/Pattern <</P 5 0 R>>", &[pattern]),
        page(
            595,
            842,
            "/G gs 0 0 400 400 re f",
            "/ExtGState <</G 5 0 R>>",
            &[mask.to_owned(), group],
        ),
    ];
    for (at, file) in files.into_iter().enumerate() {
        let book = open(file).unwrap();
        assert!(book.text(0).is_ok() && book.boxes(0).is_ok() && book.draw(0, 300).is_ok(), "{at}");
        assert!(book.findings(0..1).iter().all(|found| found.page == 0), "{at}");
    }
}
