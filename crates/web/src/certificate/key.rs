//! `POST /certificate/{id}/key`: makes the key kept here, sealed under the 合言葉, which is shown this once.

use axum::{
    extract::{Path, State},
    response::Response,
};
use certification::EnrolmentId;
use keys::HolderSecret;
use pki::KeyType;

use super::show::{Shown, again};
use crate::{House, SignedIn, Sorry};

/// Makes it.
pub async fn make(State(house): State<House>, SignedIn(visit): SignedIn, Path(id): Path<uuid::Uuid>) -> Result<Response, Sorry> {
    let sign_in = visit.viewer.me.as_ref().map_or("", |me| me.sign_in.as_str());
    // Five words, drawn. (The people of the demo have theirs as constants, so that a stranger can sign as them.)
    let secret = (house.known_secret)(sign_in).map_or_else(|| HolderSecret::generate(house.random()), HolderSecret::of_the_demo);
    let made = certification::make_server_key(
        &house.db,
        visit.actor(),
        EnrolmentId(id),
        KeyType::P256,
        &secret,
        house.now(),
        house.random(),
    )
    .await;
    let shown = match made {
        Ok(_) => Shown {
            words: Some(secret.words().to_owned()),
            ..Shown::default()
        },
        Err(error) => Shown {
            failed: Some((error.into(), "key")),
            ..Shown::default()
        },
    };
    again(&house, &visit, shown).await
}
