//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pki::KeyType;

/// CECSIGN: トークンの鍵・証明書・署名を扱うプログラム
#[derive(Debug, Parser)]
#[command(
    name = "cecsign-agent",
    version,
    about = "CECSIGN: トークンの鍵・証明書・署名を扱うプログラム",
    max_term_width = 100
)]
pub struct Command {
    #[command(subcommand)]
    pub act: Act,
    /// サーバのアドレス（例: `https://example.jp`）
    #[arg(long, global = true, value_name = "URL")]
    pub server: Option<String>,
    /// 画面に表示されたコード
    #[arg(long, global = true)]
    pub code: Option<String>,
    /// トークンのPKCS#11モジュール（.so / .dll / .dylib）
    #[arg(long, global = true, value_name = "FILE")]
    pub module: Option<PathBuf>,
    /// トークンのラベル
    #[arg(long, global = true, value_name = "LABEL")]
    pub token: Option<String>,
    /// トークンのPINを読むファイル記述子の番号（指定しないときは端末で尋ねます）
    #[arg(long, global = true, value_name = "N")]
    pub pin_fd: Option<u32>,
    /// 結果を1行1つのJSONで出力します
    #[arg(long, global = true)]
    pub json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// 鍵を作り、証明書を申請して、トークンに書き込みます
    Enrol(Enrol),
    /// 画面で準備した文書に署名します
    Sign(Sign),
    /// トークンの鍵と証明書で署名を試します
    SelfTest,
    /// このパソコンで使えるかを調べます
    Doctor,
    /// 調べたうえで、サーバとトークンを記憶します
    Setup,
}

#[derive(Debug, Args)]
pub struct Enrol {
    /// 鍵の種類
    #[arg(long, value_enum, default_value_t = Kind::P256)]
    pub key: Kind,
    /// 証明書を待つ秒数（0なら申請だけして終わります）
    #[arg(long, value_name = "SECONDS", default_value_t = 1800)]
    pub wait: u64,
}

#[derive(Debug, Args)]
pub struct Sign {
    /// 署名する文書の写しを置くフォルダ
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

/// Kinds of key that a token makes here.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    Rsa2048,
    Rsa3072,
    P256,
    P384,
}

impl Kind {
    pub const fn key_type(self) -> KeyType {
        match self {
            Self::Rsa2048 => KeyType::Rsa2048,
            Self::Rsa3072 => KeyType::Rsa3072,
            Self::P256 => KeyType::P256,
            Self::P384 => KeyType::P384,
        }
    }
}
