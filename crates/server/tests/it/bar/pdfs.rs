//! PDFs made here: as many pages, as large, as badly made as a test needs.

use std::fmt::Write;

/// Objects from 1 on, the first being the catalogue, as a file with a plain cross-reference table.
fn file(objects: &[String]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        write!(out, "{} 0 obj\n{object}\nendobj\n", at + 1).unwrap();
    }
    let start = out.len();
    write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for place in places {
        writeln!(out, "{place:010} 00000 n ").unwrap();
    }
    let size = objects.len() + 1;
    write!(out, "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").unwrap();
    out.into_bytes()
}

fn stream(content: &str) -> String {
    format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len())
}

/// So many pages, each with its number.
pub fn pages(count: usize) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut kids = String::new();
    for page in 1..=count {
        let at = objects.len() + 1;
        write!(kids, "{at} 0 R ").unwrap();
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents {} 0 R >>",
            at + 1
        ));
        objects.push(stream(&format!("BT /F 24 Tf 72 720 Td (Page {page}) Tj ET")));
    }
    objects[1] = format!("<< /Type /Pages /Count {count} /Kids [{kids}] >>");
    file(&objects)
}

/// One page of A0 with so many strokes, as a plan of a building has.
pub fn drawing(strokes: usize) -> Vec<u8> {
    let mut content = String::from("0.2 w\n");
    let mut at = 17_u64;
    for _ in 0..strokes {
        let mut next = |limit: u64| {
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (at >> 33) % limit
        };
        let (x, y, dx, dy) = (next(2300), next(3300), next(160), next(160));
        writeln!(content, "{x} {y} m {} {} {} {} {} {} c S", x + dx, y, x, y + dy, x + dx, y + dy).unwrap();
    }
    file(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 2384 3370] /Contents 4 0 R >>".to_owned(),
        stream(&content),
    ])
}

/// Japanese text in a font that is named and not embedded, as many office programs write it.
pub fn without_font() -> Vec<u8> {
    // 工事請負契約書, in UCS-2
    let text = "5DE54E8B8ACB8CA059517D0466F8";
    file(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 4 0 R >> >> /Contents 7 0 R >>".to_owned(),
        "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3-UniJIS-UCS2-H /Encoding /UniJIS-UCS2-H /DescendantFonts [5 0 R] >>".to_owned(),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 6 0 R /DW 1000 >>".to_owned(),
        "<< /Type /FontDescriptor /FontName /HeiseiMin-W3 /Flags 6 /FontBBox [-123 -257 1001 910] /ItalicAngle 0 /Ascent 709 /Descent -241 /CapHeight 709 /StemV 69 >>".to_owned(),
        stream(&format!("BT /F 24 Tf 72 720 Td <{text}> Tj ET")),
    ])
}
