//! `cectrust inspect`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use foundation::{Clock, Instant, SystemClock};

use crate::words;

/// Options of `inspect`.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "例：\n  cectrust inspect 契約書.pdf\n  cectrust inspect cert.pem ca.crl bundle.zip\n  cectrust inspect custody/evidence.ers custody/stamp.tst custody/proof.txt"
)]
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
                println!("  {}", words::of_disk(&error));
                status = 3;
            }
        }
    }
    ExitCode::from(status)
}

fn look(file: &Path, bytes: &[u8]) -> Vec<String> {
    let mut lines = vec![format!("{}バイト、SHA-256 {}", bytes.len(), hex::encode(evidence::sha256(bytes)))];
    let found = if evidence::is_bundle(bytes) {
        bundle(bytes)
    } else if bytes.starts_with(b"%PDF") || file.extension().is_some_and(|name| name == "pdf") {
        pdf(bytes)
    } else {
        let mut found = of_certification(bytes);
        found.extend(of_evidence(bytes));
        found
    };
    if found.is_empty() {
        lines.push("知っている形のファイルではありません（PDF、証明書、CRL、OCSP、タイムスタンプ、証拠記録、記録簿の文書、bundle.zip を読めます）。".to_owned());
    }
    lines.extend(found);
    lines
}

fn bundle(bytes: &[u8]) -> Vec<String> {
    match evidence::zip::read(bytes) {
        Ok(members) => members
            .iter()
            .flat_map(|(name, content)| {
                let inside = of_evidence(content).into_iter().map(|line| format!("  {line}"));
                std::iter::once(format!("{name}  {}バイト", content.len())).chain(inside)
            })
            .collect(),
        Err(error) => vec![format!("証拠一式のZIPとして読めません。{}", words::detail(&error))],
    }
}

/// Facts only: no anchor is known here.
fn pdf(bytes: &[u8]) -> Vec<String> {
    let report = match pades::validate(bytes, &pades::Trust::default(), SystemClock.now(), None) {
        Ok(report) => report,
        Err(error) => return vec![format!("PDFとして読めません。{}", words::detail(&error))],
    };
    let mut lines = vec![format!(
        "PDF：署名{}、タイムスタンプ{}（信頼できるかは cectrust verify --trust で確かめます）",
        report.signatures.len(),
        report.timestamps.len()
    )];
    if let Ok(document) = pdf::Document::open(bytes) {
        for field in document.last().fields().unwrap_or_default() {
            if field.is_empty_signature() {
                lines.push(format!("署名欄「{}」：空き", field.name));
            }
        }
    }
    for signature in &report.signatures {
        lines.push(format!(
            "署名欄「{}」：{}、{}、署名者 {}、{}、{}、{}",
            signature.field,
            signature.sub_filter,
            signature.level.japanese(),
            signature.signer.as_deref().unwrap_or("不明"),
            intact(signature.intact),
            covers(signature.covers),
            changes(signature.changes)
        ));
    }
    for stamp in &report.timestamps {
        lines.push(format!(
            "「{}」：{}、{}、{}",
            stamp.field,
            if stamp.kind == "document" {
                "文書のタイムスタンプ"
            } else {
                "署名のタイムスタンプ"
            },
            stamp.time.map(Instant::rfc3339_japan).unwrap_or_default(),
            intact(stamp.intact)
        ));
    }
    lines
}

const fn intact(intact: pades::Intact) -> &'static str {
    match intact {
        pades::Intact::Yes => "改変なし",
        pades::Intact::No => "改変あり",
        pades::Intact::Unclear => "改変の有無は不明",
    }
}

const fn covers(covers: pades::Coverage) -> &'static str {
    match covers {
        pades::Coverage::File => "ファイル全体が対象",
        pades::Coverage::Revision => "その版までが対象（後に追記あり）",
        pades::Coverage::Unclear => "対象の範囲が不明",
    }
}

const fn changes(changes: pades::Changes) -> &'static str {
    match changes {
        pades::Changes::None => "後の変更なし",
        pades::Changes::Archive => "後に検証情報とタイムスタンプだけを追記",
        pades::Changes::Form => "後に別の欄の記入または署名",
        pades::Changes::Annotations => "後に注釈を追加",
        pades::Changes::Other => "後に内容を変更",
    }
}

fn of_certification(bytes: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    for certificate in crate::trust::certificates(bytes)
        .iter()
        .filter_map(|der| pki::Certificate::parse(der).ok())
    {
        lines.push(format!("証明書：{}", certificate.subject()));
        lines.push(format!("  発行者 {}、シリアル番号 {}", certificate.issuer(), certificate.serial()));
        lines.push(format!(
            "  有効期間 {} から {} まで、SHA-256 {}",
            certificate.not_before().rfc3339_japan(),
            certificate.not_after().rfc3339_japan(),
            hex::encode(certificate.sha256())
        ));
    }
    if let Ok(crl) = pki::Crl::parse(bytes) {
        lines.push(format!(
            "失効リスト（CRL）：{}、{}件、{} から {} まで",
            crl.issuer(),
            crl.len(),
            crl.this_update().rfc3339_japan(),
            crl.next_update().map(Instant::rfc3339_japan).unwrap_or_default()
        ));
    }
    if let Ok(answer) = pki::OcspResponse::parse(bytes) {
        for single in answer.singles() {
            let status = match single.status {
                pki::OcspStatus::Good => "有効".to_owned(),
                pki::OcspStatus::Revoked { at, .. } => format!("{} に失効", at.rfc3339_japan()),
                pki::OcspStatus::Unknown => "知らない証明書".to_owned(),
            };
            lines.push(format!(
                "失効の答え（OCSP）：シリアル番号 {}、{status}、{} の時点",
                single.id.serial,
                single.this_update.rfc3339_japan()
            ));
        }
    }
    lines
}

fn of_evidence(bytes: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Ok(record) = evidence::ers::EvidenceRecord::parse(bytes) {
        lines.push("証拠記録（RFC 4998）：".to_owned());
        for (chain, der) in record.tokens() {
            let token = cms::tsp::Token::parse(der).map_or_else(|_| "読めないタイムスタンプ".to_owned(), |token| stamp(&token));
            lines.push(format!("  {}番目の連鎖：{token}", chain + 1));
        }
    }
    if let Ok(token) = cms::tsp::Token::parse(bytes) {
        lines.push(format!("タイムスタンプ（RFC 3161）：{}", stamp(&token)));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return lines };
    if let Some(entry) = evidence::Entry::parse(bytes) {
        lines.push(format!("記録簿の項目：種類 {}、SHA-256 {}", entry.kind, hex::encode(entry.sha256)));
    }
    if let Ok(proof) = evidence::Proof::parse(text) {
        lines.push(format!(
            "記録簿に含まれることの証明：{}番目の項目、経路{}段",
            proof.index,
            proof.hashes.len()
        ));
        lines.extend(note(&proof.checkpoint).into_iter().map(|line| format!("  {line}")));
    } else {
        lines.extend(note(text));
    }
    if let Ok(record) = evidence::Record::parse(bytes) {
        lines.push(format!(
            "原本の記録：{}、{}、{}バイト、受入れ {}、{} まで保管",
            record.id, record.content.media, record.content.size, record.received, record.retain_until
        ));
    }
    if let Ok(batch) = evidence::Batch::parse(bytes) {
        lines.push(format!(
            "証拠の回：{}回目、{} に締切り、原本{}件、記録簿は{}件まで",
            batch.round, batch.closed, batch.originals, batch.size
        ));
    }
    if let Ok(key) = evidence::VerifierKey::parse(text.trim_end()) {
        lines.push(format!("記録簿の検証鍵：{key}"));
    }
    lines
}

fn stamp(token: &cms::tsp::Token) -> String {
    let unit = token.verify(&[]).map_or_else(
        |_| "時刻認証局の証明書は入っていません".to_owned(),
        |verified| verified.unit.subject().to_string(),
    );
    format!(
        "{}、{}、対象の {} {}",
        token.info.gen_time.rfc3339_japan(),
        unit,
        token.info.digest.name(),
        hex::encode(&token.info.imprint)
    )
}

fn note(text: &str) -> Vec<String> {
    let Ok(note) = evidence::Note::parse(text) else { return Vec::new() };
    let mut lines = match evidence::Checkpoint::parse(text) {
        Ok(checkpoint) => vec![format!(
            "記録簿の署名つき要約：{}、{}件、ルート {}",
            checkpoint.origin,
            checkpoint.size,
            hex::encode(checkpoint.root)
        )],
        Err(_) => vec![format!("署名つきの文書：{}行", note.text.lines().count())],
    };
    for signature in &note.signatures {
        lines.push(format!(
            "  署名 {}（鍵 {}、{}バイト）",
            signature.name,
            hex::encode(signature.id),
            signature.signature.len()
        ));
    }
    lines
}
