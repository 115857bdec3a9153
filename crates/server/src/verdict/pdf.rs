//! The verdict on one PDF.

use foundation::Instant;
use pades::{Changes, Coverage, Indication, Intact, Report, Verdict};
use serde_json::json;

use crate::{
    command::verify::{Finding, cannot_read},
    trust::Anchors,
};

/// Validates every signature and time-stamp of a PDF against the given anchors.
#[must_use]
pub fn pdf(bytes: &[u8], anchors: &Anchors, at: Instant) -> Finding {
    let trust = pades::Trust::new(anchors.certificates.clone());
    // Lists that the verifier fetched himself; they are judged like those inside the file.
    let brought = pades::Material {
        crls: anchors.lists.clone(),
        ..pades::Material::default()
    };
    match pades::validate(bytes, &trust, at, Some(&brought).filter(|brought| !brought.crls.is_empty())) {
        Ok(report) => finding(&report),
        Err(error) => {
            let japanese = match (&error, pdf::Document::open(bytes)) {
                (pades::Error::Unsuitable("encrypted"), _) => pdf::Error::Encrypted.sentence(),
                (_, Err(why)) => why.sentence(),
                (_, Ok(_)) => "PDFの内部構造が壊れています。".to_owned(),
            };
            cannot_read(&japanese, &format!("not readable as a PDF ({error})"))
        }
    }
}

/// A report as a finding.
#[must_use]
pub fn finding(report: &Report) -> Finding {
    let (status, verdict, japanese, english) = match report.verdict() {
        Verdict::Valid => (
            0,
            "valid",
            "有効：すべての署名とタイムスタンプを確かめました。",
            "valid: every signature and time-stamp was verified",
        ),
        Verdict::Altered => (
            1,
            "altered",
            "無効：変更されているか、失効しているか、誤りがあります。",
            "altered, revoked or wrong",
        ),
        Verdict::Undecidable => (
            2,
            "undecidable",
            "判断できません：足りないものがあります。",
            "cannot be decided: something is missing",
        ),
        Verdict::Unsigned => (
            2,
            "unsigned",
            "判断できません：署名がありません。",
            "cannot be decided: there is no signature",
        ),
    };
    let mut lines = vec![japanese.to_owned(), english.to_owned()];
    for signature in &report.signatures {
        lines.push(format!(
            "署名 {} ／ signature: {}　{}",
            signature.field,
            signature.signer.as_deref().unwrap_or("署名者不明 (unknown signer)"),
            indication(signature.indication, signature.sub_indication.as_ref())
        ));
        lines.push(format!("  水準 level: {}（{}）", signature.level.japanese(), signature.sub_filter));
        lines.push(format!("  {}", intact(signature.intact)));
        lines.push(format!("  {}", covers(signature.covers)));
        lines.push(format!("  {}", changes(signature.changes)));
        if let Some(time) = signature.claimed_time {
            lines.push(format!("  署名者の時計の時刻 claimed time: {}", time.rfc3339_japan()));
        }
        if let Some(time) = signature.proven_time {
            lines.push(format!("  証明された時刻 proven time: {}", time.rfc3339_japan()));
        }
        lines.extend(reasons(&signature.reasons, signature.sub_indication));
    }
    for stamp in &report.timestamps {
        lines.push(format!(
            "タイムスタンプ {}（{}）／ time-stamp: {}　{}　{}",
            stamp.field,
            stamp.kind,
            stamp.unit.as_deref().unwrap_or("不明 (unknown)"),
            stamp.time.map(Instant::rfc3339_japan).unwrap_or_default(),
            indication(stamp.indication, stamp.sub_indication.as_ref())
        ));
        lines.extend(reasons(&stamp.reasons, stamp.sub_indication));
    }
    lines.extend(report.warnings.iter().map(|warning| format!("注意 warning: {warning}")));
    Finding {
        status,
        json: json!({
            "verdict": verdict,
            "signatures": report.signatures,
            "timestamps": report.timestamps,
            "evidence": null,
            "warnings": report.warnings,
        }),
        lines,
    }
}

/// Why something did not pass: in Japanese with names and times, then in English what the sub-indication means.
fn reasons(reasons: &[String], sub: Option<pades::SubIndication>) -> Vec<String> {
    let english = sub.map(|sub| sub.english().to_owned());
    reasons
        .iter()
        .cloned()
        .chain(english)
        .map(|reason| format!("  - {reason}"))
        .collect()
}

fn indication(indication: Indication, sub: Option<&pades::SubIndication>) -> String {
    let (japanese, word) = match indication {
        Indication::TotalPassed => ("有効", "TOTAL-PASSED"),
        Indication::TotalFailed => ("無効", "TOTAL-FAILED"),
        Indication::Indeterminate => ("判断できません", "INDETERMINATE"),
    };
    let sub = sub
        .and_then(|sub| serde_json::to_value(sub).ok())
        .and_then(|word| word.as_str().map(|word| format!(" / {word}")));
    format!("{japanese} [{word}{}]", sub.unwrap_or_default())
}

const fn intact(intact: Intact) -> &'static str {
    match intact {
        Intact::Yes => "署名した内容は変わっていません。 The signed bytes are unchanged.",
        Intact::No => "署名した内容が変わっています。 The signed bytes were changed.",
        Intact::Unclear => "署名した内容が変わっていないかを、確かめられません。 Whether the signed bytes are unchanged is unclear.",
    }
}

const fn covers(covers: Coverage) -> &'static str {
    match covers {
        Coverage::File => "ファイル全体に対する署名です。 It covers the whole file.",
        Coverage::Revision => {
            "署名したときのファイル全体に対する署名です（後に追記があります）。 It covers the whole revision it was made in."
        }
        Coverage::Unclear => "何に対する署名かが、はっきりしません。 What it covers is unclear.",
    }
}

const fn changes(changes: Changes) -> &'static str {
    match changes {
        Changes::None => "後からの変更はありません。 Nothing was changed later.",
        Changes::Archive => "後から加わったのは、検証情報とタイムスタンプだけです。 Only validation data and time-stamps were added later.",
        Changes::Form => "後から、決められた欄への記入と署名がありました。 Fields were filled or signed later.",
        Changes::Annotations => "後から、注釈が加えられました。 Annotations were added later.",
        Changes::Other => "後から、それ以外の変更がありました。 Other changes were made later.",
    }
}
