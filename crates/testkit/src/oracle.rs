//! Other people's tools. One that is missing fails the test: a check that is skipped in silence is worse than none.

use std::path::{Path, PathBuf};
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

/// What EU DSS says of signed PDFs, trusting `root` alone: the lines of `oracles/dss/Dss.java`, split at their tabs (kind, file, level, verdict,
/// who, findings). One call for many files: Java takes seconds to start.
///
/// # Panics
/// Java or the jars of DSS are not installed; it did not run.
#[track_caller]
#[must_use]
pub fn dss(root: &Path, files: &[&Path]) -> Vec<Vec<String>> {
    let jars = tools_folder().join("dss/jars");
    assert!(jars.is_dir(), "EU DSS is not here: run `cargo xtask tools` once with a network");
    let done = tool("java")
        .args(["-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp"])
        .arg(jars.join("*"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../oracles/dss/Dss.java"))
        .arg("--trust")
        .arg(root)
        .args(files)
        .output()
        .expect("java starts");
    assert!(done.status.success(), "DSS: {}", String::from_utf8_lossy(&done.stderr));
    let lines = String::from_utf8_lossy(&done.stdout).into_owned();
    lines.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// A key (P-256) and the certificate that somebody made for it himself (openssl): `key.pem` and `cert.pem` in `folder`, good for 30 days, for
/// signatures. `subject` as openssl writes it, `/C=JP/CN=…`.
///
/// # Panics
/// openssl is not here, or did not take it.
#[track_caller]
#[must_use]
pub fn self_made(folder: &Path, subject: &str) -> (PathBuf, PathBuf) {
    let (key, cert) = (folder.join("key.pem"), folder.join("cert.pem"));
    let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -utf8 -days 30 -addext keyUsage=critical,digitalSignature,nonRepudiation";
    let made = tool("openssl")
        .args(words.split(' '))
        .args(["-subj", subject, "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&cert)
        .output()
        .expect("openssl starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (key, cert)
}

/// Where `cargo xtask` installs tools: `CECTRUST_TOOLS`, else `target/tools` of the workspace.
#[must_use]
pub fn tools_folder() -> PathBuf {
    match std::env::var_os("CECTRUST_TOOLS") {
        Some(folder) if !folder.is_empty() => folder.into(),
        _ => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/tools")),
    }
}
