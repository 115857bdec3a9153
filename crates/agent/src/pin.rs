//! The token's PIN: from a file descriptor or the terminal, never from an argument or the environment.

use std::io::{BufRead as _, BufReader, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use foundation::Secret;
use zeroize::Zeroize as _;

use crate::failure::Failure;

/// Reads the PIN up to the first line end.
pub fn read(descriptor: Option<u32>) -> Result<Secret<String>, Failure> {
    let mut text = String::new();
    match descriptor {
        Some(number) => {
            let missing = |_| {
                let next = "「--pin-fd 3 3<PINのファイル」のように、読める番号を指定してください。";
                Failure::lacking("pin_fd_unreadable", format!("ファイル記述子 {number} からPINを読めません。"), next)
            };
            let file = std::fs::File::open(format!("/dev/fd/{number}")).map_err(missing)?;
            BufReader::new(file).read_line(&mut text).map_err(missing)?;
        }
        None if std::io::stdin().is_terminal() => {
            eprint!("トークンのPIN: ");
            let _ = std::io::stderr().flush();
            let hidden = echo(false);
            let read = std::io::stdin().lock().read_line(&mut text);
            if hidden {
                echo(true);
                eprintln!();
            }
            read.map_err(|_| missing_pin())?;
        }
        None => return Err(missing_pin()),
    }
    let pin = text.trim_end_matches(['\r', '\n']).to_owned();
    text.zeroize();
    if pin.is_empty() {
        return Err(missing_pin());
    }
    Ok(Secret::new(pin))
}

fn missing_pin() -> Failure {
    Failure::lacking(
        "pin_missing",
        "トークンのPINがありません。",
        "端末で実行するか、--pin-fd でPINを渡してください。",
    )
}

/// Switches the terminal's echo; a terminal without `stty` shows what is typed.
fn echo(on: bool) -> bool {
    let word = if on { "echo" } else { "-echo" };
    Command::new("stty")
        .arg(word)
        .stdin(Stdio::inherit())
        .status()
        .is_ok_and(|status| status.success())
}
