//! The front page: what runs here, and where to go on.

use askama::Template;
use axum::{Router, extract::State, response::Html, routing::get};

use crate::{Shown, asset};

#[derive(Template)]
#[template(path = "front.html")]
struct Front<'a> {
    shown: &'a Shown,
}

/// The pages that exist so far: `/` and `/assets/style.css`.
pub fn pages(shown: Shown) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/assets/style.css", get(asset::style))
        .with_state(shown)
}

async fn front(State(shown): State<Shown>) -> Html<String> {
    Html(
        Front { shown: &shown }
            .render()
            .expect("a template without fallible filters renders"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(demo: bool) -> String {
        Front {
            shown: &Shown {
                demo,
                status_url: "http://localhost:8081".to_owned(),
                version: "0.1.0",
            },
        }
        .render()
        .unwrap()
    }

    #[test]
    fn the_front_page_is_japanese_and_carries_the_banner_only_in_the_demo() {
        assert!(page(true).contains("<html lang=\"ja\">"));
        assert!(page(true).contains("デモ環境"));
        assert!(!page(false).contains("デモ環境"));
    }

    #[test]
    fn nothing_on_the_page_needs_a_weaker_policy() {
        let page = page(true);
        for forbidden in ["<script", "style=\"", "<style", "onclick", "javascript:"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }
}
