//! The files of a case: putting a PDF on a draft, receiving any stage, receiving the evidence.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use contracts::{Case, CaseId, Reading, StageName};
use futures_util::stream;
use store::unit;

use super::{Of, compose, signatures};
use crate::{Entries, House, SignedIn, Sorry, Visit, door::escaped, layout::onward};

/// `POST /cases/{id}/document`: puts or replaces the PDF of a draft.
pub async fn put(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, mut entries: Entries) -> Result<Response, Sorry> {
    let Some(file) = entries.file("pdf") else {
        let sorry = Sorry::not_understood("PDFが選ばれていません。");
        return compose::again(&house, &visit, id, Some(sorry), None).await;
    };
    put_on(&house, &visit, id, file.bytes, "#s1").await
}

/// Puts a file on a draft and leads on: to the step `at` of the draft, or to the signatures that the file brought. What is not taken is told with
/// them, and the way is to put another one.
pub(super) async fn put_on(house: &House, visit: &Visit, id: CaseId, file: Vec<u8>, at: &str) -> Result<Response, Sorry> {
    let file = Bytes::from(file);
    let signed = signatures::brought(&file).await;
    match Case::put_document(&house.contracts, visit.actor(), id, file, None, house.now()).await {
        Ok(put) if put.signatures.is_empty() => Ok(onward(&format!("/cases/{id}/compose{at}"))),
        Ok(_) => Ok(onward(&format!("/cases/{id}#signatures"))),
        Err(error) => {
            let card = signatures::refused(house, signed, &error).await;
            let sorry = Sorry::from(error).with_way(format!("/cases/{id}/compose#s1"), "別のPDFを置く");
            compose::refused(house, visit, id, sorry, card).await
        }
    }
}

/// `GET /cases/{id}/file/{stage}`: a stage byte for byte; `newest` is the newest.
pub async fn file(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path((id, word)): Path<(uuid::Uuid, String)>,
) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    let name = match word.as_str() {
        "newest" => None,
        word => Some(StageName::from_word(word).ok_or_else(Sorry::not_found)?),
    };
    let (case, stage) = unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, by, CaseId(id)).await?;
        let stage = Case::stage(&case, unit, name).await?;
        Case::downloaded(&case, unit, &stage, now).await?;
        Ok::<_, contracts::Error>((case, stage))
    })
    .await?;
    let bytes = house.contracts.read(&case, &stage).await?;
    attachment(&contracts::pdf_name(&case.contract_number), "application/pdf", bytes)
}

/// `GET /cases/{id}/bundle`: 証拠一式.
pub async fn bundle(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    let by = visit.actor();
    let (number, deposit) = unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, by, id).await?;
        Ok::<_, contracts::Error>((case.contract_number.clone(), case.deposit))
    })
    .await?;
    let deposit = deposit.ok_or_else(|| {
        Sorry::new(
            axum::http::StatusCode::CONFLICT,
            "evidence_not_yet",
            "原本は、まだ保管されていません。契約が成立し、封緘が済むと保管されます。何も失われていません。",
            "少し待って、もう一度お試しください。",
        )
        .with_way(format!("/cases/{id}"), "案件に戻る")
    })?;
    let pieces = custody::bundle(&house.db, &house.objects, by, custody::DepositId(deposit)).await?;
    archive(&format!("{number}-証拠一式.zip"), pieces)
}

/// `GET /cases/{id}/originality`: a 原本性証明書, issued now.
pub async fn originality(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of) -> Result<Response, Sorry> {
    let issued = contracts::originality(&house.contracts, &house.certifier, visit.actor(), id, house.now())
        .await
        .map_err(|error| Sorry::from(error).with_way(format!("/cases/{id}"), "案件に戻る"))?;
    attachment(&format!("原本性証明書-{}.pdf", issued.number), "application/pdf", issued.pdf)
}

/// A file to keep, with its Japanese name (RFC 6266, RFC 8187).
pub(crate) fn attachment(name: &str, media: &'static str, bytes: impl Into<Body>) -> Result<Response, Sorry> {
    let plain: String = name
        .chars()
        .map(|sign| {
            if sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.') {
                sign
            } else {
                '_'
            }
        })
        .collect();
    let says = format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{}",
        escaped(name).replace('/', "_")
    );
    let says = HeaderValue::from_str(&says).map_err(|error| Sorry::broken(&error))?;
    Ok((
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(media)),
            (header::CONTENT_DISPOSITION, says),
        ],
        bytes.into(),
    )
        .into_response())
}

/// A bundle to keep, sent piece by piece as it lies in memory.
pub(crate) fn archive(name: &str, pieces: Vec<Vec<u8>>) -> Result<Response, Sorry> {
    let length: usize = pieces.iter().map(Vec::len).sum();
    let pieces = stream::iter(pieces.into_iter().map(|piece| Ok::<_, Infallible>(Bytes::from(piece))));
    let mut response = attachment(name, "application/zip", Body::from_stream(pieces))?;
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}
