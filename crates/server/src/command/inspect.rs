//! `cectrust inspect`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use foundation::{Clock, SystemClock};

/// Options of `inspect`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "例：\n  cectrust inspect 契約書.pdf\n  cectrust inspect cert.pem ca.crl bundle.zip")]
pub struct Options {
    /// PDF、証明書、CRL、証拠記録、bundle.zip
    #[arg(required = true, value_name = "ファイル")]
    pub files: Vec<PathBuf>,
}

/// Shows what is inside. 0 shown · 3 unreadable.
#[must_use]
pub fn run(options: &Options) -> ExitCode {
    let mut status = 0;
    for file in &options.files {
        println!("{}", file.display());
        match std::fs::read(file) {
            Ok(bytes) => {
                for line in look(file, &bytes) {
                    println!("  {line}");
                }
            }
            Err(error) => {
                println!("  {}", crate::trust::in_japanese(&error));
                status = 3;
            }
        }
    }
    ExitCode::from(status)
}

fn look(file: &Path, bytes: &[u8]) -> Vec<String> {
    let mut lines = vec![format!("{} bytes, SHA-256 {}", bytes.len(), hex::encode(evidence::sha256(bytes)))];
    if evidence::is_bundle(bytes) {
        match evidence::zip::read(bytes) {
            Ok(members) => lines.extend(members.iter().map(|(name, content)| format!("{name}  {} bytes", content.len()))),
            Err(error) => lines.push(format!("ZIP: {error}")),
        }
        return lines;
    }
    if bytes.starts_with(b"%PDF") || file.extension().is_some_and(|name| name == "pdf") {
        // No anchors: facts only.
        match pades::validate(bytes, &pades::Trust::default(), SystemClock.now(), None) {
            Ok(report) => {
                lines.push(format!(
                    "PDF, {} signatures, {} time-stamps",
                    report.signatures.len(),
                    report.timestamps.len()
                ));
                for signature in &report.signatures {
                    lines.push(format!(
                        "{}: {} {} intact {:?} covers {:?} changes {:?}",
                        signature.field,
                        signature.sub_filter,
                        signature.signer.as_deref().unwrap_or("-"),
                        signature.intact,
                        signature.covers,
                        signature.changes
                    ));
                }
                for stamp in &report.timestamps {
                    lines.push(format!(
                        "{}: {} time-stamp {} intact {:?}",
                        stamp.field,
                        stamp.kind,
                        stamp.time.map(foundation::Instant::rfc3339).unwrap_or_default(),
                        stamp.intact
                    ));
                }
            }
            Err(error) => lines.push(format!("PDF: {error}")),
        }
        return lines;
    }
    let certificates = crate::trust::certificates(bytes);
    for certificate in certificates.iter().filter_map(|der| pki::Certificate::parse(der).ok()) {
        lines.push(format!("certificate {}", certificate.subject()));
        lines.push(format!("  issuer {}", certificate.issuer()));
        lines.push(format!(
            "  {} – {}, SHA-256 {}",
            certificate.not_before().rfc3339(),
            certificate.not_after().rfc3339(),
            hex::encode(certificate.sha256())
        ));
    }
    if let Ok(crl) = pki::Crl::parse(bytes) {
        lines.push(format!(
            "CRL of {}, {} entries, {} – {}",
            crl.issuer(),
            crl.len(),
            crl.this_update().rfc3339(),
            crl.next_update().map(foundation::Instant::rfc3339).unwrap_or_default()
        ));
    }
    if let Ok(token) = cms::tsp::Token::parse(bytes) {
        lines.push(format!("time-stamp token {}", token.info.gen_time.rfc3339()));
    }
    lines
}
