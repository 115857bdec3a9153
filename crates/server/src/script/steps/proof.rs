//! verify: what a stranger can check with the files alone; and the files of bundles lying loose.

use reqwest::Method;

use crate::script::{client::Act, failure::Failure, play::Play, record::Line};

/// Unpacks a bundle beside itself.
pub fn unpack(play: &mut Play, folder: &str, bundle: &[u8]) -> Result<(), Failure> {
    let members = evidence::zip::read(bundle).map_err(|error| Failure::new("bundle.zip", error.to_string()))?;
    let mut files = Vec::new();
    for (name, content) in &members {
        if name.split('/').any(|part| part == "..") || name.starts_with('/') {
            return Err(Failure::new("bundle.zip", format!("{name} に書くことはできません")));
        }
        files.push(play.record.keep(&format!("{folder}/{name}"), content)?);
        // The certificates below the root stand once more in chain/.
        if let Some(plain) = name.strip_prefix("chain/")
            && folder == "custody"
        {
            files.push(play.record.keep(&format!("chain/{plain}"), content)?);
        }
    }
    play.record.note(Line {
        actor: "tester".to_owned(),
        act: "unpackBundle".to_owned(),
        method: "run".to_owned(),
        path: folder.to_owned(),
        files,
        ..Line::default()
    })?;
    Ok(())
}

/// Verifies offline with `cectrust verify` and only `trust/`, asks the product's own 検証, and keeps what the responder says now.
pub async fn verify(play: &mut Play) -> Result<(), Failure> {
    status(play).await?;
    let out = play.record.folder().to_owned();
    let program = std::env::current_exe()?;
    let mut report = Vec::new();
    for file in ["case-1/3-concluded.pdf", "custody/bundle.zip", "custody/originality.pdf"] {
        // Not on a machine that prints none.
        if !out.join(file).exists() {
            continue;
        }
        let begun = std::time::Instant::now();
        let verified = tokio::process::Command::new(&program)
            .args(["verify", "--json", "--trust", "trust", file])
            .current_dir(&out)
            .output()
            .await?;
        let status = verified.status.code().unwrap_or(-1);
        let files = if file.starts_with("case-1") {
            vec![play.record.keep("case-1/report.json", &verified.stdout)?]
        } else {
            Vec::new()
        };
        play.record.note(Line {
            actor: "stranger".to_owned(),
            act: "verify".to_owned(),
            method: "run".to_owned(),
            path: format!("cectrust verify {file}"),
            status: u16::try_from(status).unwrap_or(255),
            files,
            ms: begun.elapsed().as_millis(),
            ..Line::default()
        })?;
        if status != 0 {
            let said = String::from_utf8_lossy(&verified.stdout).into_owned();
            report.push(format!("{file}: 状態 {status}: {said}"));
        }
    }
    let nobody = play.nobody("stranger")?;
    let pdf = std::fs::read(out.join("case-1/3-concluded.pdf"))?;
    let said = Act::new(&nobody, "verifyDocument", Method::POST, "/api/verify")
        .bytes("application/pdf", pdf)
        .done(&mut play.record)
        .await?
        .json();
    if said["verdict"] != "valid" {
        report.push(format!("verifyDocument: {said}"));
    }
    play.keep_mails().await?;
    if report.is_empty() {
        Ok(())
    } else {
        Err(Failure::new("verify", report.join("\n")))
    }
}

/// `status/`: both lists, and an OCSP answer for each signer.
async fn status(play: &mut Play) -> Result<(), Failure> {
    let nobody = play.nobody("stranger")?;
    let base = play.address.status_url.clone();
    for name in ["root.crl", "ca.crl"] {
        let file = format!("status/{name}");
        Act::new(&nobody, "crl", Method::GET, format!("{base}/g1/{name}"))
            .keeping(&file)
            .done(&mut play.record)
            .await?;
    }
    let out = play.record.folder().to_owned();
    let certificate = |file: &str| -> Result<pki::Certificate, Failure> {
        let der = crate::trust::certificates(&std::fs::read(out.join(file))?);
        let der = der
            .first()
            .ok_or_else(|| Failure::new("certificate", format!("{file} に証明書がありません")))?;
        pki::Certificate::parse(der).map_err(|error| Failure::new("certificate", error.to_string()))
    };
    let issuing = certificate("chain/issuing.pem")?;
    for key in ["tanaka", "yamamoto"] {
        let subscriber = certificate(&format!("people/{key}/cert.pem"))?;
        let id = pki::CertId::new(&issuing, subscriber.serial(), pki::DigestAlgorithm::Sha1)
            .map_err(|error| Failure::new("ocsp", error.to_string()))?;
        let request = pki::OcspRequest::build(&[id], None);
        let file = format!("status/{key}.ocsp");
        Act::new(&nobody, "ocsp", Method::POST, format!("{base}/g1/ocsp"))
            .bytes("application/ocsp-request", request)
            .keeping(&file)
            .done(&mut play.record)
            .await?;
    }
    Ok(())
}
