//! What a verifier trusts: certificates and log keys given on the command line, never those inside a file.

use std::path::{Path, PathBuf};

use base64::Engine as _;

use crate::words::{detail, of_disk};

/// Anchors that were given.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    /// Root certificates, DER.
    pub certificates: Vec<Vec<u8>>,
    /// Verifier keys of logs, as text lines.
    pub log_keys: Vec<String>,
    /// Lists of revoked certificates, DER, fetched by the verifier. (No anchors: each is believed only under one.)
    pub lists: Vec<Vec<u8>>,
}

/// Why an anchor could not be read.
#[derive(Debug)]
pub struct TrustError {
    /// Which file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

impl std::fmt::Display for TrustError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "--trust {}：{}\n次にすること：認証局の証明書（PEM）、記録簿の検証鍵（vkey）、失効リスト（CRL）か、それらのフォルダを渡してください。",
            self.path.display(),
            self.why
        )
    }
}
impl std::error::Error for TrustError {}

impl Anchors {
    /// Reads `*.pem`, `*.vkey` and `*.crl` of folders, and files as they are.
    ///
    /// # Errors
    /// What cannot be read, or holds no anchor.
    pub fn read(given: &[PathBuf]) -> Result<Self, TrustError> {
        let mut anchors = Self::default();
        for path in given {
            let wrong = |why: String| TrustError { path: path.clone(), why };
            if path.is_dir() {
                let mut files: Vec<PathBuf> = std::fs::read_dir(path)
                    .map_err(|error| wrong(of_disk(&error)))?
                    .filter_map(|entry| Some(entry.ok()?.path()))
                    .collect();
                files.sort();
                for file in files {
                    if matches!(file.extension().and_then(|name| name.to_str()), Some("pem" | "vkey" | "crl")) {
                        anchors.add(&file)?;
                    }
                }
            } else {
                anchors.add(path)?;
            }
        }
        Ok(anchors)
    }
    fn add(&mut self, file: &Path) -> Result<(), TrustError> {
        let wrong = |why: String| TrustError {
            path: file.to_owned(),
            why,
        };
        let bytes = std::fs::read(file).map_err(|error| wrong(of_disk(&error)))?;
        if file.extension().is_some_and(|name| name == "crl") {
            let list = blocks(&bytes, "X509 CRL").pop().unwrap_or(bytes);
            pki::Crl::parse(&list).map_err(|error| wrong(format!("失効リスト（CRL）として読めません。{}", detail(&error))))?;
            self.lists.push(list);
            return Ok(());
        }
        if file.extension().is_some_and(|name| name == "vkey") {
            let text = String::from_utf8(bytes).map_err(|_| wrong("検証鍵の文字が読めません".to_owned()))?;
            let keys: Vec<String> = text
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect();
            for key in &keys {
                evidence::VerifierKey::parse(key)
                    .map_err(|error| wrong(format!("記録簿の検証鍵（vkey）として読めません。{}", detail(&error))))?;
            }
            self.log_keys.extend(keys);
            return Ok(());
        }
        let found = certificates(&bytes);
        if found.is_empty() {
            return Err(wrong("PEM の証明書がありません".to_owned()));
        }
        self.certificates.extend(found);
        Ok(())
    }
}

/// The DER of every certificate in `bytes` (PEM, or one in DER).
#[must_use]
pub fn certificates(bytes: &[u8]) -> Vec<Vec<u8>> {
    if bytes.first() == Some(&0x30) {
        return vec![bytes.to_vec()];
    }
    blocks(bytes, "CERTIFICATE")
}

/// The DER of every PEM block of this kind.
fn blocks(bytes: &[u8], label: &str) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    text.split(&format!("-----BEGIN {label}-----"))
        .skip(1)
        .filter_map(|rest| rest.split(&format!("-----END {label}-----")).next().map(str::to_owned))
        .filter_map(|body| {
            let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
            base64::engine::general_purpose::STANDARD.decode(body).ok()
        })
        .collect()
}

/// PEM of one DER, with 64 characters a line.
#[must_use]
pub fn pem(label: &str, der: &[u8]) -> String {
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        text.push_str(std::str::from_utf8(line).expect("base64 is ASCII"));
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_goes_round() {
        let der: Vec<u8> = (0..200u8).collect();
        let text = pem("CERTIFICATE", &der);
        assert_eq!(certificates(format!("subject: x\n{text}{text}").as_bytes()), vec![der.clone(), der]);
        assert!(text.lines().all(|line| line.len() <= 64));
    }
}
