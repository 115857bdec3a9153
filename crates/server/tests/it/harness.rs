//! The program as a process, and people with sessions.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

/// The program under test.
pub fn cectrust() -> Command {
    Command::new(env!("CARGO_BIN_EXE_cectrust"))
}

/// A client for what answers on this machine: it goes straight there, and reads no roots of the machine, which plain http needs none of.
pub fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().tls_certs_only([])
}

/// Runs a command to its end.
pub fn run(words: &[&str]) -> Output {
    cectrust().args(words).output().expect("the program starts")
}

/// The 申請PIN as it stands in the PDF of a letter.
pub fn pin_in(letter: Vec<u8>) -> String {
    assert!(letter.starts_with(b"%PDF-"), "{}", String::from_utf8_lossy(&letter));
    let book = pictures::Book::open(std::sync::Arc::new(letter), &pictures::Substitutes::none()).expect("the letter opens");
    assert_eq!(book.pages(), 1, "a letter is one page");
    let text = book.text(0).expect("the letter has text").plain();
    let is_pin = |word: &&str| word.split('-').map(str::len).eq([4, 4, 4, 1]) && word.is_ascii();
    text.split_whitespace().find(is_pin).expect("the letter has a PIN").to_owned()
}

/// The files of one whole journey (`demo --script`), for all tests that only read them; who wants to change some takes a copy ([`copied`]). It is
/// played for the test that needs it first.
pub fn journey() -> &'static Path {
    static PLAYED: OnceLock<(PathBuf, Child)> = OnceLock::new();
    let (out, _) = PLAYED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        // Whichever way the test program ends, the other end of this standard input closes then, and the folder goes.
        let keeper = Command::new("sh")
            .args(["-c", "cat > /dev/null; rm -r \"$0\""])
            .arg(&folder)
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell");
        let out = folder.join("out");
        // Pictures of its pages would need a browser, and nobody here looks at them.
        let ended = cectrust()
            .args(["demo", "--key", "p256", "--no-screens", "--script"])
            .arg(&out)
            .output()
            .expect("the program starts");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        (out, keeper)
    });
    out
}

/// All files below a folder.
pub fn files(folder: PathBuf) -> Vec<PathBuf> {
    let (mut folders, mut found) = (vec![folder], Vec::new());
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

/// A folder with all that is in it, again as `to`.
pub fn copied(from: &Path, to: PathBuf) -> PathBuf {
    for file in files(from.to_owned()) {
        let name = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(name.parent().unwrap()).unwrap();
        std::fs::copy(&file, name).unwrap();
    }
    to
}

/// Whether these bytes stand somewhere in those.
pub fn holds(bytes: &[u8], what: &[u8]) -> bool {
    memchr::memmem::find(bytes, what).is_some()
}

/// A running `serve --demo`.
pub struct Served {
    pub url: String,
    pub status_url: String,
    child: Option<Child>,
    data: PathBuf,
    _folder: Option<tempfile::TempDir>,
    http: reqwest::Client,
}

impl Served {
    /// On a fresh folder.
    pub async fn start() -> Self {
        Self::start_on("sqlite").await
    }
    /// On a fresh folder, with the first cases of the demo, and waits until they are there.
    pub async fn start_with_first_cases() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut served = Self::start_as(&folder.path().join("data"), "sqlite", &[]).await;
        served._folder = Some(folder);
        served.first_cases().await;
        served
    }
    /// The one demo with its first cases for all tests that only read, or live in it side by side: each makes what it needs under numbers of its
    /// own; nobody changes the first cases and what the companies agreed on, moves the clock, or damages a file. It is started by the test that
    /// needs it first, and ends with the test program.
    pub async fn shared() -> Self {
        // A client belongs to the runtime of its test; the process belongs to nobody.
        static SHARED: OnceCell<(Child, Value, PathBuf)> = OnceCell::const_new();
        let start = || async {
            let folder = tempfile::tempdir().expect("a temporary folder").keep();
            let data = folder.join("data");
            // When the test program ends, however it ends, nobody holds the other end of standard input any more: then the demo is ended by its
            // process id, and its folder goes.
            let ending_with_us = "folder=$0; \"$@\" & demo=$!; cat > /dev/null; kill -TERM $demo; wait $demo; rm -r \"$folder\"";
            let mut shell = Command::new("sh");
            shell.args(["-c", ending_with_us]).arg(&folder).arg(env!("CARGO_BIN_EXE_cectrust"));
            let (child, said) = Self::ready(shell.stdin(Stdio::piped()), &data, "sqlite", &[]).await;
            (child, said, data)
        };
        let (_, said, data) = SHARED.get_or_init(start).await;
        let served = Self::of(None, said, data);
        served.first_cases().await;
        served
    }
    /// Waits until the first cases are there.
    pub async fn first_cases(&self) {
        let begun = Instant::now();
        while self.nobody().get("/demo/story").await.body["story"] == "playing" {
            assert!(begun.elapsed() < Duration::from_secs(120), "the first cases do not come");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    /// On a folder that another one left, with more words on the command line.
    pub async fn start_again(data: &Path, more: &[&str]) -> Self {
        Self::start_as(data, "sqlite", more).await
    }
    pub async fn start_on(engine: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let mut served = Self::start_in(&data, engine).await;
        served._folder = Some(folder);
        served
    }
    /// On a given folder.
    pub async fn start_in(data: &Path, engine: &str) -> Self {
        Self::start_as(data, engine, &["--bare"]).await
    }
    async fn start_as(data: &Path, engine: &str, more: &[&str]) -> Self {
        let (child, said) = Self::ready(cectrust().stdin(Stdio::null()), data, engine, more).await;
        Self::of(Some(child), &said, data)
    }
    /// The process, and what it said when it was ready.
    async fn ready(program: &mut Command, data: &Path, engine: &str, more: &[&str]) -> (Child, Value) {
        let ready = data.with_extension("ready");
        let _old = std::fs::remove_file(&ready);
        let log = std::fs::File::create(data.with_extension("log")).expect("a file for the log");
        let child = program
            .args(["serve", "--demo", "--engine", engine, "--ready-file"])
            .arg(&ready)
            .args(more)
            .arg("--data")
            .arg(data)
            .env("RUST_LOG", "info,cectrust=debug,server=debug,tower_http=debug")
            .stdout(Stdio::null())
            .stderr(Stdio::from(log))
            .spawn()
            .expect("the program starts");
        let begun = Instant::now();
        while !ready.exists() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the program does not come up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        (child, serde_json::from_slice(&std::fs::read(&ready).unwrap()).unwrap())
    }
    /// A program that was started otherwise, by what its ready file said.
    pub fn adopt(child: Child, said: &Value) -> Self {
        Self::of(Some(child), said, Path::new(""))
    }
    fn of(child: Option<Child>, said: &Value, data: &Path) -> Self {
        let http = client().timeout(Duration::from_secs(60)).build().unwrap();
        let word = |name: &str| said[name].as_str().unwrap().to_owned();
        Self {
            url: word("url"),
            status_url: word("status_url"),
            child,
            data: data.to_owned(),
            _folder: None,
            http,
        }
    }
    /// Its data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }
    /// What it has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data.with_extension("log")).expect("its log")
    }
    /// The journal so far, an entry a line.
    pub fn journal(&self) -> String {
        let ended = cectrust()
            .args(["audit", "export", "--jsonl", "--data"])
            .arg(&self.data)
            .output()
            .expect("the program starts");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        String::from_utf8(ended.stdout).expect("text")
    }
    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }
    /// SIGTERM; the exit status, and how long it took.
    pub fn end(&mut self) -> (i32, Duration) {
        let mut child = self.child.take().expect("it runs");
        let begun = Instant::now();
        let told = Command::new("sh")
            .args(["-c", &format!("kill -TERM {}", child.id())])
            .status()
            .unwrap();
        assert!(told.success());
        let status = child.wait().unwrap();
        (status.code().unwrap_or(-1), begun.elapsed())
    }
    /// Plays the journey at this server up to a step, with server-held keys; the ids it made, by operation, and the folder of its files.
    pub fn play(&self, stop_after: &str, out: &Path) -> Vec<Value> {
        self.play_with("server", stop_after, out)
    }
    /// As [`Served::play`], with another credential: `token`, `outside`.
    pub fn play_with(&self, credential: &str, stop_after: &str, out: &Path) -> Vec<Value> {
        let ended = cectrust()
            .args(["demo", "--at", &self.url, "--key", "p256", "--credential", credential])
            .args(["--stop-after", stop_after, "--script"])
            .arg(out)
            .output()
            .expect("the program starts");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        std::fs::read_to_string(out.join("journey.jsonl"))
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
    /// Signs a person of the demo in.
    pub async fn person(&self, key: &str) -> Person {
        let cast: Vec<Value> = self
            .http
            .get(format!("{}/demo/people", self.url))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let person = cast.into_iter().find(|person| person["key"] == key).expect("a person of the demo");
        let mut entry = json!({ "sign_in": person["sign_in"], "password": person["secret"] });
        let id = if person["user_id"].is_string() {
            &person["user_id"]
        } else {
            &person["company_id"]
        };
        if id.is_string() {
            entry["id"] = id.clone();
        }
        let nobody = self.nobody();
        let answer = nobody.json(Method::POST, "/api/session", &entry).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let person_id = person["person_id"].as_str().unwrap_or_default().to_owned();
        Person {
            url: self.url.clone(),
            http: self.http.clone(),
            token: answer.body["token"].as_str().map(str::to_owned),
            person_id,
        }
    }
    /// Somebody who has not signed in.
    pub fn nobody(&self) -> Person {
        Person {
            url: self.url.clone(),
            http: self.http.clone(),
            token: None,
            person_id: String::new(),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _sent = child.kill();
            let _status = child.wait();
        }
    }
}

/// One person with a session of his own.
#[derive(Clone)]
pub struct Person {
    url: String,
    http: reqwest::Client,
    pub token: Option<String>,
    pub person_id: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// JSON, or null.
    pub body: Value,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The code of the problem document; it must have a Japanese sentence and a next step.
    pub fn problem(&self) -> &str {
        assert!(
            self.status.is_client_error() || self.status.is_server_error(),
            "{} is no refusal",
            self.status
        );
        for part in ["code", "detail", "next", "title", "type"] {
            assert!(
                self.body[part].as_str().is_some_and(|text| !text.is_empty()),
                "{part} is missing in {}",
                self.body
            );
        }
        assert!(!self.body["detail"].as_str().unwrap().is_ascii(), "not Japanese: {}", self.body);
        self.body["code"].as_str().unwrap()
    }
}

impl Person {
    pub async fn send(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.url)
        };
        let mut request = self.http.request(method, url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if !kind.is_empty() {
            request = request.header("content-type", kind).body(body);
        }
        let response = request.send().await.expect("the program answers");
        let status = response.status();
        let bytes = response.bytes().await.expect("the whole answer").to_vec();
        Answer {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            bytes,
        }
    }
    pub async fn json(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(method, path, "application/json", body.to_string().into_bytes()).await
    }
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "", Vec::new()).await
    }
    pub async fn post(&self, path: &str) -> Answer {
        self.send(Method::POST, path, "", Vec::new()).await
    }
}

/// The object of the first line of a journey with this act.
pub fn object(lines: &[Value], act: &str) -> String {
    lines
        .iter()
        .find(|line| line["act"] == act)
        .and_then(|line| line["object"].as_str())
        .unwrap_or_else(|| panic!("no {act} in the journey"))
        .to_owned()
}
