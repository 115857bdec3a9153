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
