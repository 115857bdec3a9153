//! enrol-a, enrol-b: from the proposal to a certificate that signs.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::token;
use crate::{
    command::demo::Credential,
    script::{
        client::{Act, Client},
        failure::Failure,
        play::{Play, text},
    },
};

/// Leads one person through the whole enrolment.
pub async fn enrol(play: &mut Play, key: &str) -> Result<(), Failure> {
    play.sign_in(key).await?;
    let number = approve(play, key).await?;
    let pin = collect_letter(play, key, &number).await?;
    let begun = Act::new(&play.people[key], "beginEnrolment", Method::POST, "/api/enrolments/begin")
        .json(json!({ "number": number, "pin": pin }))
        .done(&mut play.record)
        .await?
        .json();
    let id = text(&begun, "id")?;
    match play.credential {
        Credential::Server => server_key(play, key, &id).await?,
        Credential::Token | Credential::Outside => token_key(play, key, &id).await?,
    }
    keep(play, key, &id).await
}

/// Approved, and the letter lies at the post office: he has no certificate yet.
pub async fn only_letter(play: &mut Play, key: &str) -> Result<(), Failure> {
    let number = approve(play, key).await?;
    let nobody = play.nobody("post")?;
    let Some(tracking) = letter_on_its_way(play, &number).await? else {
        return Err(Failure::new("post", format!("承認通知書（{number}）が郵便局に出されません")));
    };
    Act::new(&nobody, "postArrive", Method::POST, format!("/demo/post/{tracking}/arrive"))
        .on(tracking)
        .done(&mut play.record)
        .await
        .map(drop)
}

/// 審査 proposes, 承認 approves: two persons, two sessions.
async fn approve(play: &mut Play, key: &str) -> Result<String, Failure> {
    play.sign_in("nakamura").await?;
    play.sign_in("kobayashi").await?;
    let (romaji, address) = match key {
        "tanaka" => ("TANAKA Ichiro", "東京都新宿区青葉町四丁目5番6号"),
        "ito" => ("ITO Makoto", "東京都新宿区青葉町七丁目1番12号"),
        _ => ("YAMAMOTO Kenta", "神奈川県横浜市緑区若葉台七丁目8番9号"),
    };
    let credential = if play.credential == Credential::Server { "server" } else { "token" };
    let person = play.person(key)?["person_id"].clone();
    let proposed = Act::new(&play.people["nakamura"], "proposeSubject", Method::POST, "/api/operator/subjects")
        .json(json!({ "person": person, "romaji": romaji, "address": address, "department": "", "credential": credential }))
        .done(&mut play.record)
        .await?
        .json();
    let (proposal, number) = (text(&proposed, "proposal")?, text(&proposed, "number")?);
    let open = Act::new(&play.people["kobayashi"], "listProposals", Method::GET, "/api/operator/proposals")
        .done(&mut play.record)
        .await?
        .json();
    let seen = open
        .as_array()
        .into_iter()
        .flatten()
        .find(|line| line["id"] == json!(proposal))
        .cloned()
        .unwrap_or(Value::Null);
    Act::new(
        &play.people["kobayashi"],
        "approveProposal",
        Method::POST,
        format!("/api/operator/proposals/{proposal}/approve"),
    )
    .json(json!({ "payload_hash": seen["payload_hash"] }))
    .on(proposal)
    .done_already(&["proposal_decided"])
    .done(&mut play.record)
    .await?;
    Ok(number)
}

/// The fake post office: the letter arrives and is collected by the person himself with a paper that has his photograph.
async fn collect_letter(play: &mut Play, key: &str, number: &str) -> Result<String, Failure> {
    let nobody = play.nobody("post")?;
    let name = play.person(key)?["person"].as_str().unwrap_or_default().to_owned();
    for _ in 0..3 {
        let Some(tracking) = letter_on_its_way(play, number).await? else {
            return Err(Failure::new("post", format!("承認通知書（{number}）が郵便局に出されません")));
        };
        let arrived = Act::new(&nobody, "postArrive", Method::POST, format!("/demo/post/{tracking}/arrive"))
            .on(tracking.clone())
            .tried(&mut play.record)
            .await?;
        if arrived.status >= 500 {
            return Err(Failure::new("postArrive", arrived.code()));
        }
        if let Some(pin) = collected(play, key, &nobody, &tracking, &name).await? {
            return Ok(pin);
        }
        // The letters of the demo lie in memory: after a restart they are lost, and only a new one helps.
        Act::new(&nobody, "postLose", Method::POST, format!("/demo/post/{tracking}/lose"))
            .on(tracking)
            .tried(&mut play.record)
            .await?;
        order_letter(play, number).await?;
    }
    Err(Failure::new("postCollect", "書面を受け取れません"))
}

/// What the person reads in the letter: a PDF, or on a machine that prints none its words. Nothing if the letter is not there any more.
async fn collected(play: &mut Play, key: &str, nobody: &Client, tracking: &str, name: &str) -> Result<Option<String>, Failure> {
    let address = format!("/demo/post/{tracking}/collect");
    let shown = json!({ "name": name, "paper": "運転免許証" });
    let letter = format!("letters/{key}.pdf");
    let answer = Act::new(nobody, "postCollect", Method::POST, &address)
        .json(shown.clone())
        .on(tracking)
        .keeping(&letter)
        .tried(&mut play.record)
        .await?;
    if answer.status == 200 {
        return pin_in(answer.body).await.map(Some);
    }
    if !matches!(answer.code().as_str(), "printer_not_built_in" | "fonts_missing" | "glyph_missing") {
        return Ok(None);
    }
    let letter = format!("letters/{key}.txt");
    let answer = Act::new(nobody, "postCollect", Method::POST, &address)
        .json_for(shown, "text/plain")
        .on(tracking)
        .keeping(&letter)
        .tried(&mut play.record)
        .await?;
    let text = String::from_utf8_lossy(&answer.body);
    Ok(text
        .lines()
        .find_map(|line| line.strip_prefix("申請PIN: "))
        .map(|pin| pin.trim().to_owned()))
}

/// The 申請PIN as it stands in the PDF.
async fn pin_in(pdf: Vec<u8>) -> Result<String, Failure> {
    let unread = |why: String| Failure::new("postCollect", format!("書面を読めません: {why}"));
    let text = jobs::work(move || {
        let book = pictures::Book::open(std::sync::Arc::new(pdf), &pictures::Substitutes::none()).map_err(|error| error.to_string())?;
        book.text(0).map(|text| text.plain()).map_err(|error| error.to_string())
    })
    .await
    .map_err(unread)?;
    let is_pin = |word: &&str| word.len() == 16 && word.split('-').map(str::len).eq([4, 4, 4, 1]) && word.is_ascii();
    let found = text.split_whitespace().find(is_pin).map(str::to_owned);
    found.ok_or_else(|| unread("申請PINがありません".to_owned()))
}

async fn letter_on_its_way(play: &mut Play, number: &str) -> Result<Option<String>, Failure> {
    let nobody = play.nobody("post")?;
    for _ in 0..300 {
        let slips = nobody
            .send(Method::GET, "/demo/post", &crate::script::client::Content::Nothing)
            .await?
            .json();
        let slip = slips
            .as_array()
            .into_iter()
            .flatten()
            .find(|slip| slip["number"] == json!(number))
            .cloned();
        if let Some(tracking) = slip.and_then(|slip| slip["tracking"].as_str().map(str::to_owned)) {
            return Ok(Some(tracking));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(None)
}

async fn order_letter(play: &mut Play, number: &str) -> Result<(), Failure> {
    let list = Act::new(&play.people["nakamura"], "listEnrolments", Method::GET, "/api/enrolments")
        .done(&mut play.record)
        .await?
        .json();
    let id = list
        .as_array()
        .into_iter()
        .flatten()
        .find(|line| line["number"] == json!(number))
        .and_then(|line| line["id"].as_str().map(str::to_owned));
    if let Some(id) = id {
        Act::new(
            &play.people["nakamura"],
            "orderLetter",
            Method::POST,
            format!("/api/operator/enrolments/{id}/letter"),
        )
        .on(id)
        .tried(&mut play.record)
        .await?;
    }
    Ok(())
}

/// A key in the program, sealed under the five words that are shown here once.
async fn server_key(play: &mut Play, key: &str, id: &str) -> Result<(), Failure> {
    let made = Act::new(
        &play.people[key],
        "submitRequest",
        Method::POST,
        format!("/api/enrolments/{id}/request"),
    )
    .json(json!({ "make_key": play.key.word() }))
    .on(id)
    .done(&mut play.record)
    .await?
    .json();
    let secret = text(&made, "secret")?;
    play.secrets.insert(key.to_owned(), secret.clone());
    confirm_pin(play, key, id).await?;
    Act::new(
        &play.people[key],
        "confirmReceipt",
        Method::POST,
        format!("/api/enrolments/{id}/receipt"),
    )
    .json(json!({ "secret": secret }))
    .on(id)
    .done_already(&["enrolment_wrong_state"])
    .done(&mut play.record)
    .await?;
    Ok(())
}

/// A key on a token: the agent makes it, sends the request, waits, writes the certificate, tries it.
async fn token_key(play: &mut Play, key: &str, id: &str) -> Result<(), Failure> {
    token::make(play, key).await?;
    let code = agent_code(play, key, id).await?;
    let agent = token::start(play, key, &["enrol", "--key", play.key.word(), "--wait", "60"], &code)?;
    wait_for_state(play, key, id, &["key_ready", "download_pin_sent"]).await?;
    confirm_pin(play, key, id).await?;
    token::finish(play, key, "agentEnrol", agent).await
}

async fn agent_code(play: &mut Play, key: &str, id: &str) -> Result<String, Failure> {
    let code = Act::new(
        &play.people[key],
        "makeEnrolmentAgentCode",
        Method::POST,
        format!("/api/enrolments/{id}/agent-code"),
    )
    .on(id)
    .done(&mut play.record)
    .await?
    .json();
    text(&code, "code")
}

async fn wait_for_state(play: &Play, key: &str, id: &str, wanted: &[&str]) -> Result<(), Failure> {
    for _ in 0..600 {
        let list = play.people[key]
            .send(Method::GET, "/api/enrolments", &crate::script::client::Content::Nothing)
            .await?
            .json();
        let state = list
            .as_array()
            .into_iter()
            .flatten()
            .find(|line| line["id"] == json!(id))
            .and_then(|line| line["state"].as_str().map(str::to_owned));
        if state.as_deref().is_some_and(|state| wanted.contains(&state)) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(Failure::new("enrolment", format!("{wanted:?} になりません")))
}

/// Waits for the mail with the ダウンロードPIN and enters it.
async fn confirm_pin(play: &mut Play, key: &str, id: &str) -> Result<(), Failure> {
    let mail = play.person(key)?["mail"].as_str().unwrap_or_default().to_owned();
    let nobody = play.nobody("mailbox")?;
    // At a demo that runs for a while other enrolments of the same person have mails too.
    let number = play.people[key]
        .send(Method::GET, "/api/enrolments", &crate::script::client::Content::Nothing)
        .await?
        .json()
        .as_array()
        .into_iter()
        .flatten()
        .find(|line| line["id"] == json!(id))
        .and_then(|line| line["number"].as_str().map(str::to_owned))
        .ok_or_else(|| Failure::new("listEnrolments", format!("発行申請 {id} がありません")))?;
    let mut asked_again = false;
    for round in 0..600 {
        let mails = nobody
            .send(
                Method::GET,
                &format!("/demo/outbox?to={mail}"),
                &crate::script::client::Content::Nothing,
            )
            .await?
            .json();
        let pin = mails.as_array().into_iter().flatten().rev().find_map(|mail| {
            let text = mail["text"].as_str().filter(|text| text.contains(&number))?;
            text.lines()
                .find_map(|line| line.trim().strip_prefix("ダウンロードPIN: ").map(str::to_owned))
        });
        if let Some(pin) = pin {
            let answer = Act::new(
                &play.people[key],
                "confirmDownloadPin",
                Method::POST,
                format!("/api/enrolments/{id}/download-pin"),
            )
            .json(json!({ "pin": pin }))
            .on(id)
            .done_already(&["enrolment_wrong_state"])
            .done(&mut play.record)
            .await;
            return answer.map(drop);
        }
        // The demo's mails lie in memory: after a restart the mail is gone, and another one is asked for.
        if round % 100 == 99 && !asked_again && play.address.patient {
            asked_again = true;
            Act::new(
                &play.people[key],
                "resendDownloadPin",
                Method::POST,
                format!("/api/enrolments/{id}/download-pin/resend"),
            )
            .on(id)
            .tried(&mut play.record)
            .await?;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(Failure::new("mail", "ダウンロードPINのメールが届きません"))
}

/// `people/<person>/{csr,cert}.pem`, and what the responder says about the certificate.
async fn keep(play: &mut Play, key: &str, id: &str) -> Result<(), Failure> {
    let list = Act::new(&play.people[key], "listEnrolments", Method::GET, "/api/enrolments")
        .done(&mut play.record)
        .await?
        .json();
    let line = list
        .as_array()
        .into_iter()
        .flatten()
        .find(|line| line["id"] == json!(id))
        .cloned()
        .unwrap_or(Value::Null);
    if line["state"] != json!("active") {
        return Err(Failure::new("enrolment", format!("有効になっていません: {}", line["state"])));
    }
    play.record.keep(
        &format!("people/{key}/csr.pem"),
        line["csr"].as_str().unwrap_or_default().as_bytes(),
    )?;
    let certificate = text(&line, "certificate")?;
    let shown = Act::new(
        &play.people[key],
        "getCertificate",
        Method::GET,
        format!("/api/certificates/{certificate}"),
    )
    .on(certificate.clone())
    .done(&mut play.record)
    .await?
    .json();
    play.record
        .keep(&format!("people/{key}/cert.pem"), text(&shown, "pem")?.as_bytes())?;
    play.certificates.insert(key.to_owned(), certificate);
    Ok(())
}
