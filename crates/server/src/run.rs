//! From the command line to a command, and from its end to an exit status.

use std::{io::IsTerminal, process::ExitCode};

use clap::{CommandFactory, FromArgMatches};

use crate::command::{Command, Line, audit, ceremony, demo, docs, doctor, help, inspect, migrate, operator, sign, verify};

/// Reads the command line and does what it says.
#[must_use]
pub fn run() -> ExitCode {
    let parsed = help::in_japanese(Line::command())
        .try_get_matches()
        .and_then(|matches| Line::from_arg_matches(&matches));
    let line = match parsed {
        Ok(line) => line,
        Err(error) => {
            // Wrong usage is 3 for every command (outside.md §3); help and version are 0.
            if error.use_stderr() {
                eprintln!("使い方が違います。正しい使い方は --help で見られます。");
            }
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(3) } else { ExitCode::SUCCESS };
        }
    };
    match line.command {
        Command::Serve(options) => {
            speak();
            crate::serve::run(&options)
        }
        Command::Demo(options) => demo::run(&options),
        Command::Verify(options) => ExitCode::from(verify::run(&options)),
        Command::Sign(options) => sign::run(&options),
        Command::Inspect(options) => inspect::run(&options),
        Command::Ceremony(options) => ceremony::run(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::Migrate(options) => migrate::run(&options),
        Command::Operator(options) => operator::run(&options),
        Command::Audit(options) => audit::run(&options),
        Command::Docs(options) => docs::run(&options),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut help::in_japanese(Line::command()), "cectrust", &mut std::io::stdout());
            ExitCode::SUCCESS
        }
    }
}

/// Logs go to standard error: text on a terminal, JSON lines with `CECTRUST_LOG_JSON=1`; `RUST_LOG` chooses.
pub(crate) fn speak() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let set = if std::env::var_os("CECTRUST_LOG_JSON").is_some() {
        logs.json().try_init()
    } else {
        logs.try_init()
    };
    // Set already: somebody embeds this program, and his logs stay.
    drop(set);
}

/// As [`speak`], but only what went wrong: for a terminal on which a person reads other things.
pub(crate) fn speak_softly() {
    use tracing_subscriber::{EnvFilter, fmt};
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    // Set already: somebody embeds this program, and his logs stay.
    drop(fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init());
}

/// A runtime for a command that needs one.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work))
}
