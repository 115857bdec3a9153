use pictures::{NotDrawn, Place, Strip, TILE};

use crate::files::{SAMPLES, book, grey, page, poppler, sample, sample_path};

/// Mean and greatest difference of two pictures, each seen through squares of `side` pixels: letters may differ by a shade, not by place.
fn difference(one: &(usize, usize, Vec<u8>), other: &(usize, usize, Vec<u8>), side: usize) -> (f64, f64) {
    assert!(
        one.0.abs_diff(other.0) <= 1 && one.1.abs_diff(other.1) <= 1,
        "{}x{} {}x{}",
        one.0,
        one.1,
        other.0,
        other.1
    );
    let mean = |of: &(usize, usize, Vec<u8>), column: usize, row: usize| {
        let rows = row * side..(row + 1) * side;
        let sum: u64 = rows
            .flat_map(|y| &of.2[y * of.0 + column * side..y * of.0 + (column + 1) * side])
            .map(|value| u64::from(*value))
            .sum();
        sum as f64 / (side * side) as f64
    };
    let (columns, rows) = (one.0.min(other.0) / side, one.1.min(other.1) / side);
    let differences: Vec<f64> = (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (column, row)))
        .map(|(column, row)| (mean(one, column, row) - mean(other, column, row)).abs())
        .collect();
    let most = differences.iter().copied().fold(0.0, f64::max);
    (differences.iter().sum::<f64>() / differences.len() as f64, most)
}

#[test]
fn pages_look_as_poppler_draws_them() {
    for name in SAMPLES {
        let book = sample(name);
        for at in 0..book.pages() {
            let ours = book.draw_at(at, 100.0).unwrap();
            let number = (at + 1).to_string();
            let path = sample_path(name);
            let theirs = poppler(
                "pdftoppm",
                &["-r", "100", "-png", "-f", &number, "-l", &number, path.to_str().unwrap()],
            );
            let (mean, most) = difference(&grey(&ours.png), &grey(&theirs), 10);
            assert!(mean < 1.5 && most < 40.0, "{name}, page {number}: mean {mean:.2}, most {most:.1}");
            let blank = (
                ours.width as usize,
                ours.height as usize,
                vec![255; (ours.width * ours.height) as usize],
            );
            let (drawn, _) = difference(&grey(&ours.png), &blank, 10);
            assert!(drawn > 3.0 * mean, "{name}, page {number}: is it blank?");
        }
    }
}

#[test]
fn a_page_weighs_little() {
    let book = sample("koji-ukeoi.pdf");
    for at in 0..book.pages() {
        let picture = book.draw(at, 1190).unwrap();
        assert!(picture.width == 1190 && picture.height.abs_diff(1684) <= 1);
        println!("{picture:?}");
        assert!(picture.png.len() < 300_000, "{picture:?}");
        let small = book.thumbnail(at, 160).unwrap();
        assert!(small.height == 160 && small.png.len() < 12_000, "{small:?}");
    }
}

#[test]
fn tiles_make_the_page() {
    let book = sample("chumon.pdf");
    let grid = book.grid(0, 3).unwrap();
    let whole = grey(&book.draw_at(0, 144.0).unwrap().png);
    assert_eq!((whole.0, whole.1), (grid.width as usize, grid.height as usize));
    let mut laid = vec![0u8; whole.0 * whole.1];
    for row in 0..grid.rows {
        for column in 0..grid.columns {
            let (width, height, values) = grey(&book.tile(0, 3, column, row).unwrap().png);
            for y in 0..height {
                let at = ((row * TILE) as usize + y) * whole.0 + (column * TILE) as usize;
                laid[at..at + width].copy_from_slice(&values[y * width..(y + 1) * width]);
            }
        }
    }
    let (mean, most) = difference(&whole, &(whole.0, whole.1, laid), 8);
    assert!(mean < 0.2 && most < 12.0, "mean {mean:.3}, most {most:.1}");
    assert_eq!(book.tile(0, 3, grid.columns, 0), Err(NotDrawn::NoSuchPage));
    assert_eq!(book.grid(0, 7), Err(NotDrawn::NoSuchPage));
    assert_eq!(book.draw(1, 100), Err(NotDrawn::NoSuchPage));
}

#[test]
fn a_strip_shows_pages_below_each_other() {
    let book = sample("koji-ukeoi.pdf");
    let strip = Strip {
        width: 104,
        height: 148,
        cell: 192,
        ground: [227, 233, 241],
    };
    let picture = book.strip(0..book.pages(), strip).unwrap();
    let (width, height, values) = grey(&picture.png);
    assert_eq!((width, height), (104, 192 * book.pages()));
    for at in 0..book.pages() {
        let alone = grey(&book.thumbnail(at, 147).unwrap().png);
        let cell: Vec<u8> = (0..alone.1)
            .flat_map(|y| (0..alone.0).map(move |x| (x, y)))
            .map(|(x, y)| values[(at * 192 + y) * width + x + (width - alone.0) / 2])
            .collect();
        let (mean, _) = difference(&alone, &(alone.0, alone.1, cell), 4);
        assert!(mean < 8.0, "page {at}: mean {mean:.1}");
        assert_eq!(values[(at * 192 + 170) * width + 50] / 17, 232 / 17, "below it is the ground");
    }
    assert_eq!(book.strip(90..99, strip), Err(NotDrawn::NoSuchPage));
}

#[test]
fn a_place_is_as_blank_as_poppler_draws_it() {
    let book = sample("chumon.pdf");
    let path = sample_path("chumon.pdf");
    let (width, _, values) = grey(&poppler("pdftoppm", &["-r", "72", "-png", path.to_str().unwrap()]));
    for (left, top) in [(0, 0), (74, 90), (100, 300), (309, 690), (420, 760), (40, 400)] {
        let place = Place {
            left: left as f32,
            top: top as f32,
            width: 175.7,
            height: 62.4,
        };
        let theirs = (top..top + 62).flat_map(|y| (left..left + 175).map(move |x| y * width + x));
        let inked = theirs.filter(|at| values.get(*at).is_some_and(|value| *value < 232)).count() as f64 / (175.0 * 62.0);
        let ours = book.ink(0, place).unwrap();
        assert!((ours - inked).abs() < 0.03, "{left}, {top}: {ours:.3}, poppler {inked:.3}");
        assert_eq!(ours > 0.001, inked > 0.001, "{left}, {top}: {ours:.4}, poppler {inked:.4}");
    }
    // Partly outside the page is no failure.
    let outside = Place {
        left: 590.0,
        top: 840.0,
        width: 100.0,
        height: 100.0,
    };
    assert_eq!(book.ink(0, outside), Ok(0.0));
}

/// An A0 drawing: 2384 × 3370 points, 60 000 lines.
fn drawing() -> Vec<u8> {
    let mut content = String::from("0.3 w\n");
    for at in 0..60_000u32 {
        let (x, y) = (at % 300 * 8, at / 300 * 16);
        content.push_str(&format!("{x} {y} m {} {} l S\n", x + 7, y + 15));
    }
    page(2384, 3370, &content, "", &[])
}

#[test]
fn an_a0_drawing_opens_by_tiles_and_never_whole() {
    let book = book(drawing());
    let grid = book.grid(0, 4).unwrap();
    assert_eq!((grid.width, grid.height), (9536, 13480));
    assert_eq!(book.draw_at(0, 288.0), Err(NotDrawn::TooLarge), "128 million pixels at once");
    let picture = book.draw(0, 1200).unwrap();
    assert_eq!(picture.height, 1696);
    let before = memory();
    for (column, row) in [(0, 2), (9, 13), (17, 26), (grid.columns - 1, grid.rows - 2)] {
        let tile = book.tile(0, 4, column, row).unwrap();
        assert!(tile.width <= TILE && tile.height <= TILE);
        assert!(
            grey(&tile.png).2.iter().any(|value| *value < 200),
            "nothing drawn in {column}/{row}"
        );
    }
    let grown = memory().saturating_sub(before);
    assert!(grown < 300_000_000, "four tiles took {grown} bytes");
}

#[test]
fn ten_thousand_pages_open_and_any_of_them_is_drawn() {
    let pages = 10_000;
    let kids: Vec<String> = (0..pages).map(|at| format!("{} 0 R", 4 + at)).collect();
    let mut bodies = vec![
        "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
        format!(
            "<</Type /Pages /Kids [{}] /Count {pages} /MediaBox [0 0 595 842] /Resources <</Font <</F1 3 0 R>>>>>>",
            kids.join(" ")
        ),
        crate::files::HELVETICA.to_owned(),
    ];
    for at in 0..pages {
        bodies.push(format!("<</Type /Page /Parent 2 0 R /Contents {} 0 R>>", 4 + pages + at));
    }
    for at in 0..pages {
        bodies.push(crate::files::stream(
            "",
            &format!("BT /F1 24 Tf 72 720 Td (Page number {at}) Tj ET"),
        ));
    }
    let book = book(crate::files::pdf(&bodies));
    assert_eq!(book.pages(), 10_000);
    assert_eq!(book.text(9_999).unwrap().plain(), "Page number 9999\n");
    assert!(book.thumbnail(5_000, 120).is_ok());
    let before = memory();
    let hits = book.search("number 77 ", 1_000).unwrap();
    // 77, 770…779, 7700…7799.
    assert_eq!(hits.len(), 111);
    let some = book.search_some("number 77", 700..1_000, 50).unwrap();
    assert_eq!((some.hits.len(), some.next), (10, Some(1_000)), "a search goes on where it ended");
    let grown = memory().saturating_sub(before);
    assert!(grown < 200_000_000, "reading all pages kept {grown} bytes");
}

/// Resident bytes of this process.
fn memory() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

#[test]
fn a_page_looked_at_once_is_as_inked_in_each_place_as_when_it_is_asked_alone() {
    for name in SAMPLES {
        let book = sample(name);
        let ink = book.inked(0).unwrap();
        for (left, top) in [
            (0.0, 0.0),
            (74.0, 90.0),
            (100.0, 300.0),
            (309.0, 690.0),
            (40.0, 400.0),
            (500.0, 800.0),
        ] {
            let place = Place {
                left,
                top,
                width: 90.0,
                height: 40.0,
            };
            let (alone, of_all) = (book.ink(0, place).unwrap(), ink.share(place));
            assert!((alone - of_all).abs() < 0.02, "{name}, {left}, {top}: {alone:.4}, {of_all:.4}");
            assert_eq!(alone > 0.001, of_all > 0.001, "{name}, {left}, {top}: {alone:.4}, {of_all:.4}");
        }
        let whole = Place {
            left: -50.0,
            top: -50.0,
            width: 10_000.0,
            height: 10_000.0,
        };
        assert!(ink.share(whole) > 0.01, "{name}");
        let outside = Place {
            left: 9_000.0,
            top: 9_000.0,
            ..whole
        };
        assert!(ink.share(outside).abs() < f64::EPSILON);
    }
    assert_eq!(sample(SAMPLES[0]).inked(99).unwrap_err(), NotDrawn::NoSuchPage);
}

/// How many squares of four points are dark in the picture and not by the boxes, and how many the other way round.
fn squares(book: &pictures::Book, page: usize) -> (usize, usize) {
    let (boxes, ink) = (book.boxes(page).unwrap().ink, book.inked(page).unwrap());
    let size = book.size(page).unwrap();
    let places = (0..size.height as usize / 4).flat_map(|row| (0..size.width as usize / 4).map(move |column| (column, row)));
    let dark = places.map(|(column, row)| {
        let place = Place {
            left: (column * 4) as f32,
            top: (row * 4) as f32,
            width: 4.0,
            height: 4.0,
        };
        (ink.share(place) > 0.0, boxes.share(place) > 0.0)
    });
    let dark: Vec<(bool, bool)> = dark.collect();
    let count = |which: (bool, bool)| dark.iter().filter(|square| **square == which).count();
    (count((true, false)), count((false, true)))
}

#[test]
fn what_is_blank_by_its_boxes_is_blank_in_the_picture() {
    for name in SAMPLES {
        let book = sample(name);
        for page in 0..book.pages() {
            let (hidden, too_much) = squares(&book, page);
            assert_eq!(hidden, 0, "{name}, {page}");
            assert!(too_much < 5_000, "{name}, {page}: of 31 000 squares {too_much} are said to be dark");
            assert!(book.boxes(page).unwrap().is_close, "{name}: letters, lines and rectangles");
        }
    }
    assert_eq!(sample(SAMPLES[0]).boxes(99).unwrap_err(), NotDrawn::NoSuchPage);
}

#[test]
fn boxes_follow_lines_bends_and_turned_pages_and_leave_out_what_is_white() {
    // A slanted line, a bow, a wide stroke, a filled rectangle, one that is turned, large letters; and white over all of the upper half.
    let drawn = "1 g 0 421 595 421 re f 0 G 0 g 3 w 20 20 m 500 60 l S 60 200 m 200 400 400 0 500 200 c S 20 w 100 120 m 100 160 l S
                 300 100 80 60 re f q 0.7 0.7 -0.7 0.7 450 300 cm 0 0 40 20 re f Q BT /F1 60 Tf 40 330 Td (Hgj) Tj ET";
    let turned = |by: u16| {
        crate::files::pdf(&[
            "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
            "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842]>>".to_owned(),
            format!("<</Type /Page /Parent 2 0 R /Rotate {by} /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>"),
            crate::files::stream("", drawn),
            crate::files::HELVETICA.to_owned(),
        ])
    };
    let upper = [
        (0, (0.0, 0.0, 595.0, 380.0)),
        (90, (462.0, 0.0, 380.0, 595.0)),
        (180, (0.0, 462.0, 595.0, 380.0)),
        (270, (0.0, 0.0, 380.0, 595.0)),
    ];
    for (by, (left, top, width, height)) in upper {
        let book = book(turned(by));
        assert_eq!(squares(&book, 0).0, 0);
        let white = Place { left, top, width, height };
        assert!(book.boxes(0).unwrap().ink.share(white) == 0.0, "{by}: white is no ink");
    }
}

#[test]
fn an_image_is_its_box_and_is_not_unpacked_for_it() {
    let broken = crate::files::stream(
        "/Type /XObject /Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode",
        "no picture at all",
    );
    let book = book(page(
        595,
        842,
        "q 200 0 0 300 100 400 cm /P Do Q",
        "/XObject <</P 5 0 R>>",
        &[broken],
    ));
    let boxes = book.boxes(0).unwrap();
    assert!(!boxes.is_close, "much of it may be blank");
    let share = |left, top| {
        boxes.ink.share(Place {
            left,
            top,
            width: 50.0,
            height: 50.0,
        })
    };
    assert!(share(110.0, 150.0) > 0.99 && share(240.0, 380.0) > 0.99);
    assert!(share(40.0, 150.0) == 0.0 && share(310.0, 380.0) == 0.0 && share(110.0, 450.0) == 0.0);
}
