//! `POST /certificate/{id}/receipt`: the test signature, and with it the receipt.

use axum::{
    extract::{Path, State},
    response::Response,
};
use certification::EnrolmentId;
use keys::HolderSecret;

use super::show::{Shown, again};
use crate::{Entries, House, SignedIn, Sorry};

/// Confirms.
pub async fn confirm(
    State(house): State<House>,
    SignedIn(visit): SignedIn,
    Path(id): Path<uuid::Uuid>,
    entries: Entries,
) -> Result<Response, Sorry> {
    let typed = entries.secret("words");
    let secret = HolderSecret::typed(typed.reveal());
    let confirmed = certification::confirm_receipt_with_secret(&house.db, visit.actor(), EnrolmentId(id), &secret, house.now()).await;
    let shown = match confirmed {
        Ok(_) => Shown {
            said: Some("テスト署名ができました。改ざんなし、署名者はあなたです。これで契約書に署名できます。"),
            ..Shown::default()
        },
        Err(error) => Shown {
            failed: Some((error.into(), "receipt")),
            ..Shown::default()
        },
    };
    again(&house, &visit, shown).await
}
