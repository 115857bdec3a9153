//! `cectrust serve`.

use std::{net::SocketAddr, path::PathBuf};

use foundation::Instant;

/// Options of `serve` (outside.md §1).
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "例：\n  \
    cectrust serve --data ./data --demo --listen 127.0.0.1:8080 --status-listen 127.0.0.1:8081\n  \
    cectrust serve --data /var/lib/cectrust --listen 127.0.0.1:8080 --public-url https://cectrust.example.jp \\\n      \
        --status-listen 0.0.0.0:80 --status-url http://pki.example.jp --unlock-file /run/cectrust/unlock \\\n      \
        --smtp smtp://127.0.0.1:25 --letters /var/spool/cectrust-letters\n\n\
    --ready-file に書かれるもの：{\"url\",\"status_url\",\"pid\",\"version\",\"commit\",\"root_sha256\",\"engine\"}\n\
    終わらせるには SIGTERM（10秒以内に状態0で終わります）。")]
pub struct Options {
    /// データの場所
    #[command(flatten)]
    pub at: super::Where,
    /// 画面とAPIの待ち受け（ポート0なら空いているところ。デモでは次も同じポート）
    #[arg(long, value_name = "住所:ポート", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// 利用者から見た住所（TLSの中継の後ろに置くとき）
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// 失効情報・タイムスタンプ・置き場所の待ち受け
    #[arg(long, value_name = "住所:ポート", default_value = "127.0.0.1:0")]
    pub status_listen: SocketAddr,
    /// 証明書に書く失効情報の住所。最初に決めると、変えられません
    #[arg(long, value_name = "URL")]
    pub status_url: Option<String>,
    /// 答えられるようになったときに書くファイル
    #[arg(long, value_name = "ファイル")]
    pub ready_file: Option<PathBuf>,
    /// デモ環境として動かす（この機械の中からだけ使えます）
    #[arg(long)]
    pub demo: bool,
    /// デモの人と会社だけを用意し、最初の案件と電子証明書は作らない
    #[arg(long, requires = "demo")]
    pub bare: bool,
    /// デモの時計をこの時刻から動かす（RFC 3339。前には戻せません）
    #[arg(long, value_name = "時刻", requires = "demo", value_parser = moment)]
    pub clock: Option<Instant>,
    /// 認証局の鍵を開ける合言葉のファイル
    #[arg(long, value_name = "ファイル")]
    pub unlock_file: Option<PathBuf>,
    /// メールを渡す先（例：smtp://mail.example.jp:25）。画面の設定より優先します。書かなければ画面で設定します（デモではプログラムの中に置きます）
    #[arg(long, value_name = "URL", env = "CECTRUST_SMTP")]
    pub smtp: Option<String>,
    /// メールの差出人
    #[arg(long, value_name = "メールアドレス", default_value = "no-reply@cectrust.invalid")]
    pub mail_from: String,
    /// 承認通知書（申請PINの書面）を出すフォルダ。データフォルダの外（デモでは使いません）
    #[arg(long, value_name = "フォルダ", env = "CECTRUST_LETTERS")]
    pub letters: Option<PathBuf>,
    /// 書面に使うフォントのフォルダ（書かなければ、この機械に入っているもの）
    #[arg(long, value_name = "フォルダ", env = "CECTRUST_FONTS")]
    pub fonts: Option<PathBuf>,
    /// タイムスタンプ局の住所（書かなければ自分のタイムスタンプ局）
    #[arg(long, value_name = "URL")]
    pub tsa: Option<String>,
}

/// RFC 3339 text on the command line.
///
/// # Errors
/// Any other text, with a sentence.
pub fn moment(text: &str) -> Result<Instant, String> {
    Instant::parse_rfc3339(text).map_err(|_| "時刻は 2026-11-24T09:00:00+09:00 のように書いてください".to_owned())
}
