//! A person's PKCS#11 token (SoftHSM2, in a folder of its own outside the run's files) and the agent beside it.

use std::{path::PathBuf, process::Stdio};

use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
};

use crate::script::{failure::Failure, machine, play::Play, record::Line};

/// The token's PIN. It stays on the holder's side.
const PIN: &str = "demo-token-2026";

/// One person's token.
#[derive(Debug)]
pub struct Token {
    /// Removed with everything in it when the run ends.
    folder: tempfile::TempDir,
    /// Its label.
    pub label: String,
}

impl Token {
    /// `SOFTHSM2_CONF` for whoever uses the token.
    pub fn configuration(&self) -> PathBuf {
        self.folder.path().join("softhsm2.conf")
    }
    /// A file that holds the PIN, for programs that read one.
    pub fn pin(&self) -> &'static str {
        PIN
    }
}

/// Makes and initialises a token for a person, unless he has one.
pub async fn make(play: &mut Play, key: &str) -> Result<(), Failure> {
    if play.tokens.contains_key(key) {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let store = folder.path().join("tokens");
    std::fs::create_dir_all(&store)?;
    let configuration = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n",
        store.display()
    );
    std::fs::write(folder.path().join("softhsm2.conf"), configuration)?;
    let token = Token {
        folder,
        label: format!("demo-{key}"),
    };
    let made = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", &token.label, "--pin", PIN, "--so-pin", PIN])
        .env("SOFTHSM2_CONF", token.configuration())
        .output()
        .await?;
    if !made.status.success() {
        return Err(Failure::new("softhsm2-util", String::from_utf8_lossy(&made.stderr).into_owned()));
    }
    play.tokens.insert(key.to_owned(), token);
    Ok(())
}

/// Starts the agent with a code; its PIN goes in on standard input.
pub fn start(play: &Play, key: &str, words: &[&str], code: &str) -> Result<Child, Failure> {
    let lacking = |what: &str| Failure::new("cecsign-agent", what.to_owned());
    let program = machine::agent().ok_or_else(|| lacking("cecsign-agent がありません"))?;
    let module = machine::softhsm_module().ok_or_else(|| lacking("libsofthsm2.so がありません"))?;
    let token = play.tokens.get(key).ok_or_else(|| lacking("トークンがありません"))?;
    let mut child = Command::new(program)
        .args(words)
        .args([
            "--server",
            &play.address.url,
            "--code",
            code,
            "--token",
            &token.label,
            "--pin-fd",
            "0",
            "--json",
            "--module",
        ])
        .arg(module)
        .env("SOFTHSM2_CONF", token.configuration())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = child.stdin.take().ok_or_else(|| lacking("standard input"))?;
    tokio::spawn(async move {
        // The agent may end before it asks; then nobody reads.
        let _ = stdin.write_all(format!("{PIN}\n").as_bytes()).await;
    });
    Ok(child)
}

/// Waits for the agent and notes how it ended.
pub async fn finish(play: &mut Play, key: &str, act: &str, child: Child) -> Result<(), Failure> {
    let begun = std::time::Instant::now();
    let output = child.wait_with_output().await?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let status = output.status.code().unwrap_or(-1);
    play.record.note(Line {
        actor: key.to_owned(),
        act: act.to_owned(),
        method: "run".to_owned(),
        path: "cecsign-agent".to_owned(),
        status: u16::try_from(status).unwrap_or(255),
        ms: begun.elapsed().as_millis(),
        ..Line::default()
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(Failure::new(
        act,
        format!(
            "状態 {status}: {} {}",
            said.lines().last().unwrap_or_default(),
            String::from_utf8_lossy(&output.stderr)
        ),
    ))
}
