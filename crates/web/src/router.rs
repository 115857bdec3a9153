//! All pages.

use axum::{Router, extract::DefaultBodyLimit, middleware, routing::get};

use crate::{House, assets, case, certificate, company, demo, deposit, door, environment, front, operator, partner, signin, verify};

/// The pages, ready to be merged. Each room of pages brings its own router.
pub fn router(house: House) -> Router {
    let stage = if house.demo.is_some() { demo::router() } else { Router::new() };
    let pages = Router::new()
        .merge(front::router())
        .merge(signin::router())
        .merge(case::router())
        .merge(partner::router())
        .merge(certificate::router())
        .merge(company::router())
        .merge(deposit::router())
        .merge(verify::router())
        .merge(environment::router())
        .merge(operator::router())
        .merge(stage)
        // What a form may be is said where forms are read.
        .layer(DefaultBodyLimit::max(64 * 1024))
        .layer(middleware::from_fn_with_state(house.clone(), door::door))
        .with_state(house);
    Router::new().route("/assets/{hash}/{name}", get(assets::asset)).merge(pages)
}
