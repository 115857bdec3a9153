//! The verdict on an evidence bundle, packed or lying loose in a folder.

use std::path::{Path, PathBuf};

use ::evidence::{Ended, Trust, Verdict, VerifierKey, verify_bundle, verify_members, zip::Members};
use foundation::Instant;
use serde_json::json;

use crate::{
    command::verify::{Finding, cannot_read},
    trust::Anchors,
};

fn trust(anchors: &Anchors) -> Trust {
    let log_keys = anchors.log_keys.iter().filter_map(|line| VerifierKey::parse(line).ok()).collect();
    Trust {
        roots: anchors.certificates.clone(),
        log_keys,
        crls: anchors.lists.clone(),
    }
}

/// A canonical bundle.
#[must_use]
pub fn bundle(bytes: &[u8], anchors: &Anchors, at: Instant) -> Finding {
    finding(&verify_bundle(bytes, &trust(anchors), at))
}

/// The files of a bundle lying loose in a folder.
#[must_use]
pub fn folder(path: &Path, anchors: &Anchors, at: Instant) -> Finding {
    match members(path) {
        Ok(members) if members.contains_key("record.json") => finding(&verify_members(&members, &trust(anchors), at)),
        Ok(_) => cannot_read(
            "証拠一式のフォルダではありません（record.json がありません）",
            "not the folder of a bundle (there is no record.json)",
        ),
        Err(error) => cannot_read(
            &format!("フォルダを読めません（{}）", crate::words::of_disk(&error)),
            &format!("cannot read the folder ({error})"),
        ),
    }
}

fn members(root: &Path) -> std::io::Result<Members> {
    let mut members = Members::new();
    let mut folders: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            // The packed bundle beside its own files is no part of it.
            if name != "bundle.zip" {
                members.insert(name, std::fs::read(&path)?);
            }
        }
    }
    Ok(members)
}

fn finding(verdict: &Verdict) -> Finding {
    let mut lines = vec![format!("{}。", verdict.verdict.ja()), verdict.verdict.en().to_owned()];
    for (japanese, value) in [
        ("原本 original", &verdict.original),
        ("SHA-256", &verdict.sha256),
        ("預かり番号 deposit", &verdict.deposit),
        ("保管期限 kept until", &verdict.retain_until),
    ] {
        if let Some(value) = value {
            lines.push(format!("{japanese}: {value}"));
        }
    }
    if let Some(time) = verdict.proven_time {
        lines.push(format!("証明された時刻 proven time: {}", time.rfc3339_japan()));
    }
    for check in &verdict.checks {
        let sign = match check.ended {
            Ended::Holds => "よし",
            Ended::Warning => "注意",
            Ended::Fails => "不可",
            Ended::Unknown => "不明",
            Ended::Skipped => "未確認",
        };
        lines.push(format!("[{sign}] {} {}", check.id, check.ja));
        lines.push(format!("       {}", check.en));
        if !check.repeat_with.is_empty() {
            lines.push(format!("       $ {}", check.repeat_with));
        }
    }
    let (signatures, timestamps, warnings) = match &verdict.signatures {
        Some(report) => (json!(report.signatures), json!(report.timestamps), json!(report.warnings)),
        None => (json!([]), json!([]), json!([])),
    };
    let word = match verdict.status {
        0 => "original",
        1 => "altered",
        2 => "undecidable",
        _ => "unreadable",
    };
    Finding {
        status: verdict.status,
        json: json!({ "verdict": word, "signatures": signatures, "timestamps": timestamps, "evidence": verdict, "warnings": warnings }),
        lines,
    }
}
