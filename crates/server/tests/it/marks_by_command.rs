//! `cectrust sign --mark`: what it shows, where, and what others say of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::harness::cectrust;

/// As openssl names them, and as we do.
const KEYS: [(&str, &str); 4] = [
    ("rsa2048", "rsa:2048"),
    ("rsa3072", "rsa:3072"),
    ("p256", "ec -pkeyopt ec_paramgen_curve:P-256"),
    ("p384", "ec -pkeyopt ec_paramgen_curve:P-384"),
];
const NAME: &str = "長谷川 健太郎";
const COMPANY: &str = "株式会社ひかり設備";
/// A mark in points.
const SIZE: [f64; 2] = [pades::SIGNATURE_WIDTH, pades::SIGNATURE_HEIGHT];

/// A folder with keys and certificates of one holder.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new(keys: &[(&str, &str)]) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for (name, key) in keys {
            let mut made = testkit::tool("openssl");
            made.args(["req", "-x509", "-nodes", "-utf8", "-days", "30", "-subj"])
                .arg(format!("/C=JP/O={COMPANY}/CN={NAME}"))
                .args(["-addext", "keyUsage=critical,nonRepudiation", "-newkey"])
                .args(key.split(' '))
                .args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")]);
            run(made.current_dir(desk.0.path()));
        }
        desk
    }
    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
    /// Signs `file` with this key and more words.
    fn sign(&self, file: &str, key: &str, out: &str, more: &[&str]) -> Output {
        cectrust()
            .args([
                "sign",
                file,
                "--key",
                &format!("{key}.key"),
                "--cert",
                &format!("{key}.pem"),
                "--out",
                out,
            ])
            .args(more)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }
    /// The same; it must be signed.
    fn signed(&self, file: &str, key: &str, out: &str, more: &[&str]) -> PathBuf {
        let ended = self.sign(file, key, out, more);
        assert!(ended.status.success(), "{key} {more:?}: {}", String::from_utf8_lossy(&ended.stderr));
        self.at(out).join(file)
    }
}

fn run(command: &mut Command) -> String {
    let ended = command.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(
        ended.status.success(),
        "{command:?}: {said}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    said
}

/// Four sheets of 400 × 600 points, each lying another way, and what is shown of them does not begin at 0.
fn sheets() -> Vec<u8> {
    let mut bodies = vec![
        "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
        "<</Type /Pages /Kids [3 0 R 4 0 R 5 0 R 6 0 R] /Count 4 /MediaBox [0 0 500 700] /CropBox [30 40 430 640]>>".to_owned(),
    ];
    bodies.extend([0, 90, 180, 270].map(|turned| format!("<</Type /Page /Parent 2 0 R /Resources <<>> /Rotate {turned}>>")));
    let (mut file, mut offsets) = ("%PDF-1.7\n".to_owned(), String::new());
    for (at, body) in bodies.iter().enumerate() {
        offsets.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{} 0 obj\n{body}\nendobj\n", at + 1));
    }
    let (start, size) = (file.len(), bodies.len() + 1);
    file.push_str(&format!(
        "xref\n0 {size}\n0000000000 65535 f \n{offsets}trailer\n<</Size {size} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

/// A page as a picture, 144 dots to the inch: width, height, grey values.
type Grey = (usize, usize, Vec<u8>);

/// As poppler draws it.
fn by_poppler(file: &Path, page: usize) -> Grey {
    let page = page.to_string();
    let drawn = testkit::tool("pdftoppm")
        .args(["-r", "144", "-gray", "-cropbox", "-f", &page, "-l", &page])
        .arg(file)
        .output()
        .unwrap();
    assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
    let head = String::from_utf8_lossy(&drawn.stdout[..40.min(drawn.stdout.len())]).into_owned();
    let numbers: Vec<usize> = head
        .split_whitespace()
        .skip(1)
        .take(2)
        .map(|number| number.parse().unwrap())
        .collect();
    let (width, height) = (numbers[0], numbers[1]);
    (width, height, drawn.stdout[drawn.stdout.len() - width * height..].to_vec())
}

/// As hayro does.
fn by_hayro(file: &Path, page: usize) -> Grey {
    let bytes = std::fs::read(file).unwrap();
    let book = pictures::Book::open(std::sync::Arc::new(bytes), &pictures::Substitutes::none()).unwrap();
    let drawn = book.draw_at(page - 1, 144.0).unwrap();
    let mut decoder = png::Decoder::new(std::io::Cursor::new(&drawn.png));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    let channels = info.color_type.samples();
    let grey = |pixel: &[u8]| match pixel {
        [red, green, blue, ..] => ((u32::from(*red) * 30 + u32::from(*green) * 59 + u32::from(*blue) * 11) / 100) as u8,
        _ => pixel[0],
    };
    let values = data[..info.buffer_size()].chunks(channels).map(grey).collect();
    (info.width as usize, info.height as usize, values)
}

/// What of the page is drawn at all: left, top, right, bottom in points, and those values.
fn drawn((width, _, values): &Grey) -> ([f64; 4], Vec<u8>) {
    let dark: Vec<(usize, usize)> = (0..values.len())
        .filter(|at| values[*at] < 200)
        .map(|at| (at % width, at / width))
        .collect();
    let of = |number: fn(&(usize, usize)) -> usize| (dark.iter().map(number).min().unwrap(), dark.iter().map(number).max().unwrap());
    let ((left, right), (top, bottom)) = (of(|point| point.0), of(|point| point.1));
    let part = (top..=bottom)
        .flat_map(|y| values[y * width + left..=y * width + right].to_vec())
        .collect();
    ([left, top, right, bottom].map(|pixels| pixels as f64 / 2.0), part)
}

/// How far two pictures of about the same size are from each other, row by row from their middle.
fn same(one: &[u8], other: &[u8]) -> bool {
    let (one, other) = (blurred(one), blurred(other));
    one.iter().zip(&other).filter(|(one, other)| one.abs_diff(**other) > 12).count() <= one.len() / 10
}

/// Means of a hundred pieces: letters may be a pixel apart.
fn blurred(values: &[u8]) -> Vec<u8> {
    let pieces = values.chunks(values.len().div_ceil(100));
    pieces
        .map(|piece| (piece.iter().map(|value| usize::from(*value)).sum::<usize>() / piece.len()) as u8)
        .collect()
}

#[test]
fn with_every_key_a_mark_stands_upright_where_it_is_wanted_and_others_say_valid() {
    let desk = Desk::new(&KEYS);
    std::fs::write(desk.at("sheets.pdf"), sheets()).unwrap();
    let mut upright = None;
    for (at, (key, _)) in KEYS.iter().enumerate() {
        // Each key on another page, each page lying another way; A sees them all at the same place.
        let page = at + 1;
        let file = desk.signed("sheets.pdf", key, key, &["--mark", &format!("{page}:10x20")]);
        let bytes = std::fs::read(&file).unwrap();
        assert!(bytes.starts_with(&sheets()), "{key}: the file goes on from what was given");
        // Others on the file.
        let checked = run(testkit::tool("qpdf").arg("--check").arg(&file));
        assert!(!checked.to_lowercase().contains("warning"), "{checked}");
        let said = run(testkit::tool("pdfsig").arg("-nocert").arg(&file));
        assert!(
            said.contains("Signature is Valid.") && said.contains("Total document signed"),
            "{key}: {said}"
        );
        let said = run(testkit::python_tool("pyhanko")
            .args(["sign", "validate", "--no-strict-syntax", "--trust-replace", "--trust"])
            .arg(desk.at(&format!("{key}.pem")))
            .arg(&file));
        assert!(said.contains("INTACT:TRUSTED"), "{key}: {said}");
        // The names are found, and are the certificate's.
        let text = run(testkit::tool("pdftotext")
            .args(["-layout", "-f", &page.to_string()])
            .arg(&file)
            .arg("-"));
        assert!(
            text.contains(NAME) && text.contains(COMPANY) && text.contains("電子署名"),
            "{key}: {text}"
        );
        assert!(
            !text.contains("CECSIGN") && !text.contains("デモ環境"),
            "it is no certificate of ours: {text}"
        );
        // The field is where it was wanted, as large as a mark, as the page is read.
        let document = pdf::Document::open(&bytes).unwrap();
        let view = document.last();
        let field = view.fields().unwrap().pop().unwrap();
        let rect = view.rectangle(&field.dict, "Rect").unwrap().unwrap();
        let shown = pades::Plane::all(&bytes).unwrap()[at].shown(rect);
        let wanted = [10.0 / 25.4 * 72.0, 20.0 / 25.4 * 72.0, SIZE[0], SIZE[1]];
        assert!(
            shown.iter().zip(wanted).all(|(one, other)| (one - other).abs() < 0.01),
            "{key}: {shown:?}"
        );
        // And two renderers draw it there, upright.
        for (who, picture) in [("poppler", by_poppler(&file, page)), ("hayro", by_hayro(&file, page))] {
            let turned = at % 2 == 1;
            assert_eq!((picture.0 > picture.1), turned, "{who} shows page {page} as it is read");
            let ([left, top, right, bottom], values) = drawn(&picture);
            let [from, down, across, high] = wanted;
            let inside = left >= from - 1.0 && top >= down - 1.0 && right <= from + across + 1.0 && bottom <= down + high + 1.0;
            assert!(
                inside && right - left > across * 0.6 && bottom - top > high * 0.6,
                "{who}, page {page}: {left} {top} {right} {bottom}"
            );
            let first = upright.get_or_insert_with(|| values.clone());
            let upside_down: Vec<u8> = values.iter().rev().copied().collect();
            assert!(same(first, &values), "{who}, page {page}: the mark looks different");
            assert!(!same(first, &upside_down), "the comparison sees what stands on its head");
        }
    }
}

#[test]
fn a_mark_goes_into_a_field_that_waits_and_to_the_last_page_by_itself() {
    let desk = Desk::new(&KEYS[2..3]);
    let contract = include_bytes!("../../../../samples/koji-ukeoi.pdf");
    let field = |name: &str, rect| pades::FieldSpec {
        name: name.to_owned(),
        page: 0,
        rect,
    };
    let fields = [field("Seal", [73.7, 266.4, 272.1, 334.4]), field("Unseen", [0.0; 4])];
    let laid = [contract.as_slice(), &pades::lay_fields(contract, &fields).unwrap()].concat();
    std::fs::write(desk.at("laid.pdf"), &laid).unwrap();
    std::fs::write(desk.at("plain.pdf"), contract).unwrap();
    let in_field = desk.signed("laid.pdf", "p256", "field", &["--field", "Seal", "--mark", "field"]);
    let text = |file: &Path, page: &str| run(testkit::tool("pdftotext").args(["-f", page, "-l", page]).arg(file).arg("-"));
    assert!(text(&in_field, "1").contains(NAME) && !text(&in_field, "3").contains(NAME));
    let last = desk.signed("plain.pdf", "p256", "last", &["--mark", "br"]);
    assert!(text(&last, "3").contains(NAME) && !text(&last, "1").contains(NAME));
    // Without the word nothing shows, as before.
    let unseen = desk.signed("plain.pdf", "p256", "unseen", &[]);
    assert!(["1", "2", "3"].iter().all(|page| !text(&unseen, page).contains(NAME)));
    // A contract made for archives stays one.
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../oracles/verapdf.py");
    let judged = run(testkit::python_tool("python").arg(script).arg("2u").args([&in_field, &last]));
    assert_eq!(judged.matches("PASS ").count(), 2, "{judged}");

    for (file, more, status, says) in [
        ("plain.pdf", vec!["--mark", "xx"], 3, "場所ではありません"),
        ("plain.pdf", vec!["--mark", "field"], 3, "--field"),
        ("laid.pdf", vec!["--mark", "br", "--field", "Seal"], 3, "--mark field"),
        ("laid.pdf", vec!["--mark", "field", "--field", "Unseen"], 1, "見えない欄"),
        ("plain.pdf", vec!["--mark", "9:br"], 1, "9ページはありません（全3ページ）"),
        ("plain.pdf", vec!["--mark", "160x10"], 1, "62 × 22 mm"),
    ] {
        let ended = desk.sign(file, "p256", "refused", &more);
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(status), "{more:?}: {said}");
        assert!(said.contains(says) && !desk.at("refused").join(file).exists(), "{more:?}: {said}");
    }
}

#[test]
fn a_name_that_no_font_here_can_write_is_said_before_anything_is_signed() {
    let desk = Desk(tempfile::tempdir().unwrap());
    // Cuneiform: in no font of ours.
    let (key, cert) = testkit::self_made(desk.0.path(), "/CN=\u{12000}");
    std::fs::write(desk.at("plain.pdf"), include_bytes!("../../../../samples/koji-ukeoi.pdf")).unwrap();
    let ended = cectrust()
        .args(["sign", "plain.pdf", "--mark", "br", "--out", "out", "--key"])
        .arg(key)
        .arg("--cert")
        .arg(cert)
        .current_dir(desk.0.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(
        said.contains("印を作れません") && said.contains("フォント") && said.contains("apt-get install"),
        "{said}"
    );
    assert!(!desk.at("out").join("plain.pdf").exists());
    // And what help says is there.
    let help = String::from_utf8(cectrust().args(["sign", "--help"]).output().unwrap().stdout).unwrap();
    for word in ["--mark", "last:br", "3:20x240", "--mark field", "tl 上の左", "--fonts"] {
        assert!(help.contains(word), "{word} is not in {help}");
    }
}
