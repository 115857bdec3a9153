//! `cecsign-agent`: key, certificate and signature on a PKCS#11 token, beside the person who owns it.
//!
//! It listens to nothing. It calls the server it was told, with a code that a page showed to the person who signed in there
//! (docs/agent-protocol.md). The private key stays on the token, the token's PIN on this computer.
//!
//! Status 0 done · 1 refused or failed · 2 cannot be tried here.

mod command;
mod deed;
mod doctor;
mod enrol;
mod failure;
mod pin;
mod say;
mod self_test;
mod server;
mod settings;
mod setup;
mod sign;
mod token;

use std::process::ExitCode;

use clap::Parser;

use command::{Act, Command};
use say::Say;

fn main() -> ExitCode {
    let command = match Command::try_parse() {
        Ok(command) => command,
        Err(wrong) => {
            // Help and version are no failures.
            let _ = wrong.print();
            return if wrong.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let say = Say::new(command.json);
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return ExitCode::from(2);
    };
    let done = runtime.block_on(async {
        match &command.act {
            Act::Enrol(act) => enrol::run(&command, act, &say).await,
            Act::Sign(act) => sign::run(&command, act, &say).await,
            Act::SelfTest => self_test::run(&command, &say),
            Act::Doctor => doctor::run(&command, &say).await,
            Act::Setup => setup::run(&command, &say).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // What `doctor` found is one JSON list; its last item needs no line of its own.
            if !(command.json && failure.code == "doctor") {
                say.failed(&failure);
            }
            ExitCode::from(failure.status)
        }
    }
}
