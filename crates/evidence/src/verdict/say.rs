//! Sentences, Japanese and English side by side.

use crate::zip::ZipError;

pub(super) type Said = (String, String);

pub(super) fn both(ja: &str, en: &str) -> Said {
    (ja.to_owned(), en.to_owned())
}

pub(super) fn archive(error: ZipError) -> Said {
    let ja = match error {
        ZipError::Damaged => "書庫が壊れているか、証拠バンドルではありません",
        ZipError::Name => "書庫の中に許されない名前のファイルがあります",
        ZipError::Checksum => "書庫の中のファイルの検査値が合いません(変更または破損)",
        ZipError::NotCanonical => "書庫が正規の形ではありません(追加、並べ替え、または書き換え)",
        ZipError::TooBig => "書庫が大きすぎます",
    };
    (ja.to_owned(), format!("bundle.zip: {error}"))
}

pub(super) fn missing(name: &str) -> Said {
    (format!("{name} がありません"), format!("{name} is not there"))
}

pub(super) fn with(ja: &str, en: &str, what: &dyn std::fmt::Display) -> Said {
    (format!("{ja}({what})"), format!("{en} ({what})"))
}
