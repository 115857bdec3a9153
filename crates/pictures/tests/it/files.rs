//! Files to look at, and poppler as oracle.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use pictures::{Book, Substitutes};

pub const SAMPLES: [&str; 3] = ["koji-ukeoi.pdf", "chumon.pdf", "henko-oboegaki.pdf"];

pub fn sample_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)
}

pub fn sample(name: &str) -> Book {
    let bytes = std::fs::read(sample_path(name)).unwrap();
    Book::open(Arc::new(bytes), &Substitutes::none()).unwrap()
}

pub fn book(bytes: Vec<u8>) -> Book {
    Book::open(Arc::new(bytes), &Substitutes::none()).unwrap()
}

/// Runs a tool of poppler; the test fails when it is not there.
pub fn poppler(program: &str, args: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(args).output();
    let output = output.unwrap_or_else(|why| panic!("{program} does not run ({why}): run `cargo xtask test`"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A PDF from object bodies; object n is `bodies[n - 1]`, object 1 the catalog.
pub fn pdf(bodies: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::new();
    for (at, body) in bodies.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{body}\nendobj\n", at + 1).as_bytes());
    }
    let startxref = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", bodies.len() + 1).as_bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let size = bodies.len() + 1;
    out.extend(format!("trailer\n<</Size {size} /Root 1 0 R>>\nstartxref\n{startxref}\n%%EOF\n").as_bytes());
    out
}

pub fn stream(dict: &str, content: &str) -> String {
    format!("<<{dict} /Length {}>>\nstream\n{content}\nendstream", content.len())
}

/// One page of this size; `resources` and further objects (from number 5) as given.
pub fn page(width: u32, height: u32, content: &str, resources: &str, more: &[String]) -> Vec<u8> {
    let mut bodies = vec![
        "<</Type /Catalog /Pages 2 0 R>>".to_owned(),
        format!("<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 {width} {height}]>>"),
        format!("<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <<{resources}>>>>"),
        stream("", content),
    ];
    bodies.extend(more.iter().cloned());
    pdf(&bodies)
}

pub const HELVETICA: &str = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>";

/// Grey values of a PNG.
pub fn grey(png: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut data).unwrap();
    let channels = info.color_type.samples();
    let values = data[..info.buffer_size()].chunks(channels).map(|pixel| {
        if channels < 3 {
            pixel[0]
        } else {
            ((u32::from(pixel[0]) * 30 + u32::from(pixel[1]) * 59 + u32::from(pixel[2]) * 11) / 100) as u8
        }
    });
    (info.width as usize, info.height as usize, values.collect())
}

/// A stream whose bytes are filled in afterwards by [`fill`].
pub fn with_bytes(bytes: &[u8]) -> String {
    stream("", &"@".repeat(bytes.len()))
}

/// Puts the bytes into the place that [`with_bytes`] kept.
pub fn fill(mut file: Vec<u8>, bytes: &[u8]) -> Vec<u8> {
    let mark = vec![b'@'; bytes.len()];
    let at = file.windows(mark.len()).position(|window| window == mark).unwrap();
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}
