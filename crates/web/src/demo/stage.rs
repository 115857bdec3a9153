//! What the demo pages play with; `server` fills it.

use std::{future::Future, pin::Pin, sync::Arc};

use certification::DemoPost;
use foundation::Instant;
use mail::Outbox;

use crate::{House, Sorry};

/// One person of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Player {
    /// A short word.
    pub key: &'static str,
    /// What he does.
    pub role: &'static str,
    /// His company.
    pub company: &'static str,
    /// ユーザID, else 企業ID; none: of the operator.
    pub seat: Option<&'static str>,
    /// His name.
    pub name: &'static str,
    /// What he types to sign in.
    pub sign_in: &'static str,
    /// His password, a constant of the demo.
    pub password: &'static str,
    /// His 署名の合言葉, likewise.
    pub sealing_secret: Option<&'static str>,
    /// Where his mails go.
    pub mail: &'static str,
}

/// What is broken on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Broken {
    /// `down`, `slow`, `wrong_time`, or empty.
    pub tsa: String,
    /// OCSP does not answer.
    pub ocsp: bool,
    /// The mail server refuses.
    pub smtp: bool,
    /// The disk is full.
    pub objects: bool,
}

/// How moving the clock went.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    /// The new present.
    pub now: Instant,
    /// Jobs that ran.
    pub jobs_run: u64,
    /// Jobs that failed.
    pub jobs_failed: u64,
}

/// How far the first cases of the demo are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Story {
    /// Only people were asked for.
    Bare,
    /// Being played.
    Playing,
    /// All there.
    Told,
    /// It stopped, with a sentence.
    Stopped(String),
}

/// A future as a trait object can give it.
pub type Soon<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What only the program itself can do.
pub trait StageActs: Send + Sync {
    /// Moves the clock up to a time and runs what became due.
    fn advance(&self, to: Instant) -> Soon<'_, Result<Moved, Sorry>>;
    /// What is broken now.
    fn broken(&self) -> Broken;
    /// Breaks exactly this.
    ///
    /// # Errors
    /// A sentence.
    fn set_broken(&self, broken: &Broken) -> Result<(), String>;
    /// How far the first cases are.
    fn story(&self) -> Story;
}

/// The stage.
#[derive(Clone)]
pub struct Stage {
    /// Everybody.
    pub cast: Vec<Player>,
    /// The mails.
    pub outbox: Outbox,
    /// The letters.
    pub letters: Arc<DemoPost>,
    /// The rest.
    pub acts: Arc<dyn StageActs>,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stage").field("cast", &self.cast.len()).finish_non_exhaustive()
    }
}

/// The stage of this house.
pub fn stage(house: &House) -> Result<&Stage, Sorry> {
    house.demo.as_deref().ok_or_else(Sorry::not_found)
}
