//! `cectrust verify`.

use std::path::{Path, PathBuf};

use foundation::{Clock, Instant, SystemClock};
use serde_json::{Value, json};

use crate::trust::Anchors;

/// Options of `verify` (outside.md §3).
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "例：\n  \
    cectrust verify 契約書.pdf --trust root.pem\n  \
    cectrust verify bundle.zip --trust trust/            証拠一式。trust/ の *.pem と *.vkey だけを信頼します（*.crl は失効の確認に使います）\n  \
    cectrust verify custody/                             ばらのファイル（original.pdf record.json evidence.ers …）\n  \
    cectrust verify 契約書.pdf --trust root.pem --at 2027-01-01T00:00:00+09:00 --json\n\n\
    信頼するのは --trust で渡したものだけです。ファイルの中にあるものは信頼しません。\n\
    終わりの状態：0 有効・原本　1 改ざん・失効・原本ではない　2 判断できない（足りないものを出します）　3 読めない・使い方の誤り\n\
    いくつかのファイルでは、1、3、2、0 の順で悪いものになります。")]
pub struct Options {
    /// 検証するPDF、bundle.zip、または証拠一式のフォルダ
    #[arg(required = true, value_name = "ファイル")]
    pub files: Vec<PathBuf>,
    /// 信頼する証明書（.pem）と記録簿の検証鍵（.vkey）、またはそれらのフォルダ。手元の新しい失効リスト（.crl）も置けます
    #[arg(long, value_name = "フォルダかPEM")]
    pub trust: Vec<PathBuf>,
    /// この時刻に立って検証する（RFC 3339。書かなければ今）
    #[arg(long, value_name = "時刻", value_parser = super::serve::moment)]
    pub at: Option<Instant>,
    /// ひとつにつき1行のJSONで出す
    #[arg(long)]
    pub json: bool,
}

/// What was found about one file.
#[derive(Clone, Debug)]
pub struct Finding {
    /// 0 valid · 1 altered · 2 undecidable · 3 unreadable.
    pub status: u8,
    /// The line of `--json`, without `file`.
    pub json: Value,
    /// Lines for people, Japanese then English.
    pub lines: Vec<String>,
}

/// Verifies every file and ends with the worst status.
#[must_use]
pub fn run(options: &Options) -> u8 {
    let anchors = match Anchors::read(&options.trust) {
        Ok(anchors) => anchors,
        Err(error) => {
            eprintln!("{error}");
            return 3;
        }
    };
    let at = options.at.unwrap_or_else(|| SystemClock.now());
    let mut worst = 0;
    for file in &options.files {
        let finding = look(file, &anchors, at);
        if options.json {
            let mut line = json!({ "file": file.display().to_string() });
            if let (Some(line), Some(found)) = (line.as_object_mut(), finding.json.as_object()) {
                line.extend(found.clone());
            }
            println!("{line}");
        } else {
            println!("{}", file.display());
            for line in &finding.lines {
                println!("  {line}");
            }
        }
        worst = worse(worst, finding.status);
    }
    worst
}

/// The worse of two statuses, in the order 1, 3, 2, 0.
#[must_use]
pub const fn worse(a: u8, b: u8) -> u8 {
    const fn rank(status: u8) -> u8 {
        match status {
            1 => 3,
            3 => 2,
            2 => 1,
            _ => 0,
        }
    }
    if rank(b) > rank(a) { b } else { a }
}

/// A sentence and its status, when there is nothing to tell but the failure.
pub(crate) fn cannot_read(japanese: &str, english: &str) -> Finding {
    Finding {
        status: 3,
        json: json!({ "verdict": "unreadable", "signatures": [], "timestamps": [], "evidence": null, "reasons": [japanese, english] }),
        lines: vec![format!("読めません：{japanese}"), format!("unreadable: {english}")],
    }
}

fn look(file: &Path, anchors: &Anchors, at: Instant) -> Finding {
    if file.is_dir() {
        return crate::verdict::folder(file, anchors, at);
    }
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            return cannot_read(
                &format!("ファイルを開けません（{}）", crate::words::of_disk(&error)),
                &format!("cannot open the file ({error})"),
            );
        }
    };
    if bytes.is_empty() {
        return cannot_read("0バイトのファイルです", "the file has 0 bytes");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return crate::verdict::bundle(&bytes, anchors, at);
    }
    crate::verdict::pdf(&bytes, anchors, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_files_the_worst_counts_in_the_order_1_3_2_0() {
        assert_eq!([0, 2].into_iter().fold(0, worse), 2);
        assert_eq!([2, 3, 0].into_iter().fold(0, worse), 3);
        assert_eq!([3, 1, 2].into_iter().fold(0, worse), 1);
        assert_eq!([0, 0].into_iter().fold(0, worse), 0);
    }
}
