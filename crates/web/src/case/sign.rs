//! Signing: with the key kept here and the 合言葉, or with a file signed outside.

use axum::{body::Bytes, extract::State, response::Response};
use certification::Credential;
use contracts::{Case, CaseId, SignatureBy};
use keys::HolderSecret;

use super::{
    Of, read, signatures, story,
    told::{Act, TO_THE_END, Told},
};
use crate::{Entries, House, SignedIn, Sorry, Visit, layout::onward};

/// What was seen is what is signed: the page says which bytes it showed.
pub(super) fn same(seen: &str, now: &str) -> Result<(), Sorry> {
    if seen == now {
        return Ok(());
    }
    Err(Sorry::new(
        axum::http::StatusCode::CONFLICT,
        "document_changed",
        "お読みになっている間に、文書が置き換えられました。署名はしていません。",
        "新しい文書を下に表示しています。もう一度お読みになってから、署名してください。",
    ))
}

/// Before the act begins: the page that was read showed the file that is there now, and told what was found about it.
pub(super) async fn seen_and_told(house: &House, visit: &Visit, id: CaseId, entries: &Entries, act: Act) -> Result<(), Sorry> {
    let opened = story::open(house, visit.actor(), id, None).await?;
    same(entries.text("sha256"), &opened.stage.sha256)?;
    let told = Told::before_signing(house, &opened, TO_THE_END).await;
    told.heard(entries.text("told"), act)
}

/// `POST /cases/{id}/signature`
pub async fn with_secret(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, entries: Entries) -> Result<Response, Sorry> {
    let (by, secret) = (visit.actor(), entries.secret("words"));
    let signed = async {
        if secret.reveal().trim().is_empty() {
            return Err(Sorry::not_understood("署名の合言葉が入っていません。署名はしていません。"));
        }
        seen_and_told(&house, &visit, id, &entries, Act::Sign).await?;
        let prepared = Case::prepare_signature(&house.contracts, by, id, None, house.now()).await?;
        same(entries.text("sha256"), &prepared.stage.sha256)?;
        if prepared.credential != Credential::Server {
            return Err(Sorry::not_understood(
                "お使いの電子証明書は、お手元のトークンの中にあります。合言葉では署名できません。",
            ));
        }
        let secret = SignatureBy::Secret(HolderSecret::typed(secret.reveal()));
        Case::complete_signature(&house.contracts, by, id, prepared.act.id, secret, house.now()).await?;
        Ok(())
    };
    match signed.await {
        Ok(()) => Ok(onward(&format!("/cases/{id}"))),
        Err(sorry) => read::again(&house, &visit, id, Some(sorry), None).await,
    }
}

/// `POST /cases/{id}/signed-file`
pub async fn outside(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, mut entries: Entries) -> Result<Response, Sorry> {
    let Some(file) = entries.file("pdf") else {
        let sorry = Sorry::not_understood("署名済みのPDFが選ばれていません。");
        return read::again(&house, &visit, id, Some(sorry), None).await;
    };
    let told = async {
        let opened = story::open(&house, visit.actor(), id, None).await?;
        let told = Told::before_signing(&house, &opened, TO_THE_END).await;
        told.heard(entries.text("told"), Act::Bring)
    };
    if let Err(sorry) = told.await {
        return read::again(&house, &visit, id, Some(sorry), None).await;
    }
    let file = Bytes::from(file.bytes);
    let signed = signatures::brought(&file).await;
    match Case::put_signed_document(&house.contracts, visit.actor(), id, file, house.now()).await {
        Ok(_) => Ok(onward(&format!("/cases/{id}/signatures"))),
        Err(error) => {
            let card = signatures::refused(&house, signed, &error).await;
            let sorry = Sorry::from(error).with_way(format!("/cases/{id}/file/newest"), "いまのPDFを受け取る");
            read::refused(&house, &visit, id, sorry, card).await
        }
    }
}
