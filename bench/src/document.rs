//! The documents that are signed: a letter of one page, and the longest of the sample contracts of the tree.

/// A document and how the table names it.
pub struct Sample {
    /// `one page, 4 kB`.
    pub word: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Both.
pub fn samples() -> Vec<Sample> {
    let contract = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/chumon.pdf")).expect("the sample contract");
    [("one page", one_page()), ("chumon.pdf", contract)]
        .into_iter()
        .map(|(word, bytes)| Sample {
            word: format!("{word}, {} kB", bytes.len().div_ceil(1000)),
            bytes,
        })
        .collect()
}

/// A page of text in a font every reader has, as an office program would print it.
fn one_page() -> Vec<u8> {
    let mut text = "BT /F1 11 Tf 14 TL 64 770 Td\n".to_owned();
    for line in 1..=50 {
        text.push_str(&format!(
            "(Article {line}. The parties perform what they agreed on in good faith, each at its own place.) Tj T*\n"
        ));
    }
    text.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    file(&objects)
}

/// A file of these objects, numbered from 1; the first is the catalog.
pub fn file(objects: &[String]) -> Vec<u8> {
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let start = file.len();
    file.push_str(&table);
    file.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>] >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    ));
    file.into_bytes()
}
