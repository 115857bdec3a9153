//! Contracts from the draft to 締結済, one after the other: what one costs the server, and how soon the last click is sealed.

use crate::visitor::{Stage, Visitor};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Who plays.
pub struct Parties {
    clerk: Visitor,
    first: Visitor,
    second: Visitor,
    partner: String,
    today: String,
    number: u32,
}

/// How long the last steps of one contract took, in milliseconds.
pub struct Times {
    /// From B's 返送 to its answer: 成立.
    pub formed: f64,
    /// From B's signature to its answer.
    pub signed: f64,
    /// From B's 返送 until 封緘 shows.
    pub sealed: f64,
    /// From B's 返送 until 保管 shows.
    pub kept: f64,
}

impl Parties {
    /// Signs them in at a demo whose first cases are there.
    pub async fn of(stage: &Stage) -> Result<Self, String> {
        let (clerk, first, second) = (
            stage.sign_in("sato").await?,
            stage.sign_in("tanaka").await?,
            stage.sign_in("yamamoto").await?,
        );
        let partners = clerk.api(Method::GET, "/api/partners", None).await?;
        let agreed = |line: &&Value| line["answered"].is_string() && line["ended"].is_null();
        let partner = partners.as_array().into_iter().flatten().find(agreed).ok_or("nobody agreed")?;
        let partner = partner["id"].as_str().unwrap_or_default().to_owned();
        let clock = clerk.api(Method::GET, "/demo/clock", None).await?;
        let today = clock["now"].as_str().and_then(|now| now.get(..10)).unwrap_or_default().to_owned();
        Ok(Self {
            clerk,
            first,
            second,
            partner,
            today,
            number: 0,
        })
    }
    /// A draft with its document; its id.
    pub async fn register(&mut self, pdf: &[u8]) -> Result<String, String> {
        self.number += 1;
        let entry = json!({
            "title": "測定のための工事", "contract_number": format!("BENCH-{}-{}", std::process::id(), self.number),
            "contract_date": self.today, "amount": 1_000_000, "partner": self.partner,
            "signer": self.first.person, "partner_signer": self.second.person,
        });
        let case = self.clerk.api(Method::POST, "/api/cases", Some(entry)).await?;
        let id = case["id"].as_str().ok_or("no id")?.to_owned();
        self.clerk.put(&format!("/api/cases/{id}/document"), pdf.to_vec()).await?;
        Ok(id)
    }
    /// Signs as `who`, whose turn it is.
    pub async fn sign(&self, who: &Visitor, id: &str) -> Result<(), String> {
        let at = format!("/api/cases/{id}/signature");
        let prepared = who.api(Method::POST, &format!("{at}/prepare"), Some(json!({}))).await?;
        let entry = json!({ "act": prepared["act"], "secret": who.secret });
        who.api(Method::POST, &format!("{at}/complete"), Some(entry)).await.map(drop)
    }
    /// Signed by A and sent: it waits at B. Its id.
    pub async fn wait_at_second(&mut self, pdf: &[u8]) -> Result<String, String> {
        let id = self.register(pdf).await?;
        self.sign(&self.first, &id).await?;
        self.clerk.api(Method::POST, &format!("/api/cases/{id}/send"), None).await?;
        Ok(id)
    }
    /// The whole way.
    pub async fn conclude(&mut self, pdf: &[u8]) -> Result<Times, String> {
        let id = self.wait_at_second(pdf).await?;
        let since = |begun: Instant| begun.elapsed().as_secs_f64() * 1e3;
        let begun = Instant::now();
        self.sign(&self.second, &id).await?;
        let signed = since(begun);
        let begun = Instant::now();
        self.second.api(Method::POST, &format!("/api/cases/{id}/return"), None).await?;
        let formed = since(begun);
        let case = format!("/api/cases/{id}");
        let mut sealed = None;
        loop {
            let shown = self.clerk.api(Method::GET, &case, None).await?;
            if shown["sealed"].is_string() && sealed.is_none() {
                sealed = Some(since(begun));
            }
            if let (true, Some(sealed)) = (shown["kept"].is_string(), sealed) {
                return Ok(Times {
                    formed,
                    signed,
                    sealed,
                    kept: since(begun),
                });
            }
            if begun.elapsed() > Duration::from_secs(60) {
                return Err(format!("not kept after a minute: {}", shown["state"]));
            }
            // Looked for closely until it is sealed, then when its round has closed: the looking is not to cost what is measured.
            let pause = match sealed {
                None => 8,
                Some(sealed) if since(begun) < sealed + 900.0 => 1_000,
                Some(_) => 50,
            };
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }
    /// The stages of a concluded case as files: with its fields, and sealed.
    pub async fn files(&self, id: &str) -> Result<[Vec<u8>; 2], String> {
        let mut files = Vec::new();
        for stage in ["0-registered", "newest"] {
            let (status, bytes) = self.clerk.page(&format!("/cases/{id}/file/{stage}")).await?;
            if !status.is_success() {
                return Err(format!("stage {stage}: {status}"));
            }
            files.push(bytes);
        }
        files.try_into().map_err(|_| "two files".to_owned())
    }
    /// The case that was concluded last.
    pub async fn concluded(&self) -> Result<String, String> {
        let cases = self.clerk.api(Method::GET, "/api/cases", None).await?;
        let kept = |line: &&Value| line["state"] == "concluded";
        let line = cases.as_array().into_iter().flatten().find(kept).ok_or("no concluded case")?;
        Ok(line["id"].as_str().unwrap_or_default().to_owned())
    }
    /// Their sessions: clerk, first signer, second signer.
    pub const fn visitors(&self) -> [&Visitor; 3] {
        [&self.clerk, &self.first, &self.second]
    }
}
