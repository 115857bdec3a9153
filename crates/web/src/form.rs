//! What a form sends: fields by name, and files (RFC 7578). Small and strict; a handler asks for what it needs and refuses in words.

use axum::{
    body::HttpBody as _,
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
    const fn none() -> Self {
        Self {
            fields: Vec::new(),
            files: Vec::new(),
        }
    }
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
            .map_err(|_| Sorry::not_understood(format!("「{label}」が選ばれていません。何も変わっていません。")).at_label(Some(label)))
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
            .at_label(Some(label))
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

/// Most bytes of a form in which no file is chosen.
const LARGEST: usize = 1024 * 1024;
/// Most bytes of a form with a file: a document of 50 MB and the form around it.
const LARGEST_WITH_FILE: usize = 52 * 1024 * 1024;
/// Of a form that is too large so much is read and dropped, so that its sender sees the page instead of a broken connection.
const PATIENCE: usize = 4 * LARGEST_WITH_FILE;
/// Most fields of a form.
const MOST_FIELDS: usize = 2_000;
/// Most bytes before the content of a field (RFC 7578, 4.8 wants little more than a name).
const LARGEST_PART_HEAD: usize = 8 * 1024;

/// Only these pages take files; everywhere else nobody's memory is filled by a large form.
fn largest(path: &str) -> usize {
    let takes_file = matches!(path, "/verify" | "/cases" | "/deposits/new")
        || (path.starts_with("/cases/") && (path.ends_with("/document") || path.ends_with("/signed-file")));
    if takes_file { LARGEST_WITH_FILE } else { LARGEST }
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
        let kind = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let at_most = match kind.as_str() {
            "multipart/form-data" => largest(request.uri().path()),
            _ => LARGEST,
        };
        let body = received(request, at_most).await?;
        match kind.as_str() {
            "multipart/form-data" => {
                let boundary = media.split(';').find_map(|word| word.trim().strip_prefix("boundary="));
                multipart(&body, boundary.unwrap_or_default().trim_matches('"')).ok_or_else(broken_form)
            }
            "application/x-www-form-urlencoded" => urlencoded(body, state).await,
            // A button alone.
            _ if body.is_empty() => Ok(Self::none()),
            _ => Err(in_words(StatusCode::UNSUPPORTED_MEDIA_TYPE)),
        }
    }
}

fn in_words(status: StatusCode) -> Sorry {
    let (code, detail, next) = crate::status_words(status);
    Sorry::new(status, code, detail, next)
}

/// The body, if it is not longer than `at_most`. What is too long is not kept while the rest of it comes.
async fn received(request: Request, at_most: usize) -> Result<Vec<u8>, Sorry> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > PATIENCE) {
        return Err(in_words(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let mut body = std::pin::pin!(request.into_body());
    // Its size from the start: growing would hold a large file twice.
    let mut bytes = Vec::with_capacity(announced.unwrap_or_default().min(at_most));
    let mut seen = 0usize;
    while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
        // What was not too long broke off on its way.
        let Ok(part) = frame.map_err(|_| in_words(StatusCode::REQUEST_TIMEOUT))?.into_data() else {
            continue;
        };
        seen = seen.saturating_add(part.len());
        if seen > PATIENCE {
            break;
        }
        if seen <= at_most {
            bytes.extend_from_slice(&part);
        } else {
            bytes = Vec::new();
        }
    }
    if seen > at_most {
        return Err(in_words(StatusCode::PAYLOAD_TOO_LARGE));
    }
    Ok(bytes)
}

async fn urlencoded<S: Send + Sync>(body: Vec<u8>, state: &S) -> Result<Entries, Sorry> {
    if body.iter().filter(|sign| **sign == b'&').count() >= MOST_FIELDS {
        return Err(broken_form());
    }
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(body))
        .map_err(|error| Sorry::broken(&error))?;
    let fields = axum::extract::Form::<Vec<(String, String)>>::from_request(request, state)
        .await
        .map_err(|_| broken_form())?
        .0;
    Ok(Entries { fields, files: Vec::new() })
}

fn broken_form() -> Sorry {
    in_words(StatusCode::UNPROCESSABLE_ENTITY)
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
    let mut entries = Entries::none();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        if entries.fields.len() + entries.files.len() >= MOST_FIELDS {
            return None;
        }
        let head_end = find(part.get(..LARGEST_PART_HEAD).unwrap_or(part), b"\r\n\r\n")?;
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

    async fn of(path: &str, media: &str, body: Vec<u8>) -> Result<Entries, u16> {
        let request = Request::post(path).header(header::CONTENT_TYPE, media).body(body.into()).unwrap();
        Entries::from_request(request, &()).await.map_err(|sorry| sorry.status.as_u16())
    }

    #[tokio::test]
    async fn a_form_is_as_large_as_its_page_needs() {
        const URLENCODED: &str = "application/x-www-form-urlencoded";
        const MULTIPART: &str = "multipart/form-data; charset=utf-8; boundary=\"x\"";
        let field = |bytes: usize| {
            let mut body = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n".to_vec();
            body.resize(body.len() + bytes, b'y');
            body.extend_from_slice(b"\r\n--x--\r\n");
            body
        };
        assert_eq!(of("/sign-in", URLENCODED, b"a=b".to_vec()).await.unwrap().text("a"), "b");
        assert_eq!(of("/sign-in", URLENCODED, vec![b'a'; LARGEST + 1]).await.err(), Some(413));
        assert_eq!(of("/verify", URLENCODED, vec![b'a'; LARGEST + 1]).await.err(), Some(413));
        assert_eq!(of("/sign-in", MULTIPART, field(LARGEST)).await.err(), Some(413));
        assert!(of("/verify", MULTIPART, field(LARGEST)).await.is_ok());
        assert_eq!(of("/verify", MULTIPART, field(LARGEST_WITH_FILE)).await.err(), Some(413));
        assert_eq!(of("/sign-in", URLENCODED, b"a&".repeat(MOST_FIELDS)).await.err(), Some(422));
        assert_eq!(of("/sign-in", "application/json", b"{}".to_vec()).await.err(), Some(415));
        assert!(of("/sign-in", "", Vec::new()).await.is_ok());
        assert_eq!(of("/verify", "multipart/form-data", field(1)).await.err(), Some(422));
    }

    #[test]
    fn too_many_parts_and_endless_heads_are_refused() {
        let parts = |many: usize| {
            [
                b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n".repeat(many),
                b"--x--".to_vec(),
            ]
            .concat()
        };
        assert!(multipart(&parts(MOST_FIELDS), "x").is_some());
        assert!(multipart(&parts(MOST_FIELDS + 1), "x").is_none());
        let long = format!(
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\nX: {}\r\n\r\n\r\n--x--",
            "y".repeat(LARGEST_PART_HEAD)
        );
        assert!(multipart(long.as_bytes(), "x").is_none());
    }

    #[test]
    fn an_empty_file_field_is_no_file() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"pdf\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n";
        assert!(multipart(body, "x").unwrap().file("pdf").is_none());
    }
}
