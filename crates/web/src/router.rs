//! All pages.

use axum::{Router, extract::DefaultBodyLimit, middleware, routing::get};

use crate::{House, assets, door, front, signin};

/// The largest body: a document of 50 MB and the form around it.
const LARGEST: usize = 52 * 1024 * 1024;

/// The pages, ready to be merged. Each room of pages brings its own router.
pub fn router(house: House) -> Router {
    let pages = Router::new()
        .merge(front::router())
        .merge(signin::router())
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn_with_state(house.clone(), door::door))
        .with_state(house);
    Router::new().route("/assets/{hash}/{name}", get(assets::asset)).merge(pages)
}
