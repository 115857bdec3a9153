//! Other people's tools. One that is missing fails the test: a check that is skipped in silence is worse than none.

use std::path::PathBuf;
use std::process::Command;

/// A command of the machine, e.g. `openssl`, `pdfsig`, `qpdf`.
///
/// # Panics
/// It is not on the path.
#[track_caller]
#[must_use]
pub fn tool(name: &str) -> Command {
    let there = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(name).is_file());
    assert!(there, "{name} is not here: run `cargo xtask test`");
    Command::new(name)
}

/// A command of the Python tools, e.g. `pyhanko`, or `python` itself.
///
/// # Panics
/// It is not installed.
#[track_caller]
#[must_use]
pub fn python_tool(name: &str) -> Command {
    let program = tools_folder().join("venv/bin").join(name);
    assert!(program.is_file(), "{name} is not here: run `cargo xtask test`");
    Command::new(program)
}

/// Where `cargo xtask` installs tools: `CECTRUST_TOOLS`, else `target/tools` of the workspace.
#[must_use]
pub fn tools_folder() -> PathBuf {
    match std::env::var_os("CECTRUST_TOOLS") {
        Some(folder) if !folder.is_empty() => folder.into(),
        _ => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/tools")),
    }
}
