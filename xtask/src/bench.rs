//! `cargo xtask bench`: builds `bench/` with optimisation and prints its table.

use crate::run::{Done, cargo, run, step, tools};

/// Builds and runs the benchmark; words go to it.
pub fn bench(words: &[String]) -> Done {
    crate::tools::install()?;
    step("building with optimisation (about 10 minutes the first time)", || {
        run(&mut cargo(&[
            "build",
            "--release",
            "--quiet",
            "-p",
            "bench",
            "-p",
            "server",
            "-p",
            "agent",
        ]))
    })?;
    let mut command = cargo(&["run", "--release", "--quiet", "-p", "bench", "--"]);
    command.args(words).env("CECTRUST_TOOLS", tools());
    run(&mut command)
}
