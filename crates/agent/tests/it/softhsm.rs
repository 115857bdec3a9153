//! A SoftHSM token in a folder of its own, and the agent run against it.

use std::path::PathBuf;
use std::process::{Command, Output};

pub struct Token {
    folder: tempfile::TempDir,
}

const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

impl Token {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens");
        std::fs::create_dir(&tokens).unwrap();
        std::fs::write(
            folder.path().join("softhsm2.conf"),
            format!("directories.tokendir = {}\n", tokens.display()),
        )
        .unwrap();
        let token = Self { folder };
        let made = Command::new("softhsm2-util")
            .env("SOFTHSM2_CONF", token.configuration())
            .args(["--init-token", "--free", "--label", "cecsign", "--pin", "1234", "--so-pin", "5678"])
            .output();
        let made = made.expect("SoftHSM is missing: run cargo xtask test");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        token
    }
    fn configuration(&self) -> PathBuf {
        self.folder.path().join("softhsm2.conf")
    }
    /// The agent with the right PIN, this token and JSON.
    pub fn agent(&self, arguments: &[&str]) -> Output {
        self.agent_with_pin("1234", arguments)
    }
    pub fn agent_with_pin(&self, pin: &str, arguments: &[&str]) -> Output {
        let mut all = arguments.to_vec();
        if !arguments.contains(&"--token") {
            all.extend(["--token", "cecsign"]);
        }
        self.run(pin, &all)
    }
    /// The agent without a token's label.
    pub fn bare_agent(&self, arguments: &[&str]) -> Output {
        self.run("1234", arguments)
    }
    fn run(&self, pin: &str, arguments: &[&str]) -> Output {
        let pin_file = self.folder.path().join("pin");
        std::fs::write(&pin_file, format!("{pin}\n")).unwrap();
        let module = MODULES
            .into_iter()
            .find(|path| std::path::Path::new(path).exists())
            .expect("SoftHSM is missing: run cargo xtask test");
        // The shell opens descriptor 3 for the PIN, as a person would.
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg("exec 3<\"$PIN_FILE\"; exec \"$@\" --pin-fd 3 --json")
            .arg("sh")
            .arg(env!("CARGO_BIN_EXE_cecsign-agent"));
        command.args(arguments);
        if !arguments.contains(&"--module") {
            command.args(["--module", module]);
        }
        command.env("PIN_FILE", pin_file);
        command.env("SOFTHSM2_CONF", self.configuration());
        command.env("CECSIGN_AGENT_SETTINGS", self.folder.path().join("settings.json"));
        command.output().unwrap()
    }
}
