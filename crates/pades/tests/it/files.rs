//! PDFs to sign.

use std::process::Command;

/// Two pages, one cross-reference table, no end of line after `%%EOF`.
pub fn plain() -> Vec<u8> {
    with_catalog_entry("")
}

/// As [`plain`], with more in its catalog.
pub fn with_catalog_entry(entry: &str) -> Vec<u8> {
    let catalog = format!("<< /Type /Catalog /Pages 2 0 R {entry} >>");
    let objects = [
        catalog.as_str(),
        "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 5 0 R >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
        "<< /Length 22 >>\nstream\n0 0 m 100 100 l S q Q \nendstream",
    ];
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).as_bytes());
    }
    let start = out.len();
    out.extend(b"xref\n0 6\n0000000000 65535 f \n");
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").as_bytes());
    }
    out.extend(format!("trailer\n<< /Size 6 /Root 1 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>] >>\nstartxref\n{start}\n%%EOF").as_bytes());
    out
}

/// The same with object streams and a cross-reference stream, made by qpdf.
pub fn streams() -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("a.pdf"), dir.path().join("b.pdf"));
    std::fs::write(&from, plain()).unwrap();
    super::world::run(Command::new("qpdf").arg("--object-streams=generate").arg(&from).arg(&to));
    std::fs::read(to).unwrap()
}

/// Two visible fields on the first page.
pub fn laid(pdf: &[u8]) -> Vec<u8> {
    let field = |name: &str, left: f64| pades::FieldSpec {
        name: name.to_owned(),
        page: 0,
        rect: [left, 60.0, left + pades::SIGNATURE_WIDTH, 60.0 + pades::SIGNATURE_HEIGHT],
    };
    let delta = pades::lay_fields(pdf, &[field("SignatureA", 60.0), field("SignatureB", 320.0)]).unwrap();
    [pdf, &delta].concat()
}
