//! What every revision made here has in common.

use crate::{Error, FieldSpec};
use foundation::Random;
use pdf::{Delta, Dict, Document, Name, Obj, Ref, Str, Stream, View};
use pki::DigestAlgorithm;
use std::borrow::Cow;

/// Opens a file that is to be continued.
pub fn open(pdf: &[u8]) -> Result<Document<'_>, Error> {
    let document = Document::open(pdf)?;
    if document.is_encrypted() {
        return Err(Error::Unsuitable("encrypted"));
    }
    if document.is_hybrid() {
        return Err(Error::Unsuitable("hybrid"));
    }
    Ok(document)
}

impl From<pdf::Error> for Error {
    fn from(error: pdf::Error) -> Self {
        match error {
            pdf::Error::Encrypted => Self::Unsuitable("encrypted"),
            pdf::Error::Hybrid => Self::Unsuitable("hybrid"),
            other => Self::Pdf(other.to_string()),
        }
    }
}

/// The second half of a file's /ID must differ from revision to revision; it need not be secret. Derived from the place and
/// the last bytes of the base, so that a delta can be made again byte for byte.
pub struct DerivedId([u8; 32]);

impl DerivedId {
    pub fn of(base: &[u8], purpose: &str) -> Self {
        let tail = &base[base.len().saturating_sub(1024)..];
        let digest = DigestAlgorithm::Sha256.digest_pieces([&base.len().to_be_bytes()[..], purpose.as_bytes(), tail]);
        Self(digest.try_into().expect("SHA-256 has 32 bytes"))
    }
}

impl Random for DerivedId {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, digest) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *digest;
        }
    }
}

/// Adds `spec` as a signature field with its widget; gives the field's object. The field's dictionary is returned too, so that
/// a value can be put into it in the same revision.
pub fn add_field<'d>(delta: &mut Delta<'d>, spec: &FieldSpec) -> Result<(Ref, Dict<'d>), Error> {
    if spec.name.is_empty() || spec.name.contains('.') {
        return Err(Error::NoSuchField(spec.name.clone()));
    }
    if delta.base().field(&spec.name)?.is_some() {
        return Err(Error::FieldExists(spec.name.clone()));
    }
    let pages = delta.base().pages()?;
    let pdf::Page { object: page, rotate, .. } = *pages.get(spec.page).ok_or(Error::NoSuchPage(spec.page))?;
    let [left, bottom, right, top] = spec.rect;
    let mut dict = Dict::new()
        .with("Type", Name::new("Annot"))
        .with("Subtype", Name::new("Widget"))
        .with("FT", Name::new("Sig"))
        .with("T", Str::text(&spec.name))
        // Print and Locked: the widget can be neither hidden on paper nor moved.
        .with("F", 132)
        .with("P", page)
        .with("Rect", vec![number(left), number(bottom), number(right), number(top)]);
    if matches!(rotate, 90 | 180 | 270) {
        // Who draws into the widget later draws upright as the page is read (ISO 32000-2 table 192).
        dict.set("MK", Dict::new().with("R", rotate));
    }
    if right > left && top > bottom {
        let appearance = delta.add(frame([right - left, top - bottom], rotate));
        dict.set("AP", Dict::new().with("N", appearance));
    }
    let field = delta.add(dict.clone());
    let root = delta.base().root()?;
    delta.push(root, &["AcroForm", "Fields"], field)?;
    delta.push(page, &["Annots"], field)?;
    Ok((field, dict))
}

/// A plain frame without text, so without a font (PDF/A wants fonts embedded): the place where a signature will stand. It is compressed, and lies
/// as the page is read, because the mark that takes its place is and does: EU DSS knows no rule for an appearance whose /Filter or /BBox changes.
fn frame<'a>([across, up]: [f64; 2], rotate: i64) -> Stream<'a> {
    let (width, height) = if rotate.rem_euclid(180) == 90 { (up, across) } else { (across, up) };
    let content = format!(
        "q 0.5 w 0.6 0.6 0.6 RG 0.25 0.25 {} {} re S Q",
        trim(width - 0.5),
        trim(height - 0.5)
    );
    let mut dict = Dict::new()
        .with("Type", Name::new("XObject"))
        .with("Subtype", Name::new("Form"))
        .with("BBox", vec![Obj::Int(0), Obj::Int(0), number(width), number(height)])
        .with("Resources", Dict::new());
    if let Some(matrix) = pdf::turned_back(rotate) {
        dict.set("Matrix", matrix.map(Obj::Int).to_vec());
    }
    Stream::deflated(dict, content.as_bytes())
}

fn number<'a>(value: f64) -> Obj<'a> {
    Obj::Real(Cow::Owned(trim(value).into_bytes()))
}

fn trim(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// /SigFlags 3 (signatures exist, append only) and, for PDF 1.x, /Extensions ESIC: only where they are not there already.
pub fn mark_signed(delta: &mut Delta<'_>) -> Result<(), Error> {
    let view = delta.base();
    let root = view.root()?;
    let catalog = view.catalog()?;
    let form = view.value(&catalog, "AcroForm")?.dict().cloned().unwrap_or_default();
    let flags = view.value(&form, "SigFlags")?.int().unwrap_or(0);
    if flags & 3 != 3 {
        delta.set(root, &["AcroForm", "SigFlags"], flags | 3)?;
    }
    let extensions = view.value(&catalog, "Extensions")?;
    let known = extensions
        .dict()
        .is_some_and(|extensions| ["ESIC", "ADBE"].iter().any(|key| extensions.get(key).is_some()));
    if !known && !is_pdf_2(&view, &catalog) {
        // EN 319 142-1 §5.6: what pyHanko and DSS write; ISO 32000-2 has the CAdES parts in itself.
        let esic = Dict::new().with("BaseVersion", Name::new("1.7")).with("ExtensionLevel", 1);
        delta.set(root, &["Extensions", "ESIC"], esic)?;
    }
    Ok(())
}

fn is_pdf_2(view: &View<'_>, catalog: &Dict<'_>) -> bool {
    let header = view.document().bytes().starts_with(b"%PDF-2");
    header
        || catalog
            .get("Version")
            .and_then(Obj::name)
            .is_some_and(|version| version.text().starts_with('2'))
}

/// `D:20261124103000+09'00'`
pub fn pdf_time(at: foundation::Instant) -> String {
    let text = at.rfc3339_japan();
    let digits: String = text[..19].chars().filter(char::is_ascii_digit).collect();
    format!("D:{digits}+09'00'")
}

/// Reads a PDF date (ISO 32000 §7.9.4).
pub fn read_pdf_time(text: &str) -> Option<foundation::Instant> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let part = |from: usize, to: usize, default: &'static str| digits.get(from..to).unwrap_or(default).to_owned();
    let year = digits.get(..4)?;
    let zone = &text[digits.len()..];
    let zone = match zone.chars().next() {
        Some(sign @ ('+' | '-')) => {
            let numbers: String = zone.chars().filter(char::is_ascii_digit).collect();
            format!("{sign}{}:{}", numbers.get(..2)?, numbers.get(2..4).unwrap_or("00"))
        }
        _ => "Z".to_owned(),
    };
    let (month, day) = (part(4, 6, "01"), part(6, 8, "01"));
    let (hour, minute, second) = (part(8, 10, "00"), part(10, 12, "00"), part(12, 14, "00"));
    foundation::Instant::parse_rfc3339(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}{zone}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::Instant;

    #[test]
    fn pdf_times_go_round() {
        let at = Instant::parse_rfc3339("2026-11-24T10:30:05+09:00").unwrap();
        assert_eq!(pdf_time(at), "D:20261124103005+09'00'");
        assert_eq!(read_pdf_time(&pdf_time(at)), Some(at));
        assert_eq!(read_pdf_time("D:20261124013005Z"), Some(at));
        assert_eq!(
            read_pdf_time("D:2026"),
            Some(Instant::parse_rfc3339("2026-01-01T00:00:00Z").unwrap())
        );
        assert_eq!(read_pdf_time("yesterday"), None);
    }
}
