//! `cectrust audit export`.

use std::{io::Write, process::ExitCode};

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
        let db = store::Database::open(&at.engine.url(&at.data))
            .await
            .map_err(|error| error.to_string())?;
        let mut lines = Vec::new();
        journal::export_jsonl(&db, |line| lines.push(line.to_owned()))
            .await
            .map_err(|error| error.to_string())?;
        let verified = journal::verify_lines(lines.iter().map(String::as_str)).map_err(|error| error.to_string())?;
        db.close();
        let mut out = std::io::stdout().lock();
        for line in &lines {
            writeln!(out, "{line}").map_err(|error| error.to_string())?;
        }
        Ok::<_, String>(verified.entries)
    });
    match done.map_err(|error| error.to_string()).and_then(|done| done) {
        Ok(entries) => {
            eprintln!("{entries}件。連鎖は正しい。");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("操作の記録を出せません：{why}");
            ExitCode::from(1)
        }
    }
}
