//! What can be typed. Each command has one file with its options and its work.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::serve::CannotServe;
use crate::words;

pub mod audit;
pub mod ceremony;
pub mod demo;
pub mod docs;
pub mod doctor;
pub mod help;
pub mod inspect;
pub mod migrate;
pub mod operator;
pub mod serve;
pub mod sign;
pub mod verify;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "cectrust",
    version,
    about = "CECTRUST 電子契約・原本保管・CECSIGN 認証局",
    long_about = "CECTRUST 電子契約サービス、原本保管サービス、CECSIGN 認証局を、ひとつのプログラムで動かします。\n\
                  データはひとつのフォルダ（SQLite とファイル）か、PostgreSQL に置きます。",
    after_help = "例：\n  \
        cectrust demo                                        デモを動かして、そのまま使う\n  \
        cectrust demo --script out                           契約が結ばれて検証されるまでを無人で通す\n  \
        cectrust verify 契約書.pdf --trust root.pem           署名と原本を、この仕組みの外で確かめる\n  \
        cectrust ceremony --data /var/lib/cectrust --config ceremony.json    認証局を作る\n  \
        cectrust serve --data /var/lib/cectrust --unlock-file /run/unlock    本番として動かす\n\n\
        コマンドごとの説明は cectrust <コマンド> --help",
    disable_help_subcommand = true
)]
pub struct Line {
    /// コマンド
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 動かす：画面とAPI、失効情報とタイムスタンプ、裏の仕事
    Serve(serve::Options),
    /// デモを動かす。--script なら、契約の成立と検証までを無人で通して記録を残す
    Demo(demo::Options),
    /// 署名・原本・証拠一式を、この仕組みの外で検証する
    Verify(verify::Options),
    /// PDFに署名する（鍵ファイル、PKCS#12、PKCS#11トークン）
    Sign(sign::Options),
    /// PDF・証明書・証拠ファイルの中身を、そのまま見せる
    Inspect(inspect::Options),
    /// 認証局を作る、ルートの失効情報を更新する
    Ceremony(ceremony::Options),
    /// 運用の前と最中に、足りないものを調べる
    Doctor(doctor::Options),
    /// データベースを、この版の形にする
    Migrate(migrate::Options),
    /// 会社・ID・人を登録し、招待し、ロックを解除する（運営者がこの機械で）
    Operator(operator::Options),
    /// 操作の記録を取り出す
    Audit(audit::Options),
    /// プログラムから作る文書（状態遷移表など）
    Docs(docs::Options),
    /// シェルの補完を出力する（例：cectrust completions bash > /etc/bash_completion.d/cectrust）
    Completions {
        /// bash、zsh、fish など
        shell: clap_complete::Shell,
    },
}

/// Where the data are; the same for every command that opens them.
#[derive(Clone, Debug, clap::Args)]
pub struct Where {
    /// データフォルダ（なければ作ります）
    #[arg(long, value_name = "フォルダ", env = "CECTRUST_DATA")]
    pub data: PathBuf,
    /// データベース：sqlite（データフォルダの中）か postgres=URL
    #[arg(long, value_name = "エンジン", default_value = "sqlite", value_parser = Engine::parse)]
    pub engine: Engine,
}

/// Which database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// A PostgreSQL server.
    Postgres(String),
}

impl Engine {
    /// `sqlite` or `postgres=URL`.
    ///
    /// # Errors
    /// Any other text, with a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None if text == "sqlite" => Ok(Self::Sqlite),
            Some(("postgres", url)) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Postgres(url.to_owned()))
            }
            _ => Err("sqlite か postgres=postgres://利用者@ホスト/データベース と書いてください".to_owned()),
        }
    }
    /// The word in the ready file and the summary.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }
    /// The URL that `store` opens.
    #[must_use]
    pub fn url(&self, data: &std::path::Path) -> String {
        match self {
            Self::Sqlite => format!("sqlite:{}", data.join("cectrust.sqlite").display()),
            Self::Postgres(url) => url.clone(),
        }
    }
    /// As typed, for handing on to a child process.
    #[must_use]
    pub fn typed(&self) -> String {
        match self {
            Self::Sqlite => "sqlite".to_owned(),
            Self::Postgres(url) => format!("postgres={url}"),
        }
    }
}

/// The database, in the form of this version.
pub(crate) async fn open(url: &str) -> Result<store::Database, CannotServe> {
    let db = store::Database::open(url).await?;
    db.migrate().await?;
    Ok(db)
}

impl From<store::Error> for CannotServe {
    fn from(error: store::Error) -> Self {
        Self::new(words::of_database(&error), words::next_of_database(&error))
    }
}

/// Ends a command: with its last line, or with the reason and the next step. 0 · 1.
pub(crate) fn ended<T>(done: std::io::Result<Result<T, CannotServe>>, well: impl FnOnce(T)) -> ExitCode {
    let done = done.unwrap_or_else(|error| Err(CannotServe::new(words::of_disk(&error), "もう一度行ってください。")));
    match done {
        Ok(done) => {
            well(done);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("できませんでした：{}\n次にすること：{}", error.why, error.next);
            ExitCode::from(1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent_and_its_help_teaches() {
        let mut line = help::in_japanese(Line::command());
        line.clone().debug_assert();
        let top = line.render_long_help().to_string();
        assert!(top.contains("例：") && top.contains("cectrust verify"));
        line.build();
        let mut commands: Vec<clap::Command> = vec![line];
        while let Some(mut command) = commands.pop() {
            let text = command.render_long_help().to_string();
            for english in ["Usage:", "Options:", "Commands:", "Arguments:", "Print help"] {
                assert!(!text.contains(english), "{english} in the help of {}", command.get_name());
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn an_engine_is_sqlite_or_a_postgres_url() {
        assert_eq!(Engine::parse("sqlite"), Ok(Engine::Sqlite));
        assert_eq!(
            Engine::parse("postgres=postgres://a@b/c"),
            Ok(Engine::Postgres("postgres://a@b/c".to_owned()))
        );
        assert!(Engine::parse("mysql").is_err());
    }
}
