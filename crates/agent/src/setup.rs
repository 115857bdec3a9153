//! Checks, and remembers server, module and token.

use serde_json::json;

use crate::command::Command;
use crate::doctor;
use crate::failure::Failure;
use crate::say::Say;
use crate::settings::Settings;

pub async fn run(command: &Command, say: &Say) -> Result<(), Failure> {
    let mut settings = Settings::of(command);
    let (checks, label) = doctor::checks(&settings, command).await;
    doctor::show(&checks, *say);
    // A missing certificate is no hindrance: getting one is what comes next.
    let checks: Vec<_> = checks.into_iter().filter(|check| check.check != "certificate").collect();
    doctor::verdict(&checks)?;
    settings.token = settings.token.or(label);
    let path = settings.save()?;
    say.event(
        "done",
        &format!("設定を {} に記憶しました。", path.display()),
        json!({ "settings": path }),
    );
    Ok(())
}
