//! A browser without scripts: a cookie, forms, no following of redirects.

use reqwest::{StatusCode, header, redirect};

use crate::harness::Served;

/// One person at one browser.
pub struct Browser {
    pub http: reqwest::Client,
    pub url: String,
    /// The value of the session's cookie.
    pub session: String,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub to: String,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Browser {
    pub async fn signed_in(served: &Served, sign_in: &str, password: &str) -> Self {
        let mut browser = Self::nobody(served);
        let entry = [("sign_in", sign_in), ("password", password)];
        let request = browser
            .http
            .post(format!("{}/sign-in", browser.url))
            .header(header::ORIGIN, &browser.url);
        let answer = request.form(&entry).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{sign_in}");
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        browser.session = between(cookie, "=", ";").expect("a session").to_owned();
        browser
    }
    /// Somebody of the demo, by his name there.
    pub async fn of(served: &Served, key: &str) -> Self {
        let cast = served.nobody().get("/demo/people").await.body;
        let person = cast.as_array().unwrap().iter().find(|person| person["key"] == key);
        let password = person.expect("a person of the demo")["secret"].as_str().unwrap();
        Self::signed_in(served, key, password).await
    }
    /// A browser in which nobody is signed in.
    pub fn nobody(served: &Served) -> Self {
        let http = crate::harness::client()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            http,
            url: served.url.clone(),
            session: String::new(),
        }
    }
    pub async fn take(&self, request: reqwest::RequestBuilder) -> Page {
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let to = answer
            .headers()
            .get(header::LOCATION)
            .map_or_else(String::new, |value| value.to_str().unwrap().to_owned());
        let bytes = answer.bytes().await.unwrap().to_vec();
        Page {
            status,
            to,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }
    pub async fn get(&self, path: &str) -> Page {
        let page = self.take(self.http.get(format!("{}{path}", self.url))).await;
        if page.text.starts_with("<!doctype html>") {
            plain(&page.text, path);
        }
        page
    }
    /// The plain name under which a download is kept.
    pub async fn file_name(&self, path: &str) -> String {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        let says = answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        between(says, "filename=\"", "\"").expect("a name").to_owned()
    }
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.http.post(format!("{}{path}", self.url)).header(header::ORIGIN, &self.url);
        self.take(request.form(fields)).await
    }
    /// A form with one file (RFC 7578).
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Page {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--b0undary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        let (name, file_name, bytes) = file;
        body.extend(
            format!("--b0undary\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                .into_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b0undary--\r\n");
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .header(header::ORIGIN, &self.url)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b0undary");
        self.take(request.body(body)).await
    }
}

/// What holds for every page: Japanese, nothing inline, each button that sends something has its name.
pub fn plain(page: &str, path: &str) {
    assert!(page.contains("<html lang=\"ja\">"), "{path}");
    for forbidden in ["<style", " style=\"", " onclick=", "javascript:"] {
        assert!(!page.contains(forbidden), "{path}: {forbidden}");
    }
    for script in page.split("<script").skip(1) {
        let (head, rest) = script.split_once('>').unwrap();
        assert!(
            head.contains("src=\"/assets/") && rest.starts_with("</script>"),
            "{path}: an inline script"
        );
    }
    for button in page.split("<button").skip(1) {
        let head = button.split('>').next().unwrap();
        assert!(
            head.contains("data-act=") || head.contains("data-copy="),
            "{path}: a button without data-act: {head}"
        );
    }
}

/// What stands between two texts, the first time.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// The case with this title in the list.
pub fn case_of(list: &str, title: &str) -> String {
    let before = list.split(title).next().expect("the list");
    let id = before
        .rsplit("href=\"/cases/")
        .next()
        .and_then(|rest| rest.get(..36))
        .expect("a link to the case");
    assert!(id.len() == 36 && list.contains(title), "{title} is not in the list");
    id.to_owned()
}
