//! `GET /verify`, `POST /verify`

use std::time::Instant as Stopwatch;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{Answer, check, known};
use crate::{Entries, House, Sorry, Visit, layout::page, words};

/// What is told beside the answer.
pub(crate) struct Told {
    /// The file's name.
    pub name: String,
    /// Its size in words.
    pub size: String,
    /// SHA-256, in groups.
    pub sha256: String,
    /// When it was checked.
    pub when: String,
    /// How long it took.
    pub took: String,
    /// In the demo: what was changed in the copy before it was checked.
    pub tampered: Option<String>,
    /// The answer.
    pub answer: Answer,
}

#[derive(Template)]
#[template(path = "verify/show.html")]
struct Show<'a> {
    visit: &'a Visit,
    told: Option<&'a Told>,
    failed: Option<&'a str>,
}

/// The page.
pub async fn show(visit: Visit) -> Response {
    page(&Show {
        visit: &visit,
        told: None,
        failed: None,
    })
}

/// The answer. The file lies in memory until it is written, and nowhere else.
pub async fn verify(State(house): State<House>, visit: Visit, mut entries: Entries) -> Result<Response, Sorry> {
    let anchor = entries.file("anchor");
    let Some(file) = entries.file("file") else {
        return Ok(again(
            &visit,
            "ファイルが選ばれていません。PDF、または証拠一式（ZIP）を選んでください。",
        ));
    };
    let mut known = known(&house);
    if let Some(anchor) = anchor {
        let found = certificates(&anchor.bytes);
        if found.is_empty() {
            return Ok(again(
                &visit,
                "「発行者の証明書」が証明書として読めません。拡張子が cer、crt、pem のファイルを、PDFと一緒にもう一度選んでください。",
            ));
        }
        known.roots.extend(found);
        known.brought = true;
    }
    let file_name = file.name;
    let content = file.bytes;
    let tamper = entries.has("tamper") && visit.shown.demo;
    let (bytes, tampered) = if tamper {
        let at = house.now();
        let known = known.clone();
        let (bytes, place) = jobs::work(move || crate::demo::tampered(content, |bytes| check(bytes, &known, at).state)).await;
        (bytes, Some(place))
    } else {
        (content, None)
    };
    let told = told(&house, file_name, bytes, known, tampered).await;
    Ok(page(&Show {
        visit: &visit,
        told: Some(&told),
        failed: None,
    }))
}

/// Checks bytes and says how it went.
pub(crate) async fn told(house: &House, name: String, bytes: Vec<u8>, known: super::check::Known, tampered: Option<String>) -> Told {
    use sha2::{Digest, Sha256};
    let (at, begun) = (house.now(), Stopwatch::now());
    let size = words::size(bytes.len() as u64);
    let (answer, sha256) = jobs::work(move || (check(&bytes, &known, at), hex::encode(Sha256::digest(&bytes)))).await;
    let ms = begun.elapsed().as_millis();
    Told {
        name,
        size,
        sha256: words::hash(&sha256),
        when: words::moment(at),
        took: if ms < 10 {
            "0.01 秒未満".to_owned()
        } else {
            format!("{}.{:02} 秒", ms / 1000, ms % 1000 / 10)
        },
        tampered,
        answer,
    }
}

/// The page with the answer to bytes that come from elsewhere in the program.
pub(crate) async fn answered(house: &House, visit: &Visit, name: String, bytes: Vec<u8>, tampered: Option<String>) -> Response {
    let told = told(house, name, bytes, known(house), tampered).await;
    page(&Show {
        visit,
        told: Some(&told),
        failed: None,
    })
}

fn again(visit: &Visit, why: &str) -> Response {
    crate::layout::page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &Show {
            visit,
            told: None,
            failed: Some(why),
        },
    )
}

/// Certificates in PEM or DER.
fn certificates(bytes: &[u8]) -> Vec<Vec<u8>> {
    let ders: Vec<Vec<u8>> = if bytes.first() == Some(&0x30) {
        vec![bytes.to_vec()]
    } else {
        let text = String::from_utf8_lossy(bytes);
        let blocks = pki::pem::decode(&text).unwrap_or_default();
        blocks.into_iter().map(|block| block.der).collect()
    };
    ders.into_iter().filter(|der| pki::Certificate::parse(der).is_ok()).collect()
}
