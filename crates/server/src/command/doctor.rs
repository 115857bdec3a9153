//! `cectrust doctor`.

use std::process::ExitCode;

use foundation::{Clock, SystemClock};
use serde::Serialize;

use crate::folder::DataFolder;

/// Options of `doctor`.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "例：\n  cectrust doctor --data /var/lib/cectrust\n  cectrust doctor --data ./data --json\n\n動いている cectrust があるときは、先に止めてください（/readyz は動いたまま調べられます）。"
)]
pub struct Options {
    /// データの場所
    #[command(flatten)]
    pub at: super::Where,
    /// 書面に使うフォントのフォルダ（serve に渡すものと同じ）
    #[arg(long, value_name = "フォルダ", env = "CECTRUST_FONTS")]
    pub fonts: Option<std::path::PathBuf>,
    /// [{check, ok, found, do_next}] のJSONで出す
    #[arg(long)]
    pub json: bool,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    check: &'static str,
    ok: bool,
    found: String,
    do_next: String,
}

/// How many days before the end of the root's list doctor begins to warn (rulings.md).
const WARN_DAYS: i64 = 60;

/// Looks at everything. 0 all well · 1 something is not.
#[must_use]
pub fn run(options: &Options) -> ExitCode {
    let checks = match crate::run::block_on(look(options)) {
        Ok(checks) => checks,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(1);
        }
    };
    if options.json {
        println!("{}", serde_json::to_string_pretty(&checks).unwrap_or_default());
    } else {
        for check in &checks {
            println!("{} {}：{}", if check.ok { "よし" } else { "要対応" }, check.check, check.found);
            if !check.ok {
                println!("      → {}", check.do_next);
            }
        }
    }
    if checks.iter().all(|check| check.ok) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
}

async fn look(options: &Options) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut note = |check, ok, found: String, do_next: &str| {
        checks.push(Check {
            check,
            ok,
            found,
            do_next: do_next.to_owned(),
        })
    };
    let data = match DataFolder::open(&options.at.data) {
        Ok(data) => data,
        Err(error) => {
            note(
                "データフォルダ",
                false,
                error.to_string(),
                "動いている cectrust を止めるか、別の --data を渡してください。",
            );
            return checks;
        }
    };
    note("データフォルダ", true, data.path().display().to_string(), "");
    let printer = crate::serve::printing::printer(options.fonts.as_deref());
    match printer.ready() {
        Ok(()) => note("書面の印刷とフォント", true, "印刷できます".to_owned(), ""),
        Err(why) => note("書面の印刷とフォント", false, why.sentence(), &why.next()),
    }
    match data.installation() {
        Ok(Some(fixed)) => note(
            "最初に決まったこと",
            true,
            format!("失効情報の住所 {}、{}", fixed.status_url, if fixed.demo { "デモ" } else { "本番" }),
            "",
        ),
        Ok(None) => note(
            "最初に決まったこと",
            false,
            "まだありません".to_owned(),
            "cectrust ceremony で認証局を作ってください（デモなら cectrust serve --demo）。",
        ),
        Err(error) => note("最初に決まったこと", false, error.to_string(), "控えから戻してください。"),
    }
    let folder = crate::serve::boot::authority_folder(data.path());
    match std::fs::read(folder.join("root.crl")).map(|bytes| pki::Crl::parse(&bytes)) {
        Ok(Ok(crl)) => {
            let until = crl.next_update();
            let left = until.map_or(0, |until| until.seconds_since(SystemClock.now()) / 86_400);
            let found = format!(
                "あと{left}日（{}まで）",
                until.map(|until| until.date_in_japan().to_string()).unwrap_or_default()
            );
            note(
                "ルートの失効情報",
                left > WARN_DAYS,
                found,
                "ルートの鍵の保管者と cectrust ceremony root-crl を行ってください。",
            );
        }
        Ok(Err(error)) => note(
            "ルートの失効情報",
            false,
            format!("読めません（{error}）"),
            "控えから戻してください。",
        ),
        Err(_) => note("ルートの失効情報", false, "ありません".to_owned(), "認証局を作ってください。"),
    }
    match store::Database::open(&options.at.engine.url(data.path())).await {
        Err(error) => note(
            "データベース",
            false,
            error.to_string(),
            "--engine と、データベースが動いていることを確かめてください。",
        ),
        Ok(db) => {
            match db.migrate().await {
                Ok(()) => note("データベース", true, format!("{}、この版の形です", options.at.engine.word()), ""),
                Err(error) => note("データベース", false, error.to_string(), "cectrust migrate を行ってください。"),
            }
            match journal::verify_chain(&db).await {
                Ok(verified) => note("操作の記録の連鎖", true, format!("{}件、連鎖は正しい", verified.entries), ""),
                Err(error) => note(
                    "操作の記録の連鎖",
                    false,
                    error.to_string(),
                    "運用の責任者に知らせ、控えと比べてください。",
                ),
            }
            match jobs::failed(&db).await {
                Ok(failed) if failed.is_empty() => note("裏の仕事", true, "失敗したままのものはありません".to_owned(), ""),
                Ok(failed) => note(
                    "裏の仕事",
                    false,
                    failed
                        .iter()
                        .map(|job| format!("{}（{}）", job.kind, job.last_error.as_deref().unwrap_or("-")))
                        .collect::<Vec<_>>()
                        .join("、"),
                    "原因を直してください。",
                ),
                Err(error) => note("裏の仕事", false, error.to_string(), "データベースを確かめてください。"),
            }
            match mail::troubled(&db).await {
                Ok(mails) if mails.is_empty() => note("メール", true, "待っているものも、断られたものもありません".to_owned(), ""),
                Ok(mails) => note(
                    "メール",
                    false,
                    format!("{}通が待っているか断られています", mails.len()),
                    "--smtp の先のメールサーバを確かめてください。",
                ),
                Err(error) => note("メール", false, error.to_string(), "データベースを確かめてください。"),
            }
            db.close();
        }
    }
    checks
}
