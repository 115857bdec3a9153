//! `cectrust audit export`.

use std::{io::Write, process::ExitCode};

use crate::{serve::CannotServe, words};

/// Options of `audit`.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// 何をするか
    #[command(subcommand)]
    pub act: Act,
}

/// What can be done with the journal.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Act {
    /// 操作の記録を、ひとつの操作につき1行で出す（連鎖を確かめてから）
    #[command(
        after_help = "例：\n  cectrust audit export --data ./data --jsonl > journal.jsonl\n\n各行の hash は、hash を除いた行（鍵の順、空白なし）の SHA-256。previous は前の行の hash です。"
    )]
    Export {
        /// データの場所
        #[command(flatten)]
        at: super::Where,
        /// 1行ずつのJSON（いまはこの形だけです）
        #[arg(long, required = true)]
        jsonl: bool,
    },
}

/// Exports. 0 exported and the chain verifies · 1 the chain does not verify, or nothing could be read.
#[must_use]
pub fn run(options: &Options) -> ExitCode {
    let Act::Export { at, .. } = &options.act;
    let done = crate::run::block_on(async {
        let broken = |error: &dyn std::fmt::Display| {
            CannotServe::new(
                format!("操作の記録の連鎖が正しくありません。{}", words::detail(error)),
                "運用の責任者に知らせ、控えと比べてください。",
            )
        };
        let db = store::Database::open(&at.engine.url(&at.data)).await?;
        let mut lines = Vec::new();
        journal::export_jsonl(&db, |line| lines.push(line.to_owned())).await?;
        let verified = journal::verify_lines(lines.iter().map(String::as_str)).map_err(|error| broken(&error))?;
        db.close();
        let mut out = std::io::stdout().lock();
        for line in &lines {
            writeln!(out, "{line}")
                .map_err(|error| CannotServe::new(words::of_disk(&error), "出力の先に空きがあるか確かめてください。"))?;
        }
        Ok(verified.entries)
    });
    super::ended(done, |entries| eprintln!("{entries}件。連鎖は正しい。"))
}
