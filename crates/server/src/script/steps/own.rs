//! own-deposit: the separate 原本保管サービス. No partner exists in its routes.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use crate::script::{
    client::{Act, Content},
    failure::Failure,
    play::{Play, text},
};

const DOCUMENT: &[u8] = include_bytes!("../../../../../samples/henko-oboegaki.pdf");

/// Deposits a company's own document, waits for its evidence, takes the bundle.
pub async fn deposit(play: &mut Play) -> Result<(), Failure> {
    play.sign_in("kimura").await?;
    let taken = Act::new(
        &play.people["kimura"],
        "deposit",
        Method::POST,
        "/api/deposits?file_name=%E5%A4%89%E6%9B%B4%E8%A6%9A%E6%9B%B8.pdf",
    )
    .bytes("application/pdf", DOCUMENT.to_vec())
    .keeping("custody-own/receipt.json")
    .done(&mut play.record)
    .await?
    .json();
    let id = text(&taken, "id")?;
    play.own_deposit = id.clone();
    for _ in 0..600 {
        let shown: Value = play.people["kimura"]
            .send(Method::GET, &format!("/api/deposits/{id}"), &Content::Nothing)
            .await?
            .json();
        if shown["kept"].is_string() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Act::new(&play.people["kimura"], "getDeposit", Method::GET, format!("/api/deposits/{id}"))
        .on(id.clone())
        .done(&mut play.record)
        .await?;
    let bundle = Act::new(
        &play.people["kimura"],
        "getDepositEvidenceBundle",
        Method::GET,
        format!("/api/deposits/{id}/evidence-bundle"),
    )
    .on(id.clone())
    .keeping("custody-own/bundle.zip")
    .done(&mut play.record)
    .await?;
    super::proof::unpack(play, "custody-own", &bundle.body)?;
    for (act, path, file) in [
        ("getDepositReceipt", "receipt", "papers/receipt.pdf"),
        (
            "getDepositOriginalityCertificate",
            "originality-certificate",
            "custody-own/originality.pdf",
        ),
    ] {
        let answer = Act::new(&play.people["kimura"], act, Method::GET, format!("/api/deposits/{id}/{path}"))
            .on(id.clone())
            .keeping(file)
            .tried(&mut play.record)
            .await?;
        super::printed(&answer, act)?;
    }
    play.keep_mails().await
}
