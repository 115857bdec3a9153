//! `GET /environment`

use askama::Template;
use axum::{
    http::{HeaderMap, header},
    response::Response,
};

use super::list::{AS_OF, BROWSERS, READERS, SYSTEMS, Supported, TOKENS};
use crate::{Visit, layout::page};

#[derive(Template)]
#[template(path = "environment/show.html")]
struct Show<'a> {
    visit: &'a Visit,
    as_of: &'static str,
    groups: [(&'static str, &'static str, &'static [Supported]); 4],
    browser: Option<String>,
    system: Option<&'static str>,
    cookies: bool,
}

/// The page: what this browser says of itself with every request; a module adds what only it can try.
pub async fn show(visit: Visit, headers: HeaderMap) -> Response {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    page(&Show {
        visit: &visit,
        as_of: AS_OF,
        groups: [
            ("機器", "どの機器でも、読むことと検証はできます。", &SYSTEMS),
            ("ブラウザー", "これより古いものでも多くは動きますが、試してはいません。", &BROWSERS),
            (
                "トークン",
                "機器につないで使い、cecsign-agent がブラウザーとの間を取り持ちます。",
                &TOKENS,
            ),
            ("署名を確かめるプログラム", "このサービスの外で、署名を確かめられます。", &READERS),
        ],
        browser: browser(agent),
        system: system(agent),
        cookies: headers.contains_key(header::COOKIE),
    })
}

/// 「Chrome 141」 from the header; the order matters, for each names its forerunners too.
fn browser(agent: &str) -> Option<String> {
    let version = |mark: &str| {
        let rest = agent.split_once(mark)?.1;
        let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!number.is_empty()).then_some(number)
    };
    for (mark, name) in [
        ("Edg/", "Microsoft Edge"),
        ("Firefox/", "Mozilla Firefox"),
        ("HeadlessChrome/", "Chromium"),
        ("Chrome/", "Google Chrome・Chromium"),
    ] {
        if let Some(version) = version(mark) {
            return Some(format!("{name} {version}"));
        }
    }
    if agent.contains("Safari/") {
        return version("Version/").map(|version| format!("Safari {version}"));
    }
    None
}

fn system(agent: &str) -> Option<&'static str> {
    [
        ("Windows", "Windows"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Android", "Android"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]
    .into_iter()
    .find(|(mark, _)| agent.contains(mark))
    .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_by_its_header() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0";
        assert_eq!(browser(edge).as_deref(), Some("Microsoft Edge 141"));
        assert_eq!(system(edge), Some("Windows"));
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
        assert_eq!(browser(safari).as_deref(), Some("Safari 17"));
        assert_eq!(system(safari), Some("iOS"));
        assert_eq!(browser("curl/8.5"), None);
    }
}
