//! What all acts begin with: the token opened, the code used.

use serde_json::json;

use crate::command::Command;
use crate::failure::Failure;
use crate::say::Say;
use crate::server::{Hello, Server};
use crate::settings::Settings;
use crate::token::{Module, Token};

/// Loads the module, finds the token, asks for the PIN.
pub fn open(settings: &Settings, command: &Command) -> Result<Token, Failure> {
    let module = Module::load(settings.module()?)?;
    module.find(settings.token.as_deref())?;
    module.open(settings.token.as_deref(), &crate::pin::read(command.pin_fd)?)
}

/// Uses the code and shows what it is for.
pub async fn hello(server: &mut Server, code: &str, kind: &str, say: Say) -> Result<Hello, Failure> {
    let hello = server.hello(code).await?;
    let display = &hello.display;
    let facts = json!({ "kind": hello.kind, "person": display.person, "company": display.company, "what": display.what });
    say.event("hello", &format!("{} {}\n{}", display.company, display.person, display.what), facts);
    if hello.kind == kind {
        return Ok(hello);
    }
    let right = if hello.kind == "sign" {
        "cecsign-agent sign"
    } else {
        "cecsign-agent enrol"
    };
    Err(Failure::refused(
        "code_for_another_act",
        "このコードは別の手続きのものです。",
        format!("新しいコードを表示させ、{right} を実行してください。"),
    ))
}
