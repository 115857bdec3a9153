//! The two README texts of a bundle. They follow from the record alone, so a reader can write them again and compare.

use crate::record::Record;

/// Names of the two texts.
pub(crate) const NAMES: [&str; 2] = ["README.en.txt", "README.ja.txt"];

/// English.
pub(crate) fn english(record: &Record) -> String {
    fill(include_str!("readme.en.txt"), record)
}

/// Japanese.
pub(crate) fn japanese(record: &Record) -> String {
    fill(include_str!("readme.ja.txt"), record)
}

fn fill(text: &str, record: &Record) -> String {
    text.replace("{file}", &record.content.file)
        .replace("{id}", &record.id)
        .replace("{log}", &record.log)
}
