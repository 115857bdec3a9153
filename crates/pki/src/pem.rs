//! PEM (RFC 7468).

use base64::{Engine, engine::general_purpose::STANDARD};

/// One block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// `CERTIFICATE`, `CERTIFICATE REQUEST`, `X509 CRL`, `PUBLIC KEY`, …
    pub label: String,
    /// The bytes.
    pub der: Vec<u8>,
}

/// Writes one block, lines of 64 characters.
#[must_use]
pub fn encode(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = String::with_capacity(text.len() + text.len() / 64 + 64);
    out.push_str(&format!("-----BEGIN {label}-----\n"));
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// Reads all blocks; text between them is ignored.
///
/// # Errors
/// A block that does not end, or is not base64.
pub fn decode(text: &str) -> Result<Vec<Block>, PemError> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines().map(str::trim) {
        if let Some((label, body)) = &mut open {
            if let Some(end) = line.strip_prefix("-----END ").and_then(|rest| rest.strip_suffix("-----")) {
                if end != label {
                    return Err(PemError::Unclosed(label.clone()));
                }
                let der = STANDARD.decode(body.as_bytes()).map_err(|_| PemError::NotBase64(label.clone()))?;
                blocks.push(Block {
                    label: std::mem::take(label),
                    der,
                });
                open = None;
            } else {
                body.push_str(line);
            }
        } else if let Some(label) = line.strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----")) {
            open = Some((label.to_owned(), String::new()));
        }
    }
    match open {
        Some((label, _)) => Err(PemError::Unclosed(label)),
        None => Ok(blocks),
    }
}

/// The DER of `bytes`, which are DER already or one PEM block with `label`.
///
/// # Errors
/// PEM without such a block.
pub fn der_of(bytes: &[u8], label: &str) -> Result<Vec<u8>, PemError> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains("-----BEGIN ") => decode(text)?
            .into_iter()
            .find(|block| block.label == label)
            .map(|block| block.der)
            .ok_or_else(|| PemError::NoBlock(label.to_owned())),
        _ => Ok(bytes.to_vec()),
    }
}

/// What is wrong with PEM text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PemError {
    /// The block does not end.
    Unclosed(String),
    /// The block is not base64.
    NotBase64(String),
    /// There is no block with this label.
    NoBlock(String),
}

impl std::fmt::Display for PemError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unclosed(label) => write!(f, "PEM block {label} does not end"),
            Self::NotBase64(label) => write!(f, "PEM block {label} is not base64"),
            Self::NoBlock(label) => write!(f, "no PEM block {label}"),
        }
    }
}
impl std::error::Error for PemError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_go_round_and_text_between_is_ignored() {
        let text = format!("subject=…\n{}{}", encode("CERTIFICATE", &[7; 100]), encode("X509 CRL", &[]));
        let blocks = decode(&text).unwrap();
        assert_eq!(
            blocks[0],
            Block {
                label: "CERTIFICATE".to_owned(),
                der: vec![7; 100]
            }
        );
        assert_eq!(blocks[1].der, [0u8; 0]);
        assert_eq!(der_of(text.as_bytes(), "X509 CRL").unwrap(), [0u8; 0]);
        assert!(matches!(der_of(text.as_bytes(), "PUBLIC KEY"), Err(PemError::NoBlock(_))));
        assert_eq!(decode("-----BEGIN A-----\nAAAA\n"), Err(PemError::Unclosed("A".to_owned())));
        assert_eq!(
            decode("-----BEGIN A-----\n*\n-----END A-----"),
            Err(PemError::NotBase64("A".to_owned()))
        );
    }
}
