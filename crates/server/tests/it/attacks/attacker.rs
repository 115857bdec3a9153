//! Who says what he likes to a port.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    bar::scene::Scene,
    browser::{Browser, between},
};

/// Everybody who signs in here. (森 is the one whose ID is guessed at.)
pub const PEOPLE: [&str; 9] = [
    "sato",
    "tanaka",
    "suzuki",
    "yamamoto",
    "kimura",
    "ito",
    "takahashi",
    "nakamura",
    "kobayashi",
];

/// A form of a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    pub action: String,
    pub act: String,
}

/// What one person can open.
pub struct Seen {
    pub session: String,
    /// Path → page, for everything a link or a picture leads to.
    pub pages: BTreeMap<String, u16>,
    pub forms: Vec<Form>,
}

/// The server, and what its people see.
pub struct Wire {
    pub scene: Scene,
    pub pages: SocketAddr,
    pub status: SocketAddr,
    seen: tokio::sync::OnceCell<BTreeMap<&'static str, Seen>>,
}

fn port(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").parse().expect("an address of this machine")
}

impl Wire {
    pub fn to(scene: Scene) -> Self {
        Self {
            pages: port(&scene.served.url),
            status: port(&scene.served.status_url),
            scene,
            seen: tokio::sync::OnceCell::new(),
        }
    }
    /// Says `bytes` to the pages, and hears all that comes until the other side closes.
    pub async fn say(&self, bytes: impl AsRef<[u8]>) -> Heard {
        say(self.pages, bytes.as_ref()).await
    }
    /// The same to the status listener.
    pub async fn say_to_status(&self, bytes: impl AsRef<[u8]>) -> Heard {
        say(self.status, bytes.as_ref()).await
    }
    /// One request with these further header lines, after which the connection ends.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Heard {
        self.say(request(method, path, headers, body)).await
    }
    /// What each of [`PEOPLE`] can open from the front page on; looked at once.
    pub async fn seen(&self) -> &BTreeMap<&'static str, Seen> {
        self.seen
            .get_or_init(|| async {
                let mut all = BTreeMap::new();
                for person in PEOPLE {
                    let who = Browser::of(&self.scene.served, person).await;
                    all.insert(person, look_around(&who, person == "sato").await);
                }
                all
            })
            .await
    }
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    if !body.is_empty() || matches!(method, "POST" | "PUT") {
        text.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    [text.as_bytes(), body].concat()
}

pub async fn say(at: SocketAddr, bytes: &[u8]) -> Heard {
    let mut stream = TcpStream::connect(at).await.expect("it listens");
    let (mut reads, mut writes) = stream.split();
    let mut heard = Vec::new();
    // It may close before it has heard everything.
    let saying = async {
        let _closed = writes.write_all(bytes).await;
        std::future::pending::<()>().await;
    };
    let hearing = async {
        let _reset = reads.read_to_end(&mut heard).await;
    };
    let both = async {
        tokio::select! { () = saying => {}, () = hearing => {} }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(60), both).await.is_ok(),
        "no end: {}",
        String::from_utf8_lossy(&bytes[..bytes.len().min(300)])
    );
    Heard(String::from_utf8_lossy(&heard).into_owned())
}

/// All that came back over one connection.
pub struct Heard(pub String);

impl Heard {
    /// The statuses of the answers, in order.
    pub fn statuses(&self) -> Vec<u16> {
        self.0
            .match_indices("HTTP/1.1 ")
            .filter(|(at, _)| *at == 0 || self.0[..*at].ends_with(['\n', '}', '>']))
            .filter_map(|(at, word)| self.0[at + word.len()..].get(..3)?.parse().ok())
            .collect()
    }
    /// The status of the only answer.
    pub fn status(&self) -> u16 {
        let statuses = self.statuses();
        assert_eq!(statuses.len(), 1, "{}", self.0);
        statuses[0]
    }
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.0.split("\r\n\r\n").next()?;
        head.split("\r\n")
            .filter_map(|line| line.split_once(": "))
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
    pub fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }
}

/// An address without what differs from thing to thing: ids, hashes, numbers.
pub fn shape(path: &str) -> String {
    let is_name = |word: &str| word.len() >= 32 || word.bytes().all(|sign| sign.is_ascii_digit());
    let words: Vec<&str> = path
        .split(['/', '?', '=', '&'])
        .map(|word| if is_name(word) { "…" } else { word })
        .collect();
    words.join("/")
}

/// Papers that are printed and pictures that are drawn when they are asked for cost time: one person's show what they are.
fn is_made(path: &str) -> bool {
    ["/originality", "/page/", "/tile/", "/strip/", "/receipt"]
        .iter()
        .any(|made| path.contains(made))
}

async fn look_around(who: &Browser, makes: bool) -> Seen {
    let starts = [
        "/",
        "/cases",
        "/cases/new",
        "/partners",
        "/certificate",
        "/company",
        "/deposits",
        "/operator",
        "/operator/health",
        "/operator/mail",
        "/operator/subjects/new",
        "/verify",
    ];
    let mut open: Vec<String> = starts.map(str::to_owned).to_vec();
    let (mut pages, mut forms) = (BTreeMap::new(), Vec::new());
    while let Some(path) = open.pop() {
        if pages.contains_key(&path) || (is_made(&path) && !makes) {
            continue;
        }
        let page = who.get(&path).await;
        pages.insert(path.clone(), page.status.as_u16());
        assert!(pages.len() < 600, "the pages do not end");
        if !page.text.starts_with("<!doctype html>") {
            continue;
        }
        for name in ["href=\"/", "src=\"/"] {
            for rest in page.text.split(name).skip(1) {
                let path = rest.split(['"', '#']).next().unwrap_or_default().replace("&amp;", "&");
                if !path.starts_with("assets/") && !path.starts_with("demo") {
                    open.push(format!("/{path}"));
                }
            }
        }
        for form in page.text.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap_or_default();
            let head = form.split('>').next().unwrap_or_default();
            let action =
                between(head, "action=\"", "\"").map_or_else(|| path.split('?').next().unwrap_or_default().to_owned(), str::to_owned);
            if head.contains("method=\"post\"") {
                let act = between(form, "data-act=\"", "\"").unwrap_or_default().to_owned();
                let form = Form { action, act };
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
        }
    }
    Seen {
        session: who.session.clone(),
        pages,
        forms,
    }
}
