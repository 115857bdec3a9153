//! `cectrust demo --script`: plays every person over the public HTTP faces only, and leaves all files behind (outside.md §2).

mod child;
mod client;
mod failure;
mod machine;
pub(crate) mod measure;
pub mod play;
mod record;
mod screens;
pub mod steps;

use std::process::ExitCode;

use crate::command::demo::Options;

pub use steps::STEPS;

/// Plays the script. 0 all steps · 1 a step failed · 2 the machine lacks something · 3 wrong usage.
#[must_use]
pub fn run(options: &Options, out: &std::path::Path) -> ExitCode {
    if let Some(stop) = &options.stop_after
        && !STEPS.contains(&stop.as_str())
    {
        eprintln!("「{stop}」という段階はありません。段階：{}", STEPS.join(" "));
        return ExitCode::from(3);
    }
    let lacking = machine::lacking(options);
    if !lacking.is_empty() {
        eprintln!("この機械に足りないもの：");
        for lack in &lacking {
            eprintln!("  {lack}");
        }
        return ExitCode::from(2);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("動かせません：{error}");
            return ExitCode::from(2);
        }
    };
    runtime.block_on(play::play(options, out))
}
