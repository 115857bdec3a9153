//! What a form sends: fields by name, and files (RFC 7578). Small and strict; a handler asks for what it needs and refuses in words.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use foundation::{Date, Secret};

use crate::Sorry;

/// The fields of a form, urlencoded or multipart.
pub struct Entries {
    fields: Vec<(String, String)>,
    files: Vec<File>,
}

/// An uploaded file.
pub struct File {
    /// The field's name.
    pub field: String,
    /// As the browser calls it.
    pub name: String,
    /// What the browser takes it for.
    pub media: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Entries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Forms carry secrets: names only.
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Entries").field("names", &names).finish_non_exhaustive()
    }
}

impl Entries {
    /// A field without the blanks around it; empty if it is not there.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map_or("", |(_, value)| value.trim())
    }
    /// Whether the field was sent at all (a box that is ticked, a button that was pressed).
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }
    /// Every value of a field that may come several times.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.fields
            .iter()
            .filter(|(field, _)| field == name)
            .map(|(_, value)| value.trim())
            .collect()
    }
    /// A secret, exactly as it was typed.
    #[must_use]
    pub fn secret(&self, name: &str) -> Secret<String> {
        Secret::new(
            self.fields
                .iter()
                .find(|(field, _)| field == name)
                .map_or_else(String::new, |(_, value)| value.clone()),
        )
    }
    /// An id.
    ///
    /// # Errors
    /// It is missing or none.
    pub fn id(&self, name: &str, label: &str) -> Result<uuid::Uuid, Sorry> {
        self.text(name)
            .parse()
            .map_err(|_| Sorry::not_understood(format!("「{label}」が選ばれていません。何も変わっていません。")))
    }
    /// A date, `2026-11-24`; none if the field is empty.
    ///
    /// # Errors
    /// It is no date.
    pub fn date(&self, name: &str, label: &str) -> Result<Option<Date>, Sorry> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        text.replace('/', "-").parse().map(Some).map_err(|_| {
            Sorry::not_understood(format!(
                "「{label}」の日付を読めません。2026-11-24 のように入れてください。何も変わっていません。"
            ))
        })
    }
    /// The file of a field; none if none was chosen.
    #[must_use]
    pub fn file(&mut self, field: &str) -> Option<File> {
        let at = self
            .files
            .iter()
            .position(|file| file.field == field && !(file.name.is_empty() && file.bytes.is_empty()))?;
        Some(self.files.swap_remove(at))
    }
}

impl<S: Send + Sync> FromRequest<S> for Entries {
    type Rejection = Sorry;
    async fn from_request(request: Request, state: &S) -> Result<Self, Sorry> {
        let media = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let body = Bytes::from_request(request, state).await.map_err(|why| {
            // What was not too long broke off on its way.
            let status = match why.status() {
                StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
                _ => StatusCode::REQUEST_TIMEOUT,
            };
            let (code, detail, next) = crate::status_words(status);
            Sorry::new(status, code, detail, next)
        })?;
        if let Some(boundary) = media
            .strip_prefix("multipart/form-data")
            .and_then(|rest| rest.split_once("boundary="))
            .map(|(_, boundary)| boundary.split(';').next().unwrap_or_default().trim_matches('"').to_owned())
        {
            return multipart(&body, &boundary).ok_or_else(broken_form);
        }
        let fields = axum::extract::Form::<Vec<(String, String)>>::from_request(
            Request::post("/")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(axum::body::Body::from(body))
                .map_err(|error| Sorry::broken(&error))?,
            state,
        )
        .await
        .map_err(|_| broken_form())?
        .0;
        Ok(Self { fields, files: Vec::new() })
    }
}

fn broken_form() -> Sorry {
    Sorry::not_understood("送られた内容を読めませんでした。何も変わっていません。")
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// RFC 7578, with the boundary lines of RFC 2046 §5.1.1.
fn multipart(body: &[u8], boundary: &str) -> Option<Entries> {
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let (opening, between) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
    let mut rest = body.get(find(body, opening.as_bytes())? + opening.len()..)?;
    let mut entries = Entries {
        fields: Vec::new(),
        files: Vec::new(),
    };
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let head_end = find(part, b"\r\n\r\n")?;
        let head = std::str::from_utf8(part.get(..head_end)?).ok()?;
        let content = part.get(head_end + 4..)?;
        // The end is looked for from where the content begins, so an empty value ends at once.
        let end = boundary_at(content, between.as_bytes())?;
        let (name, file, media) = disposition(head)?;
        let bytes = content.get(..end)?;
        match file {
            Some(file) => entries.files.push(File {
                field: name,
                name: file,
                media,
                bytes: bytes.to_vec(),
            }),
            None => entries.fields.push((name, String::from_utf8(bytes.to_vec()).ok()?)),
        }
        rest = content.get(end + between.len()..)?;
    }
    rest.starts_with(b"--").then_some(entries)
}

/// Like `find`, but jumps from carriage return to carriage return: files are large.
fn boundary_at(content: &[u8], between: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = content.get(from..)?.iter().position(|byte| *byte == b'\r') {
        if content.get(from + at..)?.starts_with(between) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn disposition(head: &str) -> Option<(String, Option<String>, String)> {
    let line = |wanted: &str| {
        head.split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
    };
    let said = line("content-disposition")?;
    // Browsers write a quote inside a name as %22 and never a backslash (WHATWG HTML, multipart/form-data encoding).
    let quoted = |key: &str| {
        let start = said.find(&format!("; {key}=\""))? + key.len() + 4;
        said.get(start..)?.split_once('"').map(|(value, _)| value.replace("%22", "\""))
    };
    let media = line("content-type").unwrap_or_default().to_owned();
    Some((quoted("name")?, quoted("filename"), media))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_with_a_file_is_read_byte_for_byte() {
        let body = b"--xYz\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\xe5\xb7\xa5\xe4\xba\x8b\r\n--xYz\r\n\
                     Content-Disposition: form-data; name=\"pdf\"; filename=\"a%22b.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--xY\r\0\r\n\r\n--xYz--\r\n";
        let mut entries = multipart(body, "xYz").unwrap();
        assert_eq!(entries.text("title"), "工事");
        let file = entries.file("pdf").unwrap();
        assert_eq!(
            (file.name.as_str(), file.media.as_str(), file.bytes.as_slice()),
            ("a\"b.pdf", "application/pdf", &b"%PDF\r\n--xY\r\0\r\n"[..])
        );
    }

    #[test]
    fn a_form_that_is_cut_off_is_refused() {
        for broken in [
            &b""[..],
            b"--x",
            b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb",
            b"--x\r\nno\r\n\r\nb\r\n--x--",
        ] {
            assert!(multipart(broken, "x").is_none());
        }
    }

    #[test]
    fn an_empty_file_field_is_no_file() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"pdf\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n";
        assert!(multipart(body, "x").unwrap().file("pdf").is_none());
    }
}
