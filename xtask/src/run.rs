//! Running a program and saying what failed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Why the command ends with a failure: one sentence that says what to do.
#[derive(Debug)]
pub struct Failed(pub String);

pub type Done = Result<(), Failed>;

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the workspace")
        .to_owned()
}

/// The folder of what is built.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Where tools of others are installed: `target/tools`.
pub fn tools() -> PathBuf {
    root().join("target/tools")
}

/// The built program `name` (`cectrust`, `cecsign-agent`) of the profile in use.
pub fn built(name: &str) -> PathBuf {
    target().join("debug").join(name)
}

/// Runs `command` with its output shown.
pub fn run(command: &mut Command) -> Done {
    let status = command
        .current_dir_if_unset()
        .status()
        .map_err(|error| Failed(format!("{}: {error}", shown(command))))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failed(format!("{} ended with {status}", shown(command))))
    }
}

/// Runs `command` and gives what it printed, whatever its status; `Err` only if it could not start.
pub fn output(command: &mut Command) -> Result<(bool, String), Failed> {
    let output = command
        .current_dir_if_unset()
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failed(format!("{}: {error}", shown(command))))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Ok((output.status.success(), text))
}

/// Runs `command` quietly; its output is shown only when it fails.
pub fn quiet(command: &mut Command) -> Done {
    let (ok, text) = output(command)?;
    if ok {
        Ok(())
    } else {
        Err(Failed(format!("{} failed:\n{text}", shown(command))))
    }
}

/// Whether a program of this name can be started.
pub fn there(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Announces a step, runs it, says how long it took.
pub fn step(what: &str, act: impl FnOnce() -> Done) -> Done {
    println!("── {what}");
    let start = Instant::now();
    act()?;
    println!("   {what}: {:.1} s", start.elapsed().as_secs_f32());
    Ok(())
}

/// `cargo` with these words, in the workspace.
pub fn cargo(words: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words).current_dir(root());
    command
}

/// Whether this process is root (who may install packages).
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|(_, text)| text.trim() == "0")
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

trait InWorkspace {
    fn current_dir_if_unset(&mut self) -> &mut Self;
}
impl InWorkspace for Command {
    fn current_dir_if_unset(&mut self) -> &mut Self {
        if self.get_current_dir().is_none() {
            self.current_dir(root());
        }
        self
    }
}
