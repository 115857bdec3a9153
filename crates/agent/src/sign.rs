//! Signing: what is to be signed is fetched, hashed and rebuilt here; the token signs only what this program could have made alone.

use std::path::Path;

use cms::SignedAttributes;
use pki::DigestAlgorithm;
use serde_json::json;
use sha2::Digest as _;

use crate::command::{Command, Sign};
use crate::deed;
use crate::failure::Failure;
use crate::say::Say;
use crate::server::{Document, Server};
use crate::settings::{Settings, code};
use crate::token::Key;

pub async fn run(command: &Command, act: &Sign, say: &Say) -> Result<(), Failure> {
    let settings = Settings::of(command);
    let code = code(command)?;
    let mut server = Server::at(settings.server()?)?;
    let token = deed::open(&settings, command)?;
    deed::hello(&mut server, code, "sign", *say).await?;
    let documents = server.to_sign().await?.documents;
    let keys = token.keys()?;
    for document in &documents {
        let key = key_for(&keys, document)?;
        let file = server.file(&document.file).await?;
        let to_sign = rebuild(document, key, &file)?;
        let sha256 = hex::encode(sha2::Sha256::digest(&file));
        if let Some(folder) = &act.keep {
            keep(folder, document, &file)?;
        }
        let facts =
            json!({ "id": document.id, "title": document.title, "parties": document.parties, "bytes": file.len(), "sha256": sha256 });
        say.event(
            "document",
            &format!("「{}」 {}\nSHA-256 {sha256}", document.title, document.parties.join("・")),
            facts,
        );
        let signature = token.sign(key, &to_sign)?;
        let sentence = server.signature(&document.id, &signature).await?;
        say.event("signed", &sentence, json!({ "id": document.id }));
    }
    if documents.is_empty() {
        return Err(Failure::refused(
            "nothing_to_sign",
            "署名する文書がありません。",
            "画面で署名の準備をやり直してください。",
        ));
    }
    say.event("done", "終わりました。", json!({ "signed": documents.len() }));
    Ok(())
}

fn key_for<'k>(keys: &'k [Key], document: &Document) -> Result<&'k Key, Failure> {
    let wanted = document.certificate_sha256.to_ascii_lowercase();
    let named = |key: &&Key| {
        key.certificate
            .as_ref()
            .is_some_and(|certificate| hex::encode(certificate.sha256()) == wanted)
    };
    keys.iter().find(named).ok_or_else(|| {
        Failure::refused(
            "certificate_not_here",
            "署名に使う証明書が、このトークンにありません。",
            "証明書を書き込んだトークンを差し込んでください。",
        )
    })
}

/// The bytes to sign, made here from the file; they must be the ones the server named.
fn rebuild(document: &Document, key: &Key, file: &[u8]) -> Result<Vec<u8>, Failure> {
    let refuse = |code: &str, detail: &str| {
        Failure::refused(
            code,
            detail,
            "署名していません。画面で署名の準備をやり直し、続くときは運営者に連絡してください。",
        )
    };
    let [first, second] =
        signed_parts(document.byte_range, file).ok_or_else(|| refuse("byte_range", "署名の範囲が文書の全体ではありません。"))?;
    let algorithm = match document.digest_algorithm.as_str() {
        "sha256" => DigestAlgorithm::Sha256,
        "sha384" => DigestAlgorithm::Sha384,
        "sha512" => DigestAlgorithm::Sha512,
        _ => return Err(refuse("digest_algorithm", "知らないハッシュ方式です。")),
    };
    let digest = algorithm.digest(&[first, second].concat());
    let certificate = key
        .certificate
        .as_ref()
        .ok_or_else(|| refuse("certificate_not_here", "証明書がトークンにありません。"))?;
    let attributes = SignedAttributes {
        content_type: cms::ID_DATA,
        message_digest: digest.as_ref(),
        certificate,
        signing_time: None,
    };
    let to_sign = attributes.to_sign();
    if to_sign == document.signed_attributes {
        Ok(to_sign)
    } else {
        Err(refuse("document_differs", "署名を求められた内容が、受け取った文書と一致しません。"))
    }
}

/// The two parts around the hole, if the range is the whole file but one empty hex string.
fn signed_parts([start, first, from, rest]: [u64; 4], file: &[u8]) -> Option<[&[u8]; 2]> {
    let (first, from, rest) = (
        usize::try_from(first).ok()?,
        usize::try_from(from).ok()?,
        usize::try_from(rest).ok()?,
    );
    let hole = file.get(first..from)?;
    let digits = hole.strip_prefix(b"<")?.strip_suffix(b">")?;
    let whole = start == 0 && from.checked_add(rest)? == file.len() && digits.iter().all(|digit| *digit == b'0');
    whole.then(|| [&file[..first], &file[from..]])
}

fn keep(folder: &Path, document: &Document, file: &[u8]) -> Result<(), Failure> {
    let name: String = document
        .id
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .collect();
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(folder.join(format!("{name}.pdf")), file))
        .map_err(|error| {
            Failure::lacking(
                "keep_unwritable",
                format!("文書の写しを置けません: {error}"),
                "--keep で書き込めるフォルダを指定してください。",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::signed_parts;

    #[test]
    fn only_the_whole_file_around_one_empty_hole_is_signed() {
        let file = b"before<0000>after";
        assert_eq!(signed_parts([0, 6, 12, 5], file), Some([&b"before"[..], &b"after"[..]]));
        assert_eq!(signed_parts([0, 6, 12, 4], file), None);
        assert_eq!(signed_parts([1, 5, 12, 5], file), None);
        assert_eq!(signed_parts([0, 5, 12, 5], file), None);
        assert_eq!(signed_parts([0, 6, 12, u64::MAX], file), None);
        assert_eq!(signed_parts([0, 6, 12, 5], b"before<0A00>after"), None);
    }
}
