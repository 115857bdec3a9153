//! `POST /deposits/new`

use axum::{extract::State, response::Response};
use custody::{Own, deposit_own};

use super::{applied, show};
use crate::{Entries, House, SignedIn, Sorry, layout::onward};

/// Takes the file; the receipt is the next page.
pub async fn put(State(house): State<House>, SignedIn(visit): SignedIn, mut entries: Entries) -> Result<Response, Sorry> {
    applied(&visit)?;
    let Some(file) = entries.file("file") else {
        let sorry = Sorry::not_understood("文書が選ばれていません。").at("file");
        return show::again(&house, &visit, Some(sorry)).await;
    };
    let own = Own {
        file_name: file.name,
        media: file.media,
        bytes: file.bytes,
    };
    match deposit_own(&house.db, &house.objects, visit.actor(), own, house.now(), house.random()).await {
        Ok(receipt) => Ok(onward(&format!("/deposits/{}", receipt.deposit))),
        Err(error) => show::again(&house, &visit, Some(error.into())).await,
    }
}
