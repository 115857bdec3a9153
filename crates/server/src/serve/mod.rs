//! `cectrust serve`: opens the data folder, wires the rooms, answers on two listeners, runs the jobs, ends on SIGTERM.

mod assembly;
pub(crate) mod boot;
mod clearing;
mod faces;
mod fixity;
mod gate;
mod health;
mod letters;
mod listen;
mod logkey;
mod manners;
mod notary;
mod post;
pub(crate) mod printing;
mod readiness;
mod rounds;
mod self_test;
mod stamper;

use std::{process::ExitCode, time::Duration};

use crate::{command::serve::Options, folder::FolderError, ready::Ready};

/// How long an ending program may take (outside.md §1: 10 s in all).
const LAST_WORDS: Duration = Duration::from_secs(8);

/// Serves until SIGTERM or Ctrl-C.
#[must_use]
pub fn run(options: &Options) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("動かせません：{}", crate::words::detail(&error));
            return ExitCode::from(1);
        }
    };
    let ended = runtime.block_on(serve(options, |_| ()));
    runtime.shutdown_timeout(Duration::from_secs(1));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(1)
        }
    }
}

/// Why the program does not start.
#[derive(Debug)]
pub struct CannotServe {
    /// What is the matter, in Japanese.
    pub why: String,
    /// What to do now, in Japanese.
    pub next: String,
}

impl CannotServe {
    /// A reason and the next step.
    pub fn new(why: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            next: next.into(),
        }
    }
}

impl std::fmt::Display for CannotServe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "動かせません：{}\n次にすること：{}", self.why, self.next)
    }
}
impl std::error::Error for CannotServe {}

impl From<FolderError> for CannotServe {
    fn from(error: FolderError) -> Self {
        Self::new(error.to_string(), error.next())
    }
}

/// Boots, calls `ready` with what the ready file says, and serves until told to end.
///
/// # Errors
/// What keeps the program from starting.
pub async fn serve(options: &Options, ready: impl FnOnce(&Ready)) -> Result<(), CannotServe> {
    let house = boot::boot(options).await?;
    let said = house.ready();
    if let Some(file) = &options.ready_file {
        said.write(file).map_err(|error| {
            CannotServe::new(
                format!("{} に書けません：{}", file.display(), crate::words::of_disk(&error)),
                "書ける場所を --ready-file に渡してください。",
            )
        })?;
    }
    tracing::info!(url = %said.url, status_url = %said.status_url, engine = %said.engine, "ready");
    ready(&said);
    listen::until_told_to_end().await;
    tracing::info!("ending");
    house.end(LAST_WORDS).await;
    if let Some(file) = &options.ready_file {
        let _ = std::fs::remove_file(file);
    }
    Ok(())
}
