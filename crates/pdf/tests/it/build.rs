//! Small PDFs made here, and qpdf as oracle.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// A PDF from object bodies; object n is `bodies[n - 1]`. `trailer` is added to /Size and /Root 1.
pub fn pdf(bodies: &[&str], trailer: &str) -> Vec<u8> {
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
    out.extend(format!("trailer\n<</Size {size} /Root 1 0 R {trailer}>>\nstartxref\n{startxref}\n%%EOF\n").as_bytes());
    out
}

/// One page with text.
pub fn contract() -> Vec<u8> {
    pdf(
        &[
            "<</Type /Catalog /Pages 2 0 R>>",
            "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842]>>",
            "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>",
            "<</Length 45>>\nstream\nBT /F1 24 Tf 72 720 Td (Contract 1) Tj ET    \nendstream",
            "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
            "<</Title (Contract) /Producer (tests)>>",
        ],
        "/Info 6 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]",
    )
}

/// One page, a form with two empty signature fields (7, 8), the layout ruled for the first journey.
pub fn with_fields() -> Vec<u8> {
    pdf(
        &[
            "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [7 0 R 8 0 R] /SigFlags 3>>>>",
            "<</Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842]>>",
            "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>> /Annots [7 0 R 8 0 R]>>",
            "<</Length 45>>\nstream\nBT /F1 24 Tf 72 720 Td (Contract 1) Tj ET    \nendstream",
            "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
            "<</Title (Contract) /Producer (tests)>>",
            "<</Type /Annot /Subtype /Widget /FT /Sig /T (A) /Rect [50 50 200 100] /F 132 /P 3 0 R>>",
            "<</Type /Annot /Subtype /Widget /FT /Sig /T (B) /Rect [300 50 450 100] /F 132 /P 3 0 R>>",
        ],
        "/Info 6 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]",
    )
}

/// `qpdf args input output`; fails the test with qpdf's words.
pub fn qpdf(input: &[u8], args: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&from, input).unwrap();
    let done = Command::new("qpdf").args(args).arg(&from).arg(&to).output();
    let done = done.expect("qpdf is missing: run cargo xtask test");
    assert!(done.status.success(), "qpdf {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    std::fs::read(to).unwrap()
}

/// `qpdf --check` has nothing to say.
pub fn check(file: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.pdf");
    std::fs::File::create(&path).unwrap().write_all(file).unwrap();
    let mut command = Command::new("qpdf");
    let done = command
        .arg("--check")
        .arg(&path)
        .stdin(Stdio::null())
        .output()
        .expect("qpdf is missing: run cargo xtask test");
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && !said.contains("WARNING"), "qpdf --check: {said}");
}

/// The variants qpdf makes of a file, by name.
pub fn variants(file: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("as made", file.to_vec()),
        ("table", qpdf(file, &["--object-streams=disable"])),
        ("object streams", qpdf(file, &["--object-streams=generate"])),
        ("linearised", qpdf(file, &["--linearize", "--object-streams=disable"])),
        (
            "linearised object streams",
            qpdf(file, &["--linearize", "--object-streams=generate"]),
        ),
        (
            "uncompressed",
            qpdf(file, &["--stream-data=uncompress", "--object-streams=generate"]),
        ),
    ]
}
