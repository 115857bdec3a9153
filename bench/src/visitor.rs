//! A person at the running program, over HTTP like anybody else.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// The people and the address of a demo.
#[derive(Clone)]
pub struct Stage {
    http: reqwest::Client,
    url: String,
    cast: Vec<Value>,
}

/// Somebody who signed in.
#[derive(Clone)]
pub struct Visitor {
    stage: Stage,
    /// The session, for the cookie of a browser.
    pub token: String,
    /// His 署名の合言葉, if he has one.
    pub secret: String,
    /// His person id.
    pub person: String,
}

impl Stage {
    /// The demo at `url`, once its first cases are there.
    pub async fn at(url: &str) -> Result<Self, String> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(120))
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        let mut stage = Self {
            http,
            url: url.to_owned(),
            cast: Vec::new(),
        };
        for _ in 0..600 {
            let story = stage.json(Method::GET, "/demo/story", None, None).await?;
            if story["story"] == "told" {
                let cast = stage.json(Method::GET, "/demo/people", None, None).await?;
                stage.cast = cast.as_array().cloned().unwrap_or_default();
                return Ok(stage);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("the demo's first cases did not come within a minute".to_owned())
    }
    /// Signs in.
    pub async fn sign_in(&self, key: &str) -> Result<Visitor, String> {
        let person = self.cast.iter().find(|person| person["key"] == key);
        let person = person.ok_or_else(|| format!("nobody is called {key}"))?;
        let id = match &person["user_id"] {
            Value::String(id) => json!(id),
            _ => person["company_id"].clone(),
        };
        let mut entry = json!({ "sign_in": person["sign_in"], "password": person["secret"] });
        if id.is_string() {
            entry["id"] = id;
        }
        let answer = self.json(Method::POST, "/api/session", None, Some(entry)).await?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Visitor {
            stage: self.clone(),
            token: text(&answer["token"]),
            secret: text(&person["sealing_secret"]),
            person: text(&person["person_id"]),
        })
    }
    /// A file to an address that asks for no session.
    pub async fn post(&self, path: &str, bytes: Vec<u8>) -> Result<Value, String> {
        let request = self.http.post(format!("{}{path}", self.url));
        let (status, bytes) = answer(request.header("content-type", "application/pdf").body(bytes)).await?;
        match status.is_success() {
            true => serde_json::from_slice(&bytes).map_err(|error| error.to_string()),
            false => Err(format!("POST {path}: {status}")),
        }
    }
    async fn json(&self, method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Result<Value, String> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        let (status, bytes) = answer(request).await?;
        let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status.is_success() {
            Ok(value)
        } else {
            Err(format!("{method} {path}: {status} {} {}", value["code"], value["detail"]))
        }
    }
}

impl Visitor {
    /// Something of the API.
    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, String> {
        self.stage.json(method, path, Some(&self.token), body).await
    }
    /// A file into the API.
    pub async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<Value, String> {
        let request = self.stage.http.put(format!("{}{path}", self.stage.url));
        let request = request
            .bearer_auth(&self.token)
            .header("content-type", "application/pdf")
            .body(bytes);
        let (status, bytes) = answer(request).await?;
        let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status.is_success() {
            Ok(value)
        } else {
            Err(format!("PUT {path}: {status} {} {}", value["code"], value["detail"]))
        }
    }
    /// A page, with the session as a browser has it. Its status and bytes.
    pub async fn page(&self, path: &str) -> Result<(StatusCode, Vec<u8>), String> {
        let request = self.stage.http.get(format!("{}{path}", self.stage.url));
        answer(request.header("cookie", format!("cectrust_session={}", self.token))).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<(StatusCode, Vec<u8>), String> {
    let response = request.send().await.map_err(|error| error.to_string())?;
    let status = response.status();
    let bytes = response.bytes().await.map_err(|error| error.to_string())?;
    Ok((status, bytes.to_vec()))
}
