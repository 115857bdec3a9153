//! `GET /deposits`, `GET /deposits/{id}`: what is kept, and the receipt of each.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use custody::{Deposit, DepositId, Reading, Seen, Subject, standing};

use super::applied;
use crate::{
    House, SignedIn, Sorry, Visit, case,
    layout::{page, page_with},
    paging::{Asked, ONE_MORE, older},
    words,
};

/// One line.
struct Row {
    id: String,
    title: String,
    size: String,
    received: String,
    until: String,
    is_kept: bool,
}

#[derive(Template)]
#[template(path = "deposit/list.html")]
struct List<'a> {
    visit: &'a Visit,
    rows: Vec<Row>,
    can_put: bool,
    failed: Option<&'a Sorry>,
    older: Option<String>,
    is_first: bool,
}

/// The list, and the place to put a file.
pub async fn list(State(house): State<House>, SignedIn(visit): SignedIn, Query(asked): Query<Asked>) -> Result<Response, Sorry> {
    drawn(&house, &visit, None, asked.before.map(DepositId)).await
}

/// The list, with what went wrong.
pub(super) async fn again(house: &House, visit: &Visit, failed: Option<Sorry>) -> Result<Response, Sorry> {
    drawn(house, visit, failed, None).await
}

async fn drawn(house: &House, visit: &Visit, failed: Option<Sorry>, before: Option<DepositId>) -> Result<Response, Sorry> {
    applied(visit)?;
    let mut lines = custody::list(&house.db, &Seen::by(visit.actor())?, Some(Subject::Own), before, ONE_MORE).await?;
    let older = older(&mut lines, |line| line.id.to_string());
    let rows = lines
        .into_iter()
        .map(|line| Row {
            id: line.id.to_string(),
            title: line.title,
            size: words::size(line.size),
            received: words::moment(line.received),
            until: words::day(line.retain_until),
            is_kept: line.kept.is_some(),
        })
        .collect();
    let status = if failed.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(page_with(
        status,
        &List {
            visit,
            rows,
            can_put: visit.viewer.registers(),
            failed: failed.as_ref(),
            older,
            is_first: before.is_none(),
        },
    ))
}

#[derive(Template)]
#[template(path = "deposit/show.html")]
struct Show<'a> {
    visit: &'a Visit,
    id: String,
    title: String,
    size: String,
    bytes: u64,
    received: String,
    sha256: String,
    sha512: String,
    record: String,
    until: String,
    kept: Option<String>,
    waits: Option<String>,
    is_damaged: bool,
}

/// The receipt.
pub async fn one(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    applied(&visit)?;
    let by = visit.actor();
    let deposit = Deposit::open::<Reading>(&house.db, by, DepositId(id)).await?;
    let standing = standing(&house.db, by, deposit.id).await?;
    // T1: a file that is not what was stored is said here, not only at the download.
    let is_damaged = custody::original(&house.db, &house.objects, by, deposit.id).await.is_err();
    let receipt = deposit.receipt();
    Ok(page(&Show {
        visit: &visit,
        id: id.to_string(),
        title: deposit.title.clone(),
        size: words::size(receipt.size),
        bytes: receipt.size,
        received: words::moment(receipt.received),
        sha256: words::hash(&receipt.sha256),
        sha512: words::hash(&receipt.sha512),
        record: words::hash(&receipt.record_sha512),
        until: words::day(receipt.retain_until),
        kept: standing.kept.map(words::moment),
        waits: standing.reason.map(|_| {
            let next = standing
                .next_try
                .map_or_else(String::new, |at| format!("次は {} に、自動で試します。", words::time(at)));
            format!("証拠の記録を待っています。{next}")
        }),
        is_damaged,
    }))
}

/// The file itself, byte for byte.
pub async fn original(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    applied(&visit)?;
    let (deposit, bytes) = custody::original(&house.db, &house.objects, visit.actor(), DepositId(id)).await?;
    let mut response = case::attachment(&deposit.file_name, "application/octet-stream", bytes)?;
    if let Ok(media) = HeaderValue::from_str(&deposit.media) {
        response.headers_mut().insert(header::CONTENT_TYPE, media);
    }
    Ok(response)
}

/// 証拠一式.
pub async fn bundle(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    applied(&visit)?;
    let pieces = custody::bundle(&house.db, &house.objects, visit.actor(), DepositId(id)).await?;
    case::archive("証拠一式.zip", pieces)
}
