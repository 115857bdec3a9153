//! Signing outside, as Acrobat with a token would: pyHanko through PKCS#11.

use std::{path::Path, process::Stdio};

use tokio::{io::AsyncWriteExt, process::Command};

use crate::{
    command::demo::Key,
    script::{failure::Failure, machine, play::Play, record::Line},
};

/// Reads `{"pdf","out","field","module","label","subfilter"}` and, on the second line, the PIN.
const PROGRAM: &str = r#"
import json, sys
wish = json.loads(sys.stdin.readline())
pin = sys.stdin.readline().strip()
import pkcs11
from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign import signers, fields
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
session = open_pkcs11_session(wish["module"], token_criteria=TokenCriteria(label=wish["label"]), user_pin=pin)
try:
    certificate = next(iter(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE})))
    label = certificate[pkcs11.Attribute.LABEL]
    identity = certificate[pkcs11.Attribute.ID]
    signer = PKCS11Signer(session, cert_id=identity, key_id=identity, other_certs_to_pull=(), prefer_pss=False, use_raw_mechanism=wish["ec"])
    meta = signers.PdfSignatureMetadata(
        field_name=wish["field"], md_algorithm="sha384" if wish.get("sha384") else "sha256",
        subfilter=fields.SigSeedSubFilter.PADES if wish["subfilter"] == "ETSI.CAdES.detached" else fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    with open(wish["pdf"], "rb") as source, open(wish["out"], "wb") as to:
        writer = IncrementalPdfFileWriter(source)
        signers.PdfSigner(meta, signer=signer).sign_pdf(writer, output=to, existing_fields_only=True)
finally:
    session.close()
"#;

/// Signs `pdf` into `out` in `field` with the person's token.
pub async fn sign(play: &mut Play, key: &str, pdf: &Path, out: &Path, field: &str, sub_filter: &str) -> Result<(), Failure> {
    let lacking = |what: &str| Failure::new("pyHanko", what.to_owned());
    let python = machine::python().ok_or_else(|| lacking("pyHanko の入った Python がありません"))?;
    let module = machine::softhsm_module().ok_or_else(|| lacking("libsofthsm2.so がありません"))?;
    let token = play.tokens.get(key).ok_or_else(|| lacking("トークンがありません"))?;
    let wish = serde_json::json!({
        "pdf": pdf, "out": out, "field": field, "module": module, "label": token.label, "subfilter": sub_filter,
        "sha384": play.key == Key::P384, "ec": matches!(play.key, Key::P256 | Key::P384),
    });
    let begun = std::time::Instant::now();
    let mut child = Command::new(python)
        .args(["-c", PROGRAM])
        .env("SOFTHSM2_CONF", token.configuration())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = child.stdin.take().ok_or_else(|| lacking("standard input"))?;
    stdin.write_all(format!("{wish}\n{}\n", token.pin()).as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    play.record.note(Line {
        actor: key.to_owned(),
        act: "signOutside".to_owned(),
        method: "run".to_owned(),
        path: format!("pyhanko {sub_filter}"),
        status: output.status.code().and_then(|code| u16::try_from(code).ok()).unwrap_or(255),
        ms: begun.elapsed().as_millis(),
        ..Line::default()
    })?;
    if output.status.success() {
        Ok(())
    } else {
        Err(lacking(&String::from_utf8_lossy(&output.stderr)))
    }
}
