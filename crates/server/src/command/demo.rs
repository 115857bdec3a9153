//! `cectrust demo`.

use std::path::PathBuf;

/// Options of `demo` (outside.md §2).
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "例：\n  \
    cectrust demo                                           動かして、そのまま使う\n  \
    cectrust demo --script out                              無人で通して out に記録を残す\n  \
    cectrust demo --script out --credential token --key p256\n  \
    cectrust demo --script out --stop-after send\n\n\
    段階：boot partner consent enrol-a enrol-b register sign-a send sign-b return seal deposit confirm verify reverse own-deposit\n\
    終わりの状態：0 全部できた・1 どれかができなかった（名前を出します）・2 この機械に足りないものがある（名前を出します）")]
pub struct Options {
    /// 無人で通し、すべてのファイルをこのフォルダに残す
    #[arg(long, value_name = "フォルダ")]
    pub script: Option<PathBuf>,
    /// データベース：sqlite か postgres=URL
    #[arg(long, value_name = "エンジン", default_value = "sqlite", value_parser = super::Engine::parse)]
    pub engine: super::Engine,
    /// 署名の仕方
    #[arg(long, value_enum, default_value = "server")]
    pub credential: Credential,
    /// 署名の鍵
    #[arg(long, value_enum, default_value = "rsa2048")]
    pub key: Key,
    /// この段階で止める
    #[arg(long, value_name = "段階")]
    pub stop_after: Option<String>,
    /// すでに動いているデモを使う（cectrust serve --demo の住所）
    #[arg(long, value_name = "URL", requires = "script")]
    pub at: Option<String>,
    /// 画面の写真（screens/）を撮らない
    #[arg(long, requires = "script")]
    pub no_screens: bool,
    /// 使っているデモが途中で止まって動き直しても、続ける（kill の試験のため）
    #[arg(long, requires = "at", hide = true)]
    pub survive_restarts: bool,
    /// 使っているデモのプロセス番号：段階ごとのCPU時間を summary.json に書く（bench のため）
    #[arg(long, value_name = "PID", requires = "at", hide = true)]
    pub measure: Option<u32>,
    /// 動かし続けるときのデータフォルダ（--script なしのとき）
    #[arg(long, value_name = "フォルダ", default_value = "target/demo", conflicts_with = "script")]
    pub data: PathBuf,
    /// 画面とAPIの待ち受け（--script なしのとき）
    #[arg(long, value_name = "住所:ポート", default_value = "127.0.0.1:8080", conflicts_with = "script")]
    pub listen: std::net::SocketAddr,
    /// 失効情報などの待ち受け（--script なしのとき）
    #[arg(long, value_name = "住所:ポート", default_value = "127.0.0.1:8081", conflicts_with = "script")]
    pub status_listen: std::net::SocketAddr,
}

/// How the parties sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Credential {
    /// PKCS#11トークン（cecsign-agent）
    Token,
    /// このプログラムの中に、本人の合言葉で封をした鍵
    Server,
    /// 外のソフトで署名したPDF（pyHanko とトークン）
    Outside,
}

/// Which key the subscribers use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Key {
    /// RSA 2048
    Rsa2048,
    /// RSA 3072
    Rsa3072,
    /// ECDSA P-256
    P256,
    /// ECDSA P-384
    P384,
}

impl Credential {
    /// As typed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Server => "server",
            Self::Outside => "outside",
        }
    }
}

impl Key {
    /// As typed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rsa2048 => "rsa2048",
            Self::Rsa3072 => "rsa3072",
            Self::P256 => "p256",
            Self::P384 => "p384",
        }
    }
}

/// Plays the script, or keeps the demo running.
#[must_use]
pub fn run(options: &Options) -> std::process::ExitCode {
    match &options.script {
        Some(out) => crate::script::run(options, out),
        None => crate::demo::stay::run(options),
    }
}
