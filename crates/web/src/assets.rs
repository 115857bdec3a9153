//! Style sheets and modules, inside the binary. Their address carries a hash over all of them, so browsers keep them for good.

use std::{io::Write, sync::LazyLock};

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// One file.
struct Asset {
    name: &'static str,
    media: &'static str,
    text: String,
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// Every asset: a style sheet is put together from parts, comments and indents left out.
static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        sheet(
            "style.css",
            &[
                include_str!("../assets/css/ground.css"),
                include_str!("../assets/css/parts.css"),
                include_str!("../assets/css/more-parts.css"),
                include_str!("../assets/css/print.css"),
            ],
        ),
        sheet(
            "pages.css",
            &[
                include_str!("../assets/css/pages.css"),
                include_str!("../assets/css/more.css"),
                include_str!("../assets/css/operator.css"),
                include_str!("../assets/css/signatures.css"),
            ],
        ),
        Asset {
            name: "icon.svg",
            media: "image/svg+xml",
            text: include_str!("../assets/icon.svg").to_owned(),
        },
        module("page.js", include_str!("../assets/js/page.js")),
        module("live.js", include_str!("../assets/js/live.js")),
        module("read.js", include_str!("../assets/js/read.js")),
        module("environment.js", include_str!("../assets/js/environment.js")),
        module("compose.js", include_str!("../assets/js/compose.js")),
        module("day.js", include_str!("../assets/js/day.js")),
    ]
});

/// The same, packed once for every browser that takes it so; pages themselves are not packed, because what they hold in confidence
/// would show in their length beside words that came from outside.
static PACKED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let pack = |asset: &Asset| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder
            .write_all(asset.text.as_bytes())
            .and_then(|()| encoder.finish())
            .unwrap_or_default()
    };
    ASSETS.iter().map(pack).collect()
});

/// The hash over all of them: one word for the whole set, so that modules find each other by relative names.
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for asset in ASSETS.iter() {
        hash.update(asset.name);
        hash.update(&asset.text);
    }
    hex::encode(&hash.finalize()[..8])
});

fn module(name: &'static str, text: &str) -> Asset {
    Asset {
        name,
        media: JS,
        text: text.to_owned(),
    }
}

fn sheet(name: &'static str, parts: &[&str]) -> Asset {
    let mut text = String::new();
    for part in parts {
        let mut rest = *part;
        while let Some((before, after)) = rest.split_once("/*") {
            text.push_str(before);
            rest = after.split_once("*/").map_or("", |(_, after)| after);
        }
        text.push_str(rest);
    }
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    // A colon with a blank after it stands only in declarations; what is left out means nothing.
    let text = [
        (": ", ":"),
        ("; ", ";"),
        (" {", "{"),
        ("{ ", "{"),
        (" }", "}"),
        (", ", ","),
        (";}", "}"),
    ]
    .iter()
    .fold(lines.join("\n"), |text, (wide, tight)| text.replace(wide, tight));
    Asset { name, media: CSS, text }
}

/// The address of an asset.
#[must_use]
pub fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *HASH)
}

/// `GET /assets/{hash}/{name}`
pub async fn asset(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let Some(at) = ASSETS.iter().position(|asset| asset.name == name) else {
        return (StatusCode::NOT_FOUND, "").into_response();
    };
    let asset = &ASSETS[at];
    // A page of an older version asks for its own hash: it gets what there is, but may not keep it.
    let keep = if hash == *HASH {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    let says = [
        (header::CONTENT_TYPE, asset.media),
        (header::CACHE_CONTROL, keep),
        (header::VARY, "accept-encoding"),
    ];
    match PACKED.get(at).filter(|packed| !packed.is_empty() && takes_gzip(&headers)) {
        Some(packed) => (says, [(header::CONTENT_ENCODING, "gzip")], packed.as_slice()).into_response(),
        None => (says, asset.text.as_str()).into_response(),
    }
}

/// RFC 9110, 12.5.3: named, and not with a weight of nothing.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepts = headers
        .get_all(header::ACCEPT_ENCODING)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    accepts.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("gzip") && !parts.any(|weight| weight.trim_start_matches("q=").trim_matches(['0', '.']).is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_carry_no_comments_and_balance() {
        for asset in ASSETS.iter().filter(|asset| asset.media == CSS) {
            assert!(!asset.text.contains("/*"), "{}", asset.name);
            assert_eq!(asset.text.matches('{').count(), asset.text.matches('}').count(), "{}", asset.name);
        }
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let takes = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, axum::http::HeaderValue::from_static(value));
            takes_gzip(&headers)
        };
        assert!(takes("gzip, deflate, br") && takes("br;q=1.0, gzip;q=0.5"));
        assert!(!takes("identity") && !takes("gzip;q=0") && !takes("br, gzip; q=0.0"));
        assert!(!takes_gzip(&HeaderMap::new()));
        let (all, packed): (usize, usize) = (ASSETS.iter().map(|asset| asset.text.len()).sum(), PACKED.iter().map(Vec::len).sum());
        assert!(packed * 2 < all && PACKED.iter().all(|packed| packed.starts_with(&[0x1F, 0x8B])));
    }
}
