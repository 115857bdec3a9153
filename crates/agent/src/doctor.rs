//! Can this computer be used? Each check says what it found and what to do.

use serde::Serialize;

use crate::command::Command;
use crate::failure::Failure;
use crate::say::Say;
use crate::server::Server;
use crate::settings::Settings;
use crate::token::Module;

/// One check.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    pub check: &'static str,
    pub ok: bool,
    pub found: String,
    pub do_next: String,
}

impl Check {
    fn new(check: &'static str, found: Result<String, Failure>) -> Self {
        match found {
            Ok(found) => Self {
                check,
                ok: true,
                found,
                do_next: String::new(),
            },
            Err(failure) => Self {
                check,
                ok: false,
                found: failure.detail,
                do_next: failure.next,
            },
        }
    }
}

/// All checks, and the label of the token that was found; the PIN is tried only when it is given (a wrong try counts on the token).
pub async fn checks(settings: &Settings, command: &Command) -> (Vec<Check>, Option<String>) {
    let mut checks = vec![Check::new("server", server(settings).await)];
    let module = settings.module().and_then(|path| Ok((path.clone(), Module::load(path)?)));
    let module = match module {
        Ok((path, module)) => {
            checks.push(Check::new("module", Ok(path.display().to_string())));
            module
        }
        Err(failure) => {
            checks.push(Check::new("module", Err(failure)));
            return (checks, None);
        }
    };
    let found = module.find(settings.token.as_deref());
    checks.push(Check::new(
        "token",
        found
            .clone()
            .map(|(_, info)| format!("{}（{} {}）", info.label(), info.manufacturer_id(), info.serial_number())),
    ));
    let Ok((_, info)) = found else { return (checks, None) };
    let label = Some(info.label().to_owned());
    checks.push(Check::new("pin_state", pin_state(&info)));
    if command.pin_fd.is_none() {
        return (checks, label);
    }
    let token = crate::pin::read(command.pin_fd).and_then(|pin| module.open(settings.token.as_deref(), &pin));
    checks.push(Check::new(
        "pin",
        token.as_ref().map(|_| "PINが合っています".into()).map_err(Clone::clone),
    ));
    if let Ok(token) = token {
        checks.push(Check::new("certificate", certificate(&token)));
    }
    (checks, label)
}

fn certificate(token: &crate::token::Token) -> Result<String, Failure> {
    let keys = token.keys()?;
    let names: Vec<String> = keys
        .iter()
        .filter_map(|key| key.certificate.as_ref())
        .map(|certificate| format!("{}（{} まで）", certificate.subject().short(), certificate.not_after().japanese()))
        .collect();
    if names.is_empty() {
        Err(Failure::refused(
            "certificate_not_here",
            "証明書がありません",
            "cecsign-agent enrol で証明書を受け取ってください。",
        ))
    } else {
        Ok(names.join("、"))
    }
}

async fn server(settings: &Settings) -> Result<String, Failure> {
    let address = settings.server()?;
    Server::at(address)?.is_alive().await?;
    Ok(address.to_owned())
}

fn pin_state(info: &cryptoki::slot::TokenInfo) -> Result<String, Failure> {
    let next = "トークンの管理ソフトで確かめるか、認証局に連絡してください。";
    if info.user_pin_locked() {
        Err(Failure::refused("token_pin_locked", "PINがロックされています", next))
    } else if !info.user_pin_initialized() {
        Err(Failure::refused(
            "token_pin_unset",
            "PINが設定されていません",
            "トークンの管理ソフトでPINを設定してください。",
        ))
    } else if info.user_pin_final_try() {
        Err(Failure::refused(
            "token_pin_final",
            "次にPINを間違えるとロックされます",
            "PINを確かめてから使ってください。",
        ))
    } else {
        Ok("PINを入力できます".into())
    }
}

pub async fn run(command: &Command, say: &Say) -> Result<(), Failure> {
    let (checks, _) = checks(&Settings::of(command), command).await;
    show(&checks, *say);
    verdict(&checks)
}

pub fn show(checks: &[Check], say: Say) {
    if say.is_json() {
        say.line(&serde_json::to_string(checks).expect("texts become JSON"));
        return;
    }
    for check in checks {
        let name = match check.check {
            "server" => "サーバ",
            "module" => "トークンのソフトウェア",
            "token" => "トークン",
            "pin_state" => "PINの状態",
            "pin" => "PIN",
            _ => "証明書",
        };
        say.line(&format!("{} {name}: {}", if check.ok { "○" } else { "×" }, check.found));
        if !check.ok {
            say.line(&format!("   → {}", check.do_next));
        }
    }
}

/// Something lacks: status 2; a PIN that does not fit or a missing certificate: 1.
pub fn verdict(checks: &[Check]) -> Result<(), Failure> {
    let Some(first) = checks.iter().find(|check| !check.ok) else {
        return Ok(());
    };
    let lacking = matches!(first.check, "server" | "module" | "token");
    let failure = if lacking { Failure::lacking } else { Failure::refused };
    Err(failure(
        "doctor",
        "使えない点があります。",
        "×の項目の「→」のとおりにしてください。",
    ))
}
