//! The steps of the journey, in order.

mod boot;
mod case;
mod enrol;
mod outside;
mod own;
mod partner;
mod proof;
mod token;

pub use token::Token;

use super::{client::Answer, failure::Failure, play::Play};
use crate::command::demo::Options;

/// Their names (`--stop-after`).
pub const STEPS: [&str; 16] = [
    "boot",
    "partner",
    "consent",
    "enrol-a",
    "enrol-b",
    "register",
    "sign-a",
    "send",
    "sign-b",
    "return",
    "seal",
    "deposit",
    "confirm",
    "verify",
    "reverse",
    "own-deposit",
];

/// The first cases of a demo: what a stranger finds when he opens it.
///
/// # Errors
/// What failed.
pub async fn first_cases(play: &mut Play) -> Result<(), Failure> {
    play.meet().await?;
    partner::partner(play).await?;
    partner::consent(play).await?;
    enrol::enrol(play, "tanaka").await?;
    enrol::enrol(play, "yamamoto").await?;
    case::wait_at_second(play, &case::AT_B).await?;
    case::wait_at_second(play, &case::AT_A).await?;
    case::conclude(play, &case::CONCLUDED).await?;
    enrol::only_letter(play, "ito").await
}

/// A paper that was asked for came, or the program says plainly that it prints none here.
fn printed(answer: &Answer, act: &str) -> Result<(), Failure> {
    if matches!(answer.code().as_str(), "printer_not_built_in" | "fonts_missing") {
        return Ok(());
    }
    answer.success(act).map(drop)
}

/// Plays one step.
///
/// # Errors
/// What failed.
pub async fn play(step: &str, play: &mut Play, options: &Options) -> Result<(), Failure> {
    match step {
        "boot" => boot::boot(play, options).await,
        "partner" => partner::partner(play).await,
        "consent" => partner::consent(play).await,
        "enrol-a" => enrol::enrol(play, "tanaka").await,
        "enrol-b" => enrol::enrol(play, "yamamoto").await,
        "register" => {
            play.case = case::register(play, &case::A_TO_B).await?;
            Ok(())
        }
        "sign-a" => case::sign(play, &case::A_TO_B, "tanaka", "1-signed-a").await,
        "send" => case::send(play, &case::A_TO_B).await,
        "sign-b" => case::sign(play, &case::A_TO_B, "yamamoto", "2-returned-b").await,
        "return" => case::return_it(play, &case::A_TO_B).await,
        "seal" => case::sealed(play, &case::A_TO_B).await,
        "deposit" => case::kept(play, &case::A_TO_B).await,
        "confirm" => case::confirm(play, &case::A_TO_B).await,
        "verify" => proof::verify(play).await,
        "reverse" => case::reverse(play).await,
        "own-deposit" => own::deposit(play).await,
        other => Err(Failure::new(other, "そのような段階はありません")),
    }
}
