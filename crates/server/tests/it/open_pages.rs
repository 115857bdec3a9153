//! Pages that need no login, the operator's pages, and what only the demo has.

use reqwest::header;

use crate::harness::Served;

/// A browser: keeps one session, says where its forms come from.
struct Browser {
    url: String,
    http: reqwest::Client,
    cookie: Option<String>,
}

impl Browser {
    fn new(served: &Served) -> Self {
        let http = crate::harness::client()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            url: served.url.clone(),
            http,
            cookie: None,
        }
    }
    async fn ask(&mut self, request: reqwest::RequestBuilder) -> (u16, String, String) {
        let mut request = request.header(header::ORIGIN, &self.url);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let answer = request.send().await.unwrap();
        if let Some(set) = answer.headers().get(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookie = (!pair.ends_with('=')).then_some(pair);
        }
        let text = |name| {
            answer
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        let to = text(header::LOCATION);
        if !to.is_empty() || answer.status().is_success() {
            assert!(text(header::CONTENT_SECURITY_POLICY).contains("default-src 'none'"));
        }
        (answer.status().as_u16(), to, answer.text().await.unwrap())
    }
    async fn get(&mut self, path: &str) -> (u16, String) {
        let request = self.http.get(format!("{}{path}", self.url));
        let (status, _, page) = self.ask(request).await;
        (status, page)
    }
    /// The status and where it leads to, or the page.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let form: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.join("&"));
        let (status, to, page) = self.ask(request).await;
        (status, if to.is_empty() { page } else { to })
    }
    async fn drop_file(&mut self, name: &str, bytes: &[u8]) -> (u16, String) {
        let mut body = format!("--b0undary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b0undary--\r\n");
        let request = self
            .http
            .post(format!("{}/verify", self.url))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b0undary")
            .body(body);
        let (status, _, page) = self.ask(request).await;
        (status, page)
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn sentence(page: &str) -> &str {
    let from = page.find("id=\"first\"").expect("a first sentence");
    let rest = &page[from..];
    &rest[rest.find('>').unwrap() + 1..rest.find('<').unwrap()]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_finds_cases_changes_person_and_sees_what_tampering_does() {
    let served = Served::start_with_first_cases().await;
    assert_eq!(served.nobody().get("/demo/story").await.body["story"], "told");
    let mut browser = Browser::new(&served);
    for path in [
        "/demo",
        "/verify",
        "/environment",
        "/demo/mails",
        "/demo/letters",
        "/demo/time",
        "/demo/breakdowns",
    ] {
        let (status, page) = browser.get(path).await;
        assert_eq!(status, 200, "{path}");
        assert!(page.contains("<html lang=\"ja\">") && page.contains("demo.view_as"), "{path}");
        assert!(
            !page.contains("<style") && !page.contains(" style=") && !page.contains("onclick"),
            "{path}"
        );
    }
    // One waits at B, one at A, one is concluded; one person is not enrolled yet.
    for (person, turns) in [("yamamoto", "1"), ("tanaka", "1"), ("sato", "0")] {
        assert_eq!(browser.post("/demo/as", &[("person", person)]).await, (303, "/cases".to_owned()));
        let (_, page) = browser.get("/demo").await;
        assert!(page.contains(&format!("data-turns=\"{turns}\"")), "{person}");
    }
    assert!(browser.get("/demo/letters").await.1.contains("伊藤 誠 様"));
    assert!(
        browser
            .get("/demo/mails")
            .await
            .1
            .contains("【あおば建設株式会社】「みなと第二倉庫改修工事のうち空調設備工事」への署名のお願い")
    );
    let (status, page) = browser.post("/demo/tamper", &[]).await;
    assert_eq!((status, sentence(&page)), (200, "この文書は、署名のあとに変えられています。"));
    // The journey of the script still goes through beside the first cases.
    let out = tempfile::tempdir().unwrap();
    served.play("seal", out.path());
    let mut nobody = Browser::new(&served);
    let concluded = std::fs::read(out.path().join("case-1/3-concluded.pdf")).unwrap();
    let (status, page) = nobody.drop_file("契約書.pdf", &concluded).await;
    assert_eq!((status, sentence(&page)), (200, "この文書は、署名された時のままです。"));
    assert!(page.contains("田中 一郎（あおば建設株式会社）") && page.contains("data-state=\"valid\""));
    let mut flipped = concluded;
    let place = flipped.len() / 4;
    flipped[place] ^= 1;
    assert_eq!(
        sentence(&nobody.drop_file("x.pdf", &flipped).await.1),
        "この文書は、署名のあとに変えられています。"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn issuer_unknown_is_not_altered_and_what_is_no_pdf_is_said() {
    let served = Served::start().await;
    let mut browser = Browser::new(&served);
    let unsigned = include_bytes!("../../../../samples/koji-ukeoi.pdf");
    assert_eq!(
        sentence(&browser.drop_file("a.pdf", unsigned).await.1),
        "このPDFには、電子署名がありません。"
    );
    assert_eq!(
        sentence(&browser.drop_file("a.txt", b"hello").await.1),
        "このファイルは、PDFでも証拠一式でもありません。"
    );
    // What another authority signed.
    let other = Served::start().await;
    let out = tempfile::tempdir().unwrap();
    other.play("sign-a", out.path());
    let signed = std::fs::read(out.path().join("case-1/1-signed-a.pdf")).unwrap();
    let (_, page) = browser.drop_file("b.pdf", &signed).await;
    assert_eq!(
        sentence(&page),
        "変えられてはいません。署名者の証明書の発行者は、まだ確認できません。"
    );
    assert!(page.contains("data-state=\"undecided\"") && page.contains("「無効」という意味ではありません。"));
}

#[tokio::test(flavor = "multi_thread")]
async fn screening_proposes_and_another_person_approves() {
    let served = Served::start().await;
    let person = served.person("takahashi").await.person_id;
    let mut screener = Browser::new(&served);
    assert_eq!(screener.get("/operator").await.0, 303);
    assert_eq!(
        screener.post("/demo/as", &[("person", "nakamura")]).await,
        (303, "/operator".to_owned())
    );
    let fields = |romaji| {
        [
            ("person", person.as_str()),
            ("romaji", romaji),
            ("address", "埼玉県川越市空町七丁目8番9号"),
            ("credential", "server"),
        ]
    };
    let (status, page) = screener.post("/operator/subjects/new", &fields("高橋")).await;
    assert!(status == 422 && page.contains("半角英字で入力してください"));
    let (status, address) = screener.post("/operator/subjects/new", &fields("TAKAHASHI Sora")).await;
    assert!(status == 303 && address.starts_with("/operator/proposals/"), "{status} {address}");
    let (_, own) = screener.get(&address).await;
    assert!(own.contains("高橋 空") && !own.contains("proposal.approve"));
    let mut approver = Browser::new(&served);
    approver.post("/demo/as", &[("person", "kobayashi")]).await;
    let (_, page) = approver.get(&address).await;
    let seen = page
        .split("name=\"seen\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let approve = format!("{address}/approve");
    assert_eq!(screener.post(&approve, &[("seen", &seen)]).await.0, 403);
    assert_eq!(approver.post(&approve, &[("seen", "other")]).await.0, 409);
    assert_eq!(approver.post(&approve, &[("seen", &seen)]).await, (303, "/operator".to_owned()));
    assert!(approver.get("/operator").await.1.contains("高橋 空"));
    let (status, health) = approver.get("/operator/health").await;
    assert!(status == 200 && health.contains("時刻局（タイムスタンプ）") && !health.contains("data-state=\"altered\""));
    let mut member = Browser::new(&served);
    member.post("/demo/as", &[("person", "sato")]).await;
    for path in ["/operator", "/operator/health", "/operator/subjects/new"] {
        assert_eq!(member.get(path).await.0, 403, "{path}");
    }
}
