//! Style sheets and modules, inside the binary. Their address carries a hash over all of them, so browsers keep them for good.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
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
    ]
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
pub async fn asset(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return (StatusCode::NOT_FOUND, "").into_response();
    };
    // A page of an older version asks for its own hash: it gets what there is, but may not keep it.
    let keep = if hash == *HASH {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    (
        [(header::CONTENT_TYPE, asset.media), (header::CACHE_CONTROL, keep)],
        asset.text.as_str(),
    )
        .into_response()
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
}
