//! A signature made and verified on this computer: are token, key and certificate fit?

use foundation::{OsRandom, Random as _};
use serde_json::json;

use crate::command::Command;
use crate::deed;
use crate::failure::Failure;
use crate::say::Say;
use crate::settings::Settings;

pub fn run(command: &Command, say: &Say) -> Result<(), Failure> {
    let settings = Settings::of(command);
    let token = deed::open(&settings, command)?;
    let keys: Vec<_> = token.keys()?.into_iter().filter(|key| key.certificate.is_some()).collect();
    if keys.is_empty() {
        return Err(Failure::refused(
            "certificate_not_here",
            "トークンに証明書がありません。",
            "cecsign-agent enrol で証明書を受け取ってください。",
        ));
    }
    for key in &keys {
        let certificate = key.certificate.as_ref().expect("kept above");
        let name = certificate.subject().short();
        if certificate.spki_der() != key.public.spki_der() {
            return Err(Failure::refused(
                "certificate_foreign",
                format!("証明書（{name}）が鍵と合いません。"),
                "認証局に連絡してください。",
            ));
        }
        let mut message = b"cecsign-agent self-test\n".to_vec();
        let mut noise = [0; 32];
        OsRandom.fill(&mut noise);
        message.extend(noise);
        // `sign` verifies what the token made with the public key.
        token.sign(key, &message)?;
        let facts = json!({ "ok": true, "subject": name, "key_type": key.key_type.name(), "sha256": hex::encode(certificate.sha256()), "not_after": certificate.not_after().rfc3339() });
        say.event(
            "self_test",
            &format!("署名できました: {name}（{} まで）", certificate.not_after().japanese()),
            facts,
        );
    }
    say.event("done", "終わりました。", json!({ "keys": keys.len() }));
    Ok(())
}
