//! Only in the demo: the bar 「この人として見る」, a tour, the mails, the post office, the clock, faults, and a byte to flip. All of it is beside
//! the product: it uses the same public verbs as everybody, with secrets that are constants of the demo.

mod become_person;
mod clock;
mod faults;
mod home;
mod letters;
mod mails;
mod stage;
mod tamper;
mod turns;

use axum::{
    Router,
    routing::{get, post},
};

pub use stage::{Broken, Moved, Player, Stage, StageActs, Story};
pub(crate) use tamper::tampered;
pub(crate) use turns::turns;

use crate::House;

/// Their routes; the house must have a stage.
pub fn router() -> Router<House> {
    Router::new()
        .route("/demo", get(home::home))
        .route("/demo/as", post(become_person::become_person))
        .route("/demo/mails", get(mails::mails))
        .route("/demo/letters", get(letters::letters))
        .route("/demo/letters/{tracking}/{act}", post(letters::act))
        .route("/demo/time", get(clock::show).post(clock::advance))
        .route("/demo/breakdowns", get(faults::show).post(faults::set))
        .route("/demo/tamper", post(tamper::tamper))
}
