//! A test authority: openssl makes a root, a unit and tokens.

use std::{path::Path, process::Command};

pub struct Tsa {
    pub folder: tempfile::TempDir,
}

impl Tsa {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/tsa.sh");
        run(Command::new("sh").arg(script).arg(folder.path()));
        Self { folder }
    }
    /// A token over `digest`; `kind` is `sha256` or `sha512`.
    pub fn stamp(&self, kind: &str, digest: &[u8]) -> Vec<u8> {
        let at = self.folder.path();
        let query = [
            "ts",
            "-query",
            "-digest",
            &hex(digest),
            &format!("-{kind}"),
            "-cert",
            "-out",
            "q.tsq",
        ]
        .map(str::to_owned);
        run(Command::new("openssl").args(query).current_dir(at));
        let reply = [
            "ts",
            "-reply",
            "-config",
            "ts.cnf",
            "-section",
            "t",
            "-queryfile",
            "q.tsq",
            "-token_out",
            "-out",
            "token.tst",
        ];
        run(Command::new("openssl").args(reply).current_dir(at));
        std::fs::read(at.join("token.tst")).unwrap()
    }
    pub fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(name)).unwrap()
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Runs an oracle; a missing one fails the test and says what to do.
pub fn run(command: &mut Command) -> String {
    let (done, text) = outcome(command);
    assert!(done, "{command:?}: {text}");
    text
}

/// Whether an oracle said yes, and what it said.
pub fn outcome(command: &mut Command) -> (bool, String) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} cannot run ({error}): run cargo xtask test"));
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}
