//! `cectrust doctor`.

mod deep;

use std::process::ExitCode;

use foundation::{Clock, SystemClock};
use serde::Serialize;

use crate::{folder::DataFolder, words};

/// Options of `doctor`.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "例：\n  cectrust doctor --data /var/lib/cectrust\n  cectrust doctor --data ./data --json\n  cectrust doctor --data ./data --deep --checkpoint bundle.zip\n\n動いている cectrust があるときは、先に止めてください（/readyz は動いたまま調べられます）。"
)]
pub struct Options {
    /// データの場所
    #[command(flatten)]
    pub at: super::Where,
    /// 書面に使うフォントのフォルダ（serve に渡すものと同じ）
    #[arg(long, value_name = "フォルダ", env = "CECTRUST_FONTS")]
    pub fonts: Option<std::path::PathBuf>,
    /// すべての会社・人・電子証明書・案件・原本・記録簿を、操作の記録・証拠・ファイルと照らし合わせる（時間がかかります）
    #[arg(long)]
    pub deep: bool,
    /// 外に渡した控え（bundle.zip か checkpoint.txt）とも照らし合わせる。--deep とともに
    #[arg(long, value_name = "ファイル", requires = "deep")]
    pub checkpoint: Vec<std::path::PathBuf>,
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

/// How many days before the end of the root's list, and of the use of the unit's key, doctor begins to warn.
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
    let (mut checks, mut deep) = (Vec::new(), Vec::new());
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
            note("データフォルダ", false, error.to_string(), &error.next());
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
        Err(error) => note("最初に決まったこと", false, error.to_string(), &error.next()),
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
            format!("失効リストとして読めません。{}", words::detail(&error)),
            "控えから戻してください。",
        ),
        Err(_) => note("ルートの失効情報", false, "ありません".to_owned(), "認証局を作ってください。"),
    }
    match certification::ceremony::unit_until(&folder) {
        Ok(until) => {
            let left = until.seconds_since(SystemClock.now()).div_euclid(86_400);
            note(
                "時刻認証局の鍵",
                left > WARN_DAYS,
                if left < 0 {
                    format!("使用期間が {} に終わりました。時刻は証明されません", until.japanese())
                } else {
                    format!("あと{left}日使えます（{} まで）", until.japanese())
                },
                "ルートの鍵の保管者と cectrust ceremony next-tsu を行い、cectrust を始め直してください。",
            );
        }
        Err(error) => note(
            "時刻認証局の鍵",
            false,
            error.sentence(),
            "控えから戻すか、認証局を作ってください。",
        ),
    }
    match store::Database::open(&options.at.engine.url(data.path())).await {
        Err(error) => note("データベース", false, words::of_database(&error), words::next_of_database(&error)),
        Ok(db) => {
            match db.migrate().await {
                Ok(()) => note("データベース", true, format!("{}、この版の形です", options.at.engine.word()), ""),
                Err(error) => note("データベース", false, words::of_database(&error), words::next_of_database(&error)),
            }
            match journal::verify_chain(&db).await {
                Ok(verified) => note("操作の記録の連鎖", true, format!("{}件、連鎖は正しい", verified.entries), ""),
                Err(error) => note(
                    "操作の記録の連鎖",
                    false,
                    format!("確かめられないか、正しくありません。{}", words::detail(&error)),
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
                        .map(|job| {
                            format!(
                                "{}が、何度行ってもできませんでした。{}",
                                job.kind,
                                words::detail(job.last_error.as_deref().unwrap_or("-"))
                            )
                        })
                        .collect::<Vec<_>>()
                        .join("、"),
                    "原因を直してください。仕事は失われていません。",
                ),
                Err(error) => note("裏の仕事", false, words::of_database(&error), words::next_of_database(&error)),
            }
            match mail::troubled(&db).await {
                Ok(mails) if mails.is_empty() => note("メール", true, "待っているものも、断られたものもありません".to_owned(), ""),
                Ok(mails) => note(
                    "メール",
                    false,
                    format!("{}通が待っているか断られています", mails.len()),
                    "--smtp の先のメールサーバを確かめてください。",
                ),
                Err(error) => note("メール", false, words::of_database(&error), words::next_of_database(&error)),
            }
            if options.deep {
                deep = deep::look(&db, data.path(), &options.checkpoint).await;
            }
            db.close();
        }
    }
    checks.extend(deep);
    checks
}
