//! Sentences of the command line. Each stands alone in Japanese; what the system said, mostly English, follows it as a detail.

use std::{fmt::Display, io};

/// The technical cause, behind a sentence.
#[must_use]
pub fn detail(cause: &(impl Display + ?Sized)) -> String {
    format!("詳細：{cause}")
}

/// What the file system said: half a sentence.
#[must_use]
pub fn of_disk(error: &io::Error) -> String {
    use io::ErrorKind as K;
    match error.kind() {
        K::NotFound => "見つかりません".to_owned(),
        K::PermissionDenied => "読み書きする権限がありません".to_owned(),
        K::IsADirectory => "ファイルではなくフォルダです".to_owned(),
        K::NotADirectory => "フォルダではなくファイルです".to_owned(),
        K::AlreadyExists => "同じ名前のものが、もうあります".to_owned(),
        K::StorageFull | K::QuotaExceeded => "空きがありません".to_owned(),
        K::ReadOnlyFilesystem => "書き込みが禁止されたディスクです".to_owned(),
        _ => format!("読み書きできません（{}）", detail(error)),
    }
}

/// Why nobody can be heard at an address, and what to do.
#[must_use]
pub fn of_listening(error: &io::Error, option: &str) -> (String, String) {
    use io::ErrorKind as K;
    match error.kind() {
        K::AddrInUse => (
            "そのポートは、もう使われています".to_owned(),
            format!("別のポートを {option} に渡すか、そのポートを使っているプログラムを止めてください。"),
        ),
        K::PermissionDenied => (
            "そのポートを使う権限がありません".to_owned(),
            format!("1024 以上のポートを {option} に渡してください。80 や 443 を使うときは、前にプロキシを置きます。"),
        ),
        K::AddrNotAvailable => (
            "その住所は、この機械のものではありません".to_owned(),
            format!("この機械の住所か、127.0.0.1 を {option} に渡してください。"),
        ),
        _ => (
            format!("通信の口を開けません（{}）", detail(error)),
            format!("{option} の住所とポートを確かめてください。"),
        ),
    }
}

/// What the database said.
#[must_use]
pub fn of_database(error: &store::Error) -> String {
    use store::Error as E;
    let sentence = match error {
        E::Unreachable { .. } => "データベースにつながりません。",
        E::MigrationChanged { .. } => "データベースは、この版のプログラムと合わない形に変えられています。",
        E::MigrationFailed { .. } => "データベースを、この版の形にできませんでした。データは元のままです。",
        E::Conflict => "ほかの処理と重なり、データベースに書けませんでした。何も変わっていません。",
        E::CommitUnknown { .. } => "データベースとの接続が切れました。書けたかどうか、分かりません。",
        _ => "データベースが処理を断りました。何も変わっていません。",
    };
    format!("{sentence}{}", detail(error))
}

/// What to do about it.
#[must_use]
pub const fn next_of_database(error: &store::Error) -> &'static str {
    use store::Error as E;
    match error {
        E::Unreachable { .. } | E::CommitUnknown { .. } => "--engine と、データベースが動いていることを確かめて、もう一度行ってください。",
        E::MigrationChanged { .. } => "このデータベースを作った版のプログラムを使うか、控えから戻してください。",
        E::Conflict => "もう一度行ってください。",
        _ => "cectrust doctor で調べてください。続くときは、詳細を添えて開発元に知らせてください。",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_cannot_listen_is_told_why_in_japanese_and_which_option_to_change() {
        for kind in [
            io::ErrorKind::AddrInUse,
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::AddrNotAvailable,
        ] {
            let (why, next) = of_listening(&kind.into(), "--listen");
            assert!(!why.bytes().any(|byte| byte.is_ascii_alphabetic()), "{why}");
            assert!(
                next.contains("--listen") && next.ends_with("ください。") || next.contains("プロキシ"),
                "{next}"
            );
        }
        assert!(of_listening(&io::ErrorKind::OutOfMemory.into(), "--listen").0.contains("詳細："));
    }
}
