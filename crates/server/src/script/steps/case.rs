//! register … confirm, reverse: one 案件 from the draft to 締結済.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{outside, token};
use crate::{
    command::demo::Credential,
    script::{
        client::{Act, Content},
        failure::Failure,
        play::{Play, text},
    },
};

/// Who plays which part of a case.
#[derive(Debug)]
pub struct Parts {
    /// The folder of its files.
    pub folder: &'static str,
    /// Registers and sends.
    pub sender: &'static str,
    /// Signs first.
    pub first: &'static str,
    /// Signs second and returns.
    pub second: &'static str,
    /// Its company's other eye: the 企業ID.
    pub company: &'static str,
    title: &'static str,
    number: &'static str,
    amount: i64,
    pdf: &'static [u8],
}

/// The case of the journey.
pub const A_TO_B: Parts = Parts {
    folder: "case-1",
    sender: "sato",
    first: "tanaka",
    second: "yamamoto",
    company: "suzuki",
    title: "常盤台共同住宅新築工事のうち内装仕上工事",
    number: "AOB-2026-0117",
    amount: 18_480_000,
    pdf: include_bytes!("../../../../../samples/koji-ukeoi.pdf"),
};
/// Every desk can be either side.
pub const B_TO_A: Parts = Parts {
    folder: "case-2",
    sender: "yamamoto",
    first: "yamamoto",
    second: "tanaka",
    company: "mori",
    title: "資材置場の賃貸借に関する注文",
    number: "MIDORI-2026-0001",
    amount: 1_320_000,
    pdf: include_bytes!("../../../../../samples/demo/midori-0001.pdf"),
};

/// A case of the first page: it waits at B.
pub const AT_B: Parts = Parts {
    title: "みなと第二倉庫改修工事のうち空調設備工事",
    number: "AOBA-2026-0042",
    amount: 12_430_000,
    pdf: include_bytes!("../../../../../samples/demo/aoba-0042.pdf"),
    ..A_TO_B
};
/// A case of the first page: it waits at A.
pub const AT_A: Parts = Parts {
    title: "仮設資材の賃貸借に関する注文",
    number: "MIDORI-2026-0007",
    amount: 1_056_000,
    pdf: include_bytes!("../../../../../samples/demo/midori-0007.pdf"),
    ..B_TO_A
};
/// A case of the first page: 締結済.
pub const CONCLUDED: Parts = Parts {
    title: "北浜配送センター新築工事のうち内装工事",
    number: "AOBA-2026-0038",
    amount: 27_500_000,
    pdf: include_bytes!("../../../../../samples/demo/aoba-0038.pdf"),
    ..A_TO_B
};

/// Registered, signed by the first, sent.
pub async fn wait_at_second(play: &mut Play, parts: &Parts) -> Result<(), Failure> {
    let id = register(play, parts).await?;
    if parts.folder == "case-1" {
        play.case = id;
    } else {
        play.reverse_case = id;
    }
    sign(play, parts, parts.first, "1-signed-a").await?;
    send(play, parts).await
}

/// The whole way to 保管.
pub async fn conclude(play: &mut Play, parts: &Parts) -> Result<(), Failure> {
    wait_at_second(play, parts).await?;
    sign(play, parts, parts.second, "2-returned-b").await?;
    return_it(play, parts).await?;
    until(play, parts, "kept").await.map(drop)
}

/// Registers a draft with its document; its id.
pub async fn register(play: &mut Play, parts: &Parts) -> Result<String, Failure> {
    play.sign_in(parts.sender).await?;
    let (first, second) = (
        play.person(parts.first)?["person_id"].clone(),
        play.person(parts.second)?["person_id"].clone(),
    );
    let today = foundation::Clock::now(&foundation::SystemClock).date_in_japan().to_string();
    let reply_by = reply_by(play, parts.sender).await?;
    let mut entry = json!({
        "title": parts.title, "contract_number": parts.number, "contract_date": today, "amount": parts.amount, "reply_by": reply_by,
        "partner": play.partner, "signer": first, "partner_signer": second,
    });
    let mut created = Act::new(&play.people[parts.sender], "createCase", Method::POST, "/api/cases")
        .json(entry.clone())
        .tried(&mut play.record)
        .await?;
    // At a demo that was played at before, the number is used already: the next one that is free.
    for nth in 2..100 {
        if created.code() != "contract_number_taken" || created.repeated {
            break;
        }
        entry["contract_number"] = json!(format!("{}-{nth}", parts.number));
        created = Act::new(&play.people[parts.sender], "createCase", Method::POST, "/api/cases")
            .json(entry.clone())
            .tried(&mut play.record)
            .await?;
    }
    let id = if created.code() == "contract_number_taken" && created.repeated {
        // The answer to the first try was lost with the program; the case is there.
        let list = play.people[parts.sender]
            .send(Method::GET, "/api/cases", &Content::Nothing)
            .await?
            .json();
        list.as_array()
            .into_iter()
            .flatten()
            .find(|line| line["contract_number"] == entry["contract_number"])
            .and_then(|line| line["id"].as_str().map(str::to_owned))
    } else {
        created.json()["id"].as_str().map(str::to_owned)
    };
    let id = id.ok_or_else(|| Failure::new("createCase", format!("{} {}", created.status, created.json())))?;
    Act::new(
        &play.people[parts.sender],
        "putDocument",
        Method::PUT,
        format!("/api/cases/{id}/document"),
    )
    .bytes("application/pdf", parts.pdf.to_vec())
    .on(id.clone())
    .done(&mut play.record)
    .await?;
    document(play, parts, &id, parts.sender, "0-registered").await?;
    Ok(id)
}

/// The deadline that the form of the pages would propose: by the clock of the demo, which may run ahead of this one.
async fn reply_by(play: &Play, who: &str) -> Result<String, Failure> {
    let clock = play.people[who].send(Method::GET, "/demo/clock", &Content::Nothing).await?.json();
    let now = clock["now"].as_str().unwrap_or_default();
    let now = foundation::Instant::parse_rfc3339(now).map_err(|_| Failure::new("createCase", format!("the clock says {clock}")))?;
    Ok(contracts::deadline::usual(now).to_string())
}

/// Keeps a stage of the file.
async fn document(play: &mut Play, parts: &Parts, id: &str, who: &str, stage: &str) -> Result<Vec<u8>, Failure> {
    let file = format!("{}/{stage}.pdf", parts.folder);
    let answer = Act::new(
        &play.people[who],
        "getDocument",
        Method::GET,
        format!("/api/cases/{id}/document?stage={stage}"),
    )
    .on(id)
    .keeping(&file)
    .done(&mut play.record)
    .await?;
    Ok(answer.body)
}

fn id_of(play: &Play, parts: &Parts) -> String {
    if parts.folder == "case-1" {
        play.case.clone()
    } else {
        play.reverse_case.clone()
    }
}

/// One person signs: with the key in the program, with his token through the agent, or outside.
pub async fn sign(play: &mut Play, parts: &Parts, who: &str, stage: &str) -> Result<(), Failure> {
    play.sign_in(who).await?;
    let id = id_of(play, parts);
    let case = shown(play, who, &id).await?;
    match play.credential {
        Credential::Outside => sign_outside(play, parts, who, &id, &case).await?,
        Credential::Server | Credential::Token => sign_here(play, who, &id).await?,
    }
    document(play, parts, &id, who, stage).await.map(drop)
}

async fn sign_here(play: &mut Play, who: &str, id: &str) -> Result<(), Failure> {
    for _ in 0..5 {
        let prepared = Act::new(
            &play.people[who],
            "prepareSignature",
            Method::POST,
            format!("/api/cases/{id}/signature/prepare"),
        )
        .json(json!({ "certificate": play.certificates.get(who) }))
        .on(id)
        .tried(&mut play.record)
        .await?;
        if prepared.status == 409 && prepared.repeated | play.address.patient && prepared.code() == "wrong_state" {
            // Signed already: the answer was lost with the program.
            return Ok(());
        }
        let prepared = prepared.success("prepareSignature")?;
        let act = text(&prepared, "act")?;
        let done = if play.credential == Credential::Token {
            let code = text(&prepared, "agent_code")?;
            let agent = token::start(play, who, &["sign"], &code)?;
            token::finish(play, who, "agentSign", agent).await
        } else {
            let secret = play.secrets.get(who).cloned().unwrap_or_default();
            Act::new(
                &play.people[who],
                "completeSignature",
                Method::POST,
                format!("/api/cases/{id}/signature/complete"),
            )
            .json(json!({ "act": act, "secret": secret }))
            .on(id)
            .done(&mut play.record)
            .await
            .map(drop)
        };
        match done {
            Ok(()) => return Ok(()),
            // The program went away between the two: once more from the beginning.
            Err(_) if play.address.patient => tokio::time::sleep(Duration::from_millis(300)).await,
            Err(failure) => return Err(failure),
        }
    }
    Err(Failure::new("sign", "署名が終わりません"))
}

async fn sign_outside(play: &mut Play, parts: &Parts, who: &str, id: &str, case: &Value) -> Result<(), Failure> {
    let first = case["state"] == json!("draft");
    let (stage, field) = if first {
        ("0-registered", &case["a_field"])
    } else {
        ("1-signed-a", &case["b_field"])
    };
    let field = field
        .as_str()
        .ok_or_else(|| Failure::new("getCase", "署名欄がありません"))?
        .to_owned();
    // What is signed outside is what was downloaded.
    let bytes = Act::new(
        &play.people[who],
        "getDocument",
        Method::GET,
        format!("/api/cases/{id}/document?stage={stage}"),
    )
    .on(id)
    .done(&mut play.record)
    .await?
    .body;
    let folder = tempfile::tempdir()?;
    let (pdf, out) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&pdf, bytes)?;
    // Both sub-filters that outsiders use are played.
    let sub_filter = if first { "adbe.pkcs7.detached" } else { "ETSI.CAdES.detached" };
    outside::sign(play, who, &pdf, &out, &field, sub_filter).await?;
    let clerk = if first { parts.sender } else { who };
    Act::new(
        &play.people[clerk],
        "putSignedDocument",
        Method::PUT,
        format!("/api/cases/{id}/signed-document"),
    )
    .bytes("application/pdf", std::fs::read(&out)?)
    .on(id)
    .done_already(&["wrong_state"])
    .done(&mut play.record)
    .await
    .map(drop)
}

/// The case as one person sees it.
async fn shown(play: &mut Play, who: &str, id: &str) -> Result<Value, Failure> {
    Ok(Act::new(&play.people[who], "getCase", Method::GET, format!("/api/cases/{id}"))
        .on(id)
        .done(&mut play.record)
        .await?
        .json())
}

/// 送付, and B's mail.
pub async fn send(play: &mut Play, parts: &Parts) -> Result<(), Failure> {
    let id = id_of(play, parts);
    Act::new(
        &play.people[parts.sender],
        "sendCase",
        Method::POST,
        format!("/api/cases/{id}/send"),
    )
    .on(id.clone())
    .done_already(&["wrong_state"])
    .done(&mut play.record)
    .await?;
    play.sign_in(parts.second).await?;
    let cases = Act::new(&play.people[parts.second], "listCases", Method::GET, "/api/cases")
        .done(&mut play.record)
        .await?
        .json();
    if cases.as_array().into_iter().flatten().any(|line| line["id"] == json!(id)) {
        Ok(())
    } else {
        Err(Failure::new("listCases", "送った案件が、相手に見えません"))
    }
}

/// 返送: the contract is formed.
pub async fn return_it(play: &mut Play, parts: &Parts) -> Result<(), Failure> {
    let id = id_of(play, parts);
    let returner = if parts.folder == "case-1" { parts.second } else { "sato" };
    play.sign_in(returner).await?;
    Act::new(
        &play.people[returner],
        "returnCase",
        Method::POST,
        format!("/api/cases/{id}/return"),
    )
    .on(id)
    .done_already(&["wrong_state", "contract_formed", "seal_waiting"])
    .done(&mut play.record)
    .await
    .map(drop)
}

async fn until(play: &mut Play, parts: &Parts, fact: &str) -> Result<Value, Failure> {
    let id = id_of(play, parts);
    for _ in 0..600 {
        let case = play.people[parts.sender]
            .send(Method::GET, &format!("/api/cases/{id}"), &Content::Nothing)
            .await?
            .json();
        if case[fact].is_string() {
            return shown(play, parts.sender, &id).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let case = shown(play, parts.sender, &id).await?;
    Err(Failure::new(
        fact,
        format!("60秒たっても済みません: {} {}", case["state"], case["seal_failure"]),
    ))
}

/// 封緘.
pub async fn sealed(play: &mut Play, parts: &Parts) -> Result<(), Failure> {
    until(play, parts, "sealed").await?;
    let id = id_of(play, parts);
    document(play, parts, &id, parts.sender, "3-concluded").await.map(drop)
}

/// 保管: the evidence is complete; both sides and their 企業IDs can have the bundle.
pub async fn kept(play: &mut Play, parts: &Parts) -> Result<(), Failure> {
    until(play, parts, "kept").await?;
    let id = id_of(play, parts);
    play.sign_in(parts.company).await?;
    let folder = if parts.folder == "case-1" { "custody" } else { "custody-2" };
    for who in [parts.second, parts.company, parts.sender] {
        let file = format!("{folder}/bundle.zip");
        let act = Act::new(
            &play.people[who],
            "getEvidenceBundle",
            Method::GET,
            format!("/api/cases/{id}/evidence-bundle"),
        )
        .on(id.clone());
        let answer = if who == parts.sender { act.keeping(&file) } else { act }
            .done(&mut play.record)
            .await?;
        if who == parts.sender {
            super::proof::unpack(play, folder, &answer.body)?;
        }
    }
    if parts.folder == "case-1" {
        originality(play, parts, &id).await?;
    }
    Ok(())
}

/// 原本性証明書 for the sender and for the 企業ID. A machine that prints none says so, and the journey goes on.
async fn originality(play: &mut Play, parts: &Parts, id: &str) -> Result<(), Failure> {
    for who in [parts.sender, parts.company] {
        let act = Act::new(
            &play.people[who],
            "getOriginalityCertificate",
            Method::GET,
            format!("/api/cases/{id}/originality-certificate"),
        )
        .on(id);
        let act = if who == parts.sender {
            act.keeping("custody/originality.pdf")
        } else {
            act
        };
        super::printed(&act.tried(&mut play.record).await?, "getOriginalityCertificate")?;
    }
    Ok(())
}

/// A takes note.
pub async fn confirm(play: &mut Play, parts: &Parts) -> Result<(), Failure> {
    let id = id_of(play, parts);
    Act::new(
        &play.people[parts.sender],
        "confirmCase",
        Method::POST,
        format!("/api/cases/{id}/confirm"),
    )
    .on(id)
    .done(&mut play.record)
    .await
    .map(drop)
}

/// reverse: the same from B to A, to its end.
pub async fn reverse(play: &mut Play) -> Result<(), Failure> {
    let parts = &B_TO_A;
    play.reverse_case = register(play, parts).await?;
    sign(play, parts, parts.first, "1-signed-a").await?;
    send(play, parts).await?;
    sign(play, parts, parts.second, "2-returned-b").await?;
    return_it(play, parts).await?;
    sealed(play, parts).await?;
    kept(play, parts).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_of_the_demo_says_what_its_pdf_says() {
        for parts in [A_TO_B, B_TO_A, AT_B, AT_A, CONCLUDED] {
            let book = pictures::Book::open(std::sync::Arc::new(parts.pdf), &pictures::Substitutes::none()).unwrap();
            let text: String = book.text(0).unwrap().plain().split_whitespace().collect();
            let digits = parts.amount.to_string();
            let groups: Vec<&str> = digits
                .as_bytes()
                .rchunks(3)
                .rev()
                .map(|group| std::str::from_utf8(group).unwrap())
                .collect();
            for said in [parts.title, parts.number, &format!("金{}円", groups.join(","))] {
                assert!(text.contains(said), "{}: {said} is not in {text}", parts.number);
            }
        }
    }
}
